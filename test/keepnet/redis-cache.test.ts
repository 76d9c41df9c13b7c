/**
 * The shared store: its troubles against a Redis that can be told to have them, its work against the real one that REDIS_URL
 * names. Without REDIS_URL the latter are skipped, and the run says so.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createRedisCache } from '../../src/keepnet/redis-cache.js';
import type { Log } from '../../src/telemetry.js';
import { type FakeRedis, startFakeRedis } from '../support/fake-redis.js';
import { until } from '../support/until.js';

const forever = new AbortController().signal;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function createLines() {
  const lines: string[] = [];
  const write = (fields: Record<string, unknown>, message: string) =>
    void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  return { lines, log };
}

function open(url: string) {
  const { lines, log } = createLines();
  const store = createRedisCache({ url, log });
  ends.push(() => store.stop());
  return { store, lines };
}

async function startFake(port?: number): Promise<FakeRedis> {
  const redis = await startFakeRedis(port);
  ends.push(() => redis.stop());
  return redis;
}

/** Far below what 20 or 200 waits one after the other would take, far above what a busy machine adds. */
const SMALL_MS = 1_500;

const now = (body: string) => `${Date.now()} 60000\n${body}`;

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; tookMs: number }> {
  const startedAtMs = performance.now();
  return { result: await work(), tookMs: performance.now() - startedAtMs };
}

describe('a shared store in trouble', () => {
  it('is a miss at once where nobody listens, with one line for all the calls, and none of their keys in it', async () => {
    const redis = await startFake();
    await redis.stop();
    const { store, lines } = open(redis.url);
    await until(() => lines.length > 0, 'a line about the trouble');
    const { tookMs } = await timed(async () => {
      for (let call = 0; call < 200; call += 1) {
        expect(await store.get('secret-key', forever)).toBeUndefined();
        store.put('secret-key', 'secret body', 1_000);
      }
    });
    expect(tookMs).toBeLessThan(SMALL_MS);
    expect(lines).toEqual([expect.stringContaining('ECONNREFUSED')]);
    expect(lines.join()).not.toContain('secret');
  });

  it.each([Number.POSITIVE_INFINITY, 300])(
    'costs one short wait when replies take %d ms, and then nothing',
    async (delayMs) => {
      const redis = await startFake();
      const { store, lines } = open(redis.url);
      redis.answer(now('[1]'));
      await until(async () => (await store.get('a', forever)) !== undefined, 'the connection');
      redis.delayReplies(delayMs);
      const { tookMs } = await timed(async () => {
        const first = Array.from({ length: 20 }, () => store.get('a', new AbortController().signal));
        expect((await Promise.all(first)).every((found) => found === undefined)).toBe(true);
        for (let call = 0; call < 200; call += 1) expect(await store.get('a', forever)).toBeUndefined();
      });
      expect(tookMs).toBeLessThan(SMALL_MS);
      await until(() => redis.connections() === 0, 'the store to hang up');
      expect(lines).toHaveLength(1);
    },
  );

  it('is of use again some seconds after it speaks again, and tells so', async () => {
    const redis = await startFake();
    const { store, lines } = open(redis.url);
    redis.answer(now('[1]'));
    await until(async () => (await store.get('a', forever)) !== undefined, 'the connection');
    redis.delayReplies(Number.POSITIVE_INFINITY);
    await store.get('a', forever);
    await until(() => redis.connections() === 0, 'the store to hang up');
    redis.delayReplies(0);
    await until(async () => (await store.get('a', forever)) !== undefined, 'the next connection');
    expect(lines).toEqual([expect.stringContaining('does not answer'), expect.stringContaining('answers again')]);
  });

  it('never waits for one that takes connections and says nothing', async () => {
    const redis = await startFake();
    redis.delayReplies(Number.POSITIVE_INFINITY);
    const { store } = open(redis.url);
    await until(() => redis.connections() === 1, 'the connection');
    const { tookMs } = await timed(async () => {
      for (let call = 0; call < 200; call += 1) expect(await store.get('a', forever)).toBeUndefined();
    });
    expect(tookMs).toBeLessThan(SMALL_MS);
    expect(redis.commands).not.toContain('GET');
  });

  it('is left at once by an asker whose signal fires', async () => {
    const redis = await startFake();
    const { store } = open(redis.url);
    redis.answer(now('[1]'));
    await until(async () => (await store.get('a', forever)) !== undefined, 'the connection');
    redis.delayReplies(Number.POSITIVE_INFINITY);
    const asker = new AbortController();
    const { result, tookMs } = await timed(() => {
      const asked = store.get('a', asker.signal);
      asker.abort();
      return asked;
    });
    expect(result).toBeUndefined();
    expect(tookMs).toBeLessThan(150);
  });

  it.each(['', 'no head', 'x 60000\n[1]', '12 \n[1]'])(
    'finds nothing in a value that it did not write: %j',
    async (value) => {
      const redis = await startFake();
      const { store } = open(redis.url);
      redis.answer(value);
      await until(async () => {
        await store.get('a', forever);
        return redis.commands.includes('GET');
      }, 'the connection');
      expect(await store.get('a', forever)).toBeUndefined();
    },
  );

  it('stays connected to a Redis that refuses, and tells why in one word, because the others may quote a body', async () => {
    const redis = await startFake();
    const { store, lines } = open(redis.url);
    redis.refuse("ERR unknown command, with args beginning with: 'ada@customer.example'");
    await until(async () => {
      await store.get('a', forever);
      return lines.length > 0;
    }, 'the refusal');
    for (let call = 0; call < 20; call += 1) expect(await store.get('a', forever)).toBeUndefined();
    expect(redis.commands.length).toBeGreaterThan(20);
    expect(redis.connections()).toBe(1);
    expect(lines).toEqual([expect.stringContaining('{"reason":"ERR"}')]);
  });

  it('is not sent a body that would hold up the others', async () => {
    const redis = await startFake();
    const { store } = open(redis.url);
    await until(async () => {
      await store.get('a', forever);
      return redis.commands.includes('GET');
    }, 'the connection');
    store.put('large', 'x'.repeat(1024 * 1024 + 1), 1_000);
    store.put('without time', 'x', 0.5);
    store.put('small', 'x', 1_000);
    await until(() => redis.commands.includes('SET'), 'the small one');
    expect(redis.commands.filter((name) => name === 'SET')).toHaveLength(1);
  });

  it('closes its connection when it is stopped, also while it falls silent, and is then a miss without a word', async () => {
    const redis = await startFake();
    const { store, lines } = open(redis.url);
    redis.answer(now('[1]'));
    await until(async () => (await store.get('a', forever)) !== undefined, 'the connection');
    redis.delayReplies(Number.POSITIVE_INFINITY);
    const waiting = store.get('a', forever);
    store.stop();
    expect(await waiting).toBeUndefined();
    await until(() => redis.connections() === 0, 'the connection to close');
    expect(await store.get('a', forever)).toBeUndefined();
    expect(lines).toEqual([]);
  });
});

