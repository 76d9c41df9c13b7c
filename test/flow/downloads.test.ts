/**
 * Files and events of exports as a browser, a download manager and a person with a changed address meet them: what comes, under
 * which headers, and who gets nothing.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPEN_CALLER } from '../../src/access/caller.js';
import { createLinks, LINK_LIFETIME_MS, type Links } from '../../src/exports/links.js';
import { CancelExportDocument } from '../../src/generated/operations.js';
import { openDatabase } from '../../src/store/open-database.js';
import { loadSecret } from '../../src/store/secrets.js';
import { createLog } from '../../src/telemetry.js';
import { type House, openHouse } from '../support/house.js';
import { type FinishedJob, runLeaderboard, startLeaderboard } from '../support/run-export.js';

const LEADERBOARD = '/api/leaderboard/get-all';
const HOUR_MS = 3_600_000;

let directory: string;
let house: House;
let secret: Buffer;
/** Of one company, whose name is Turkish. */
let job: FinishedJob;
let file: FinishedJob['files'][number];
let content: Buffer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-downloads-'));
  secret = await readLinkSecret();
  house = await openHouse({ env: { DATA_DIR: directory } });
  job = await runLeaderboard(house, { companies: { ids: [await findCompany('@Home Akıllı Cihazlar')] } });
  const [only] = job.files;
  if (only === undefined) throw new Error('the export has no file');
  file = only;
  content = Buffer.from(await (await fetch(file.url)).arrayBuffer());
});

afterAll(async () => {
  await house.close();
  await rm(directory, { recursive: true });
});

/** The server's own, read before it starts: it keeps its database to itself. */
async function readLinkSecret(): Promise<Buffer> {
  const log = createLog('silent');
  const database = await openDatabase({ databaseUrl: null, dataDirectory: directory, log });
  const found = await loadSecret(database, 'export-links');
  await database.close();
  return found;
}

async function findCompany(name: string): Promise<string> {
  const { body } = await house.ask<{ companies: { nodes: { id: string }[] } }>(
    'query ($name: String!) { companies(first: 1, filter: { search: $name }) { nodes { id } } }',
    { name },
  );
  return body.data?.companies.nodes[0]?.id ?? '';
}

/** Addresses as the server would make them at another time. */
function linksAt(nowMs: number): Links {
  return createLinks({ secret, now: () => nowMs });
}

const rawId = () => job.id.replace('ExportJob:', '');

async function codeOf(response: Response): Promise<unknown> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors[0]?.extensions.code;
}

describe('a file', () => {
  it('comes whole, by its address alone, under headers that keep it out of caches and pages', async () => {
    const response = await fetch(file.url);
    expect(response.status).toBe(200);
    const body = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(body).digest('hex')).toBe(file.sha256);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-length': String(file.bytes),
      'accept-ranges': 'bytes',
      etag: `"${file.sha256}"`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
    });
  });

  it('is saved under its own name, in ASCII where a client knows no other', async () => {
    const { headers } = await fetch(file.url, { method: 'HEAD' });
    expect(file.name).toMatch(/^leaderboard-@Home Akıllı Cihazlar-\d{4}-\d\d-\d\d\.csv$/);
    const [, ascii, extended] =
      /^attachment; filename="([\x20-\x7e]+)"; filename\*=UTF-8''(\S+)$/.exec(
        headers.get('content-disposition') ?? '',
      ) ?? [];
    expect(ascii).toBe(file.name.replaceAll('ı', 'i'));
    expect(decodeURIComponent(extended ?? '')).toBe(file.name);
  });

  it('answers HEAD with the head of the whole, and nothing else', async () => {
    const [head, whole] = await Promise.all([
      fetch(file.url, { method: 'HEAD', headers: { range: 'bytes=0-4' } }),
      fetch(file.url),
    ]);
    const without = ({ headers }: Response) =>
      [...headers].filter(([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name));
    expect(head.status).toBe(200);
    expect(without(head)).toEqual(without(whole));
    expect(await head.text()).toBe('');
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=5-5', 5, 6],
    ['bytes=100-', 100, Number.POSITIVE_INFINITY],
    ['bytes=-7', -7, Number.POSITIVE_INFINITY],
    ['bytes=-999999999', 0, Number.POSITIVE_INFINITY],
    ['bytes=3-999999999', 3, Number.POSITIVE_INFINITY],
  ])('%s is that part of it', async (range, start, end) => {
    const response = await fetch(file.url, { headers: { range } });
    expect(response.status).toBe(206);
    const part = content.subarray(start, Math.min(end, content.length));
    expect(Buffer.from(await response.arrayBuffer())).toEqual(part);
    const first = start < 0 ? content.length + start : start;
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${first + part.length - 1}/${content.length}`);
    expect(response.headers.get('content-length')).toBe(String(part.length));
  });

  it.each(['bytes=0-1,4-5', 'bytes=9-3', 'bytes=-', 'lines=1-2', 'bytes=one-two'])(
    '%s is answered with the whole',
    async (range) => {
      const response = await fetch(file.url, { headers: { range } });
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(content);
    },
  );

  it.each([
    ['the last byte and one more', () => `bytes=${content.length}-`],
    ['no byte at all', () => 'bytes=-0'],
  ])('%s cannot be had', async (_name, toRange) => {
    const response = await fetch(file.url, { headers: { range: toRange() } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${content.length}`);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });

  it('goes on from where a download broke off, unless it is another file by now', async () => {
    const range = 'bytes=10-19';
    const same = await fetch(file.url, { headers: { range, 'if-range': `"${file.sha256}"` } });
    expect(same.status).toBe(206);
    for (const other of [`"${'0'.repeat(64)}"`, `W/"${file.sha256}"`, 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      const response = await fetch(file.url, { headers: { range, 'if-range': other } });
      expect({ other, status: response.status }).toEqual({ other, status: 200 });
    }
  });
});

