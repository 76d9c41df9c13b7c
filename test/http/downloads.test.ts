/** What a download costs the server while its client is slow, and what is left of it when he goes away. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import type { Exports } from '../../src/exports/exports.js';
import { registerDownloads } from '../../src/http/downloads.js';
import { createLog } from '../../src/telemetry.js';
import { until } from '../support/until.js';

const MEGABYTE = 1024 * 1024;
const BLOCK = Buffer.alloc(64 * 1024, 'x');

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

/** A file of that many bytes, made while it is read; everybody may have it. */
async function serve(bytes: number) {
  let read = 0;
  const opened: Readable[] = [];
  const lines: Record<string, unknown>[] = [];
  const file = { name: 'big.csv', mediaType: 'text/csv; charset=utf-8', bytes, rows: 1, sha256: 'a'.repeat(64) };
  const open = () => {
    const stream = Readable.from(
      (function* () {
        for (; read < bytes; read += BLOCK.length) yield BLOCK;
      })(),
      { objectMode: false },
    );
    opened.push(stream);
    return stream;
  };
  const exports: Pick<Exports, 'verify' | 'openFile'> = {
    verify: () => 'VALID',
    openFile: async () => ({ file, read: open }),
  };
  app = fastify();
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
  registerDownloads(app, { exports: exports as Exports, authenticator: { stillAccepts: async () => true }, log });
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/exports/${'j'.repeat(22)}/files/big.csv`;
  return { url: `${url}?expires=1&caller=open&signature=s`, read: () => read, opened, lines };
}

async function request(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  return response;
}

describe('a download', () => {
  it('is read from the disk as fast as its client reads, and no faster', async () => {
    const { url, read } = await serve(256 * MEGABYTE);
    const response = await request(url);
    response.pause();
    let before = -1;
    // What the sockets of both sides hold is read at once; then nothing more is.
    await until(async () => {
      const isStill = read() === before;
      before = read();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return isStill && before > 0;
    }, 'an end of reading');
    expect(read()).toBeLessThan(32 * MEGABYTE);
    response.destroy();
  });

  it('whose client goes away closes its file, and says so in the log', async () => {
    const { url, opened, read, lines } = await serve(256 * MEGABYTE);
    const response = await request(url);
    await once(response, 'data');
    response.destroy();
    await until(() => opened[0]?.destroyed === true, 'a closed file');
    expect(read()).toBeLessThan(256 * MEGABYTE);
    await until(() => lines.length > 0, 'a line in the log');
    expect(lines).toMatchObject([{ msg: 'export file', status: 'client gone', exportJobId: 'j'.repeat(22) }]);
  });

  it('of nothing but its head opens no file', async () => {
    const { url, opened } = await serve(MEGABYTE);
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(MEGABYTE));
    expect(opened).toEqual([]);
  });
});
