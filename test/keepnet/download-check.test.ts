/** What is taken for a file and what is not, by status, headers and first bytes alone. */
import { describe, expect, it } from '@jest/globals';
import type { ByteStream, HttpDownload } from '../../src/keepnet/download-body.js';
import { receive, toFileFailure } from '../../src/keepnet/download-check.js';
import type { FileFormat } from '../../src/keepnet/endpoint.js';

interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `left` tells whether the body was let go before its end. */
function toDownload(blocks: readonly string[], { status = 200, headers = {} }: Told = {}) {
  const waiting = blocks.map((block) => Buffer.from(block, 'latin1'));
  const told: Record<string, string> = { 'content-length': '1', ...headers };
  const seen = { left: false };
  const body: ByteStream = {
    async next() {
      const value = waiting.shift();
      return value === undefined ? { value, done: true } : { value, done: false };
    },
    async return() {
      seen.left = true;
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const download: HttpDownload = { status, header: (name) => told[name] ?? null, body, ended: Promise.resolve(null) };
  return { download, seen };
}

describe('a file', () => {
  it.each<[FileFormat, string, string[]]>([
    ['CSV', 'with its type', ['First Name,Last Name\r\n']],
    ['CSV', 'of two bytes', ['a,']],
    ['CSV', 'with a byte order mark', ['\xef\xbb\xbfFirst Name']],
    ['CSV', 'whose first heading begins like a ZIP', ['PKG,b']],
    ['XLSX', 'byte by byte', ['P', 'K', '\x03', '\x04', '\x14', '\x00', '\x00', '\x00', 'x']],
    ['PDF', 'in one piece', ['%PDF-1.7\n']],
  ])('%s %s', async (format, _what, blocks) => {
    const { download, seen } = toDownload(blocks, { headers: { 'content-type': 'application/octet-stream' } });
    const came = await receive(download, format);
    expect(came).not.toHaveProperty('fault');
    const head = 'head' in came ? Buffer.concat(came.head).toString('latin1') : '';
    expect(head).not.toBe('');
    expect(blocks.join('').startsWith(head)).toBe(true);
    expect(seen.left).toBe(false);
  });

  it('in chunks tells no length and is one', async () => {
    const { download } = toDownload(['a,b']);
    const header = (name: string) => (name === 'transfer-encoding' ? 'chunked' : null);
    expect(await receive({ ...download, header }, 'CSV')).toHaveProperty('rest');
  });
});

describe('no file', () => {
  it.each<[string, FileFormat, string, Told, string]>([
    ['another status', 'CSV', 'a,b', { status: 206 }, 'status'],
    ['JSON by its type', 'CSV', '"a"', { headers: { 'content-type': 'application/problem+json' } }, 'JSON or HTML'],
    ['HTML by its type', 'CSV', 'Sorry', { headers: { 'content-type': 'TEXT/HTML' } }, 'JSON or HTML'],
    ['JSON by its bytes', 'CSV', '{"data":1}', {}, 'as CSV'],
    ['JSON after a byte order mark', 'CSV', '\xef\xbb\xbf {"', {}, 'as CSV'],
    ['HTML by its bytes', 'CSV', '\r\n<html>', {}, 'as CSV'],
    ['a workbook', 'CSV', 'PK\x03\x04', {}, 'as CSV'],
    ['a PDF', 'CSV', '%PDF-1.4', {}, 'as CSV'],
    ['a table', 'XLSX', 'a,b', {}, 'as XLSX'],
    ['a workbook', 'PDF', 'PK\x03\x04', {}, 'as PDF'],
    ['nothing', 'CSV', '', {}, 'empty'],
    ['gzip', 'CSV', 'a,b', { headers: { 'content-encoding': 'gzip' } }, 'compressed'],
  ])('is %s instead of %s', async (_what, format, body, told, fault) => {
    const { download, seen } = toDownload(body === '' ? [] : [body], told);
    const came = await receive(download, format);
    expect(came).toMatchObject({
      body: Buffer.from(body, 'latin1').toString('utf8'),
      fault: expect.stringContaining(fault),
    });
    expect(seen.left).toBe(true);
  });

  it('is read as far as it may explain itself, and then let go', async () => {
    const { download, seen } = toDownload(Array.from({ length: 1_000 }, () => `{${'x'.repeat(9_999)}`));
    const came = await receive(download, 'CSV');
    expect('body' in came ? came.body.length : 0).toBeLessThan(100_000);
    expect(seen.left).toBe(true);
  });

  it.each([
    ['{"Status":"INTERNAL_SERVER_ERROR","Message":"x"}', 200, 'UNAVAILABLE'],
    ['{"status":"FAILED"}', 200, 'FAILED'],
    ['{"status":"PRIVACY_ERROR"}', 403, 'PRIVACY_DENIED'],
    ['{"data":{},"status":"SUCCESS"}', 200, 'BAD_RESPONSE'],
    ['<html>', 200, 'BAD_RESPONSE'],
    ['', 307, 'BAD_RESPONSE'],
  ])('%s with %i means %s', (body, status, kind) => {
    expect(toFileFailure({ status, retryAfter: null, body }, 'no file')).toMatchObject({ kind, status });
  });
});