const url = process.env.REDIS_URL;
const [describeReal, title] = url
  ? [describe, 'a shared store']
  : [describe.skip, 'a shared store (SKIPPED: no REDIS_URL)'];
if (!url) console.warn('REDIS_URL names no Redis: the tests of the shared store over a real one are skipped.');

describeReal(title, () => {
  const address = url ?? '';

  async function openReal() {
    const { store } = open(address);
    const probe = randomUUID();
    await until(async () => {
      store.put(probe, 'x', 1_000);
      return (await store.get(probe, forever)) !== undefined;
    }, 'the real Redis');
    return store;
  }

  it('gives one server what another has put, with its age and its time', async () => {
    const [one, other] = [await openReal(), await openReal()];
    const key = randomUUID();
    const body = '{"data":{"name":"Şişli – ☂"}}\n2';
    one.put(key, body, 5_000.5);
    await until(async () => (await other.get(key, forever)) !== undefined, 'the answer');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const found = await other.get(key, forever);
    expect(found).toEqual({ body, keepMs: 5_000, ageMs: expect.any(Number) });
    expect(found?.ageMs).toBeGreaterThanOrEqual(25);
    expect(found?.ageMs).toBeLessThan(5_000);
  });

  it('lets Redis forget it after its time, and names it so that it is known as ours', async () => {
    const store = await openReal();
    const redis = new Redis(address);
    ends.push(() => redis.disconnect());
    const key = randomUUID();
    store.put(key, 'x', 400);
    await until(async () => (await store.get(key, forever)) !== undefined, 'the answer');
    const leftMs = await redis.pttl(`keepnet-graph:answer:v1:${key}`);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(400);
    await until(async () => (await redis.exists(`keepnet-graph:answer:v1:${key}`)) === 0, 'the end of its time');
    expect(await store.get(key, forever)).toBeUndefined();
  });
});
