/** Streams of events over exports that never change: silence, clients that leave, and too many of them. */
import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { OPEN_CALLER } from '../../src/access/caller.js';
import type { Exports } from '../../src/exports/exports.js';
import { registerAuthentication } from '../../src/http/authenticate.js';
import { type ExportEvents, registerExportEvents } from '../../src/http/export-events.js';
import { answerError } from '../../src/http/problem.js';
import { createLog } from '../../src/telemetry.js';
import { toJobRow } from '../support/fake-exports.js';
import { until } from '../support/until.js';

const JOB = 'j'.repeat(22);

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

interface ServeOptions {
  readonly maxStreams?: number;
  readonly heartbeatMs?: number;
  /** What the store waits for before it has found the job. */
  readonly find?: () => Promise<void>;
}

async function serve({ find = async () => {}, ...options }: ServeOptions = {}) {
  const watching = new Set<AbortSignal>();
  const exports: Pick<Exports, 'find' | 'watch'> = {
    find: async () => {
      await find();
      return toJobRow(JOB);
    },
    async *watch(_callerId, jobId, signal) {
      watching.add(signal);
      yield toJobRow(jobId);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      watching.delete(signal);
    },
  };
  app = fastify({ forceCloseConnections: true });
  const log = createLog('silent');
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  registerAuthentication(app, {
    allowsQueryKey: false,
    authenticator: { authenticate: async () => OPEN_CALLER },
    log,
  });
  const events: ExportEvents = registerExportEvents(app, { exports: exports as Exports, ...options });
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/exports/${JOB}/events`;
  return { url, events, watching };
}

async function readUntil(response: Response, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (!isEnough(text)) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
    if (done) throw new Error(`it ended after: ${text}`);
    text += value;
  }
  return text;
}

describe('a stream of events', () => {
  it('says now and then that it is there, where nothing changes', async () => {
    const { url } = await serve({ heartbeatMs: 10 });
    const text = await readUntil(await fetch(url), (sofar) => sofar.split(': \n\n').length > 3);
    expect(text.match(/event: progress/g)).toHaveLength(1);
    expect(text).not.toContain('event: done');
  });

  it('ends with its client, who is not watched for any more', async () => {
    const { url, watching } = await serve();
    const client = new AbortController();
    await readUntil(await fetch(url, { signal: client.signal }), (text) => text.includes('progress'));
    expect(watching.size).toBe(1);
    client.abort();
    await until(() => watching.size === 0, 'an end of watching');
    expect(watching.size).toBe(0);
  });

  it('is refused where there are too many, until one has ended', async () => {
    const { url, watching } = await serve({ maxStreams: 2 });
    const client = new AbortController();
    await readUntil(await fetch(url, { signal: client.signal }), (text) => text.includes('progress'));
    await readUntil(await fetch(url), (text) => text.includes('progress'));
    const refused = await fetch(url);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused.text()).toContain('2 exports are being watched already');
    client.abort();
    await until(() => watching.size === 1, 'an end of watching');
    await readUntil(await fetch(url), (text) => text.includes('progress'));
  });

  it('is not begun for a client who has left before its job was found, and keeps no place', async () => {
    const finding: (() => void)[] = [];
    const find = () => new Promise<void>((found) => finding.push(found));
    const { url, watching } = await serve({ maxStreams: 1, find });
    const client = new AbortController();
    const left = fetch(url, { signal: client.signal }).catch(() => 'left');
    await until(() => finding.length === 1, 'a question to the store');
    client.abort();
    expect(await left).toBe('left');
    // Once another answer came over the wire, the server has heard that the first client is gone.
    expect((await fetch(new URL('/nothing', url))).status).toBe(404);
    finding[0]?.();
    const next = fetch(url);
    await until(() => finding.length === 2, 'another question to the store');
    finding[1]?.();
    await readUntil(await next, (text) => text.includes('progress'));
    expect(watching.size).toBe(1);
  });

  it('ends when it is told to stop', async () => {
    const { url, events, watching } = await serve();
    const response = await fetch(url);
    const whole = response.text();
    await until(() => watching.size === 1, 'a stream');
    events.stop();
    expect(await whole).toContain('event: progress');
    await until(() => watching.size === 0, 'an end of watching');
  });
});