describe('an address', () => {
  it('in which one bit is changed, anywhere, is refused', async () => {
    const query = new URL(file.url).searchParams;
    const parts = { id: rawId(), name: file.name, ...Object.fromEntries(query) } as Record<string, string>;
    expect((await fetch(toUrl(parts))).status).toBe(200);
    const changed = Object.entries(parts).flatMap(([part, text]) =>
      Array.from({ length: text.length }, (_, index) => ({ ...parts, [part]: flipBit(text, index) })),
    );
    expect(changed.length).toBeGreaterThan(100);
    const answers = await Promise.all(changed.map(async (each) => codeOf(await fetch(toUrl(each)))));
    expect(new Set(answers)).toEqual(new Set(['LINK_INVALID']));
  });

  it('that is not complete, or says something twice, is refused', async () => {
    for (const name of ['expires', 'caller', 'signature']) {
      const without = new URL(file.url);
      without.searchParams.delete(name);
      const twice = new URL(file.url);
      twice.searchParams.append(name, twice.searchParams.get(name) ?? '');
      for (const url of [without, twice]) {
        const response = await fetch(url);
        expect({ url: url.search, status: response.status }).toEqual({ url: url.search, status: 403 });
      }
    }
  });

  it('is good for a quarter of an hour', async () => {
    const link = { jobId: rawId(), fileName: file.name, callerId: OPEN_CALLER.id };
    const late = linksAt(Date.now() - LINK_LIFETIME_MS - 1_000).sign(link);
    const response = await fetch(house.url + late.path);
    expect(response.status).toBe(410);
    expect(await codeOf(response)).toBe('LINK_EXPIRED');
    const almost = linksAt(Date.now() - LINK_LIFETIME_MS + 60_000).sign(link);
    expect((await fetch(house.url + almost.path)).status).toBe(200);
  });

  it('that was signed for somebody else finds nothing, like one of a file that is not there', async () => {
    const links = linksAt(Date.now() + HOUR_MS);
    const own = { jobId: rawId(), fileName: file.name, callerId: OPEN_CALLER.id };
    // As long as names become.
    const long = `${'ş'.repeat(116)}.csv`;
    for (const wrong of [{ callerId: 'key:other' }, { jobId: 'z'.repeat(22) }, { fileName: long }]) {
      const response = await fetch(house.url + links.sign({ ...own, ...wrong }).path);
      expect({ wrong, status: response.status, code: await codeOf(response) }).toEqual({
        wrong,
        status: 404,
        code: 'EXPORT_NOT_FOUND',
      });
    }
  });

  it('of an export that is being made says so', async () => {
    await house.simulator.addFault({ kind: 'hang', path: LEADERBOARD });
    const id = await startLeaderboard(house);
    const link = { jobId: id.replace('ExportJob:', ''), fileName: 'leaderboard.csv', callerId: OPEN_CALLER.id };
    const response = await fetch(house.url + linksAt(Date.now()).sign(link).path);
    expect(response.status).toBe(409);
    expect(await codeOf(response)).toBe('EXPORT_NOT_READY');
    await house.ask(CancelExportDocument, { id });
    await house.simulator.clearFaults();
  });

  it('is nowhere in the log, and neither is the name of the file', async () => {
    await (await fetch(file.url)).arrayBuffer();
    const lines = house.logged().filter(({ msg }) => msg === 'export file');
    expect(lines.at(-1)).toMatchObject({ exportJobId: rawId(), status: 200, durationMs: expect.any(Number) });
    const log = JSON.stringify(house.logged());
    for (const secretText of ['signature', 'files/', 'Cihazlar', new URL(file.url).searchParams.get('signature')]) {
      expect(log).not.toContain(secretText);
    }
  });

  function toUrl({ id = '', name = '', ...query }: Record<string, string>): string {
    const path = `/exports/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`;
    return `${house.url}${path}?${new URLSearchParams(query)}`;
  }

  function flipBit(text: string, index: number): string {
    return text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ 1) + text.slice(index + 1);
  }
});

describe('events of an export', () => {
  interface Event {
    readonly event: string;
    readonly id: string | null;
    readonly data: Record<string, unknown>;
  }

  function parseEvents(text: string): Event[] {
    const blocks = text.split('\n\n').map((block) => new Map(block.split('\n').map(toField)));
    return blocks.flatMap((fields) => {
      const data = fields.get('data');
      if (data === undefined) return [];
      return { event: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data: JSON.parse(data) };
    });
  }

  function toField(line: string): [string, string] {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }

  it('tell how far it is, then that it is done, and end', async () => {
    await house.simulator.settings({ latencyMs: 150 });
    const id = await startLeaderboard(house);
    const response = await fetch(`${house.url}/exports/${id}/events`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('no-store');
    const text = await response.text();
    await house.simulator.settings({ latencyMs: 0 });
    expect(text).toMatch(/^retry: \d+\n\n/);
    const events = parseEvents(text);
    expect(events.length).toBeGreaterThan(1);
    expect(events.map(({ event }) => event)).toEqual([...events.slice(1).map(() => 'progress'), 'done']);
    expect(events.slice(0, -1).every(({ data }) => Number(data.percent) < 100)).toBe(true);
    expect(events.at(-1)?.data).toEqual({
      state: 'PARTIAL',
      companiesDone: 25,
      companiesTotal: 25,
      rows: expect.any(Number),
      bytes: expect.any(Number),
      percent: 100,
      estimatedSecondsLeft: null,
    });
  });

  it('of a finished one are its last word, which a browser that comes back does not hear again', async () => {
    const url = `${house.url}/exports/${rawId()}/events`;
    const events = parseEvents(await (await fetch(url)).text());
    expect(events).toMatchObject([{ event: 'done', id: expect.any(String), data: { state: 'SUCCEEDED' } }]);
    const again = await fetch(url, { headers: { 'last-event-id': events[0]?.id ?? '' } });
    expect(again.status).toBe(204);
    const another = await fetch(url, { headers: { 'last-event-id': 'FAILED-1' } });
    expect(another.status).toBe(200);
    expect(await another.text()).toContain('event: done');
  });

  it.each([
    ['z'.repeat(22), 404, 'EXPORT_NOT_FOUND'],
    ['Company:abcdefghijkl', 400, 'BAD_USER_INPUT'],
  ])('of %s are refused', async (id, status, code) => {
    const response = await fetch(`${house.url}/exports/${id}/events`);
    expect({ status: response.status, code: await codeOf(response) }).toEqual({ status, code });
  });

  it('end when the server stops, which does not wait for them', async () => {
    const other = await openHouse();
    await other.simulator.addFault({ kind: 'hang', path: LEADERBOARD });
    const id = await startLeaderboard(other);
    const response = await fetch(`${other.url}/exports/${id}/events`);
    const [text] = await Promise.all([response.text(), other.close()]);
    expect(text).toContain('event: progress');
    expect(text).not.toContain('event: done');
  });
});

it('behind a proxy an address begins with what clients call the server, whatever the proxy calls it', async () => {
  const behindProxy = await openHouse({ env: { PUBLIC_URL: 'https://graph.example.com/keepnet/' } });
  try {
    const { files } = await runLeaderboard(behindProxy);
    expect(files[0]?.url).toMatch(/^https:\/\/graph\.example\.com\/keepnet\/exports\/\w+\/files\/leaderboard/);
  } finally {
    await behindProxy.close();
  }
});
