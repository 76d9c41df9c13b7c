/**
 * What is left of a caller's minute: in memory, in the real Redis that REDIS_URL names, and with one that is away or falls silent.
 * Without REDIS_URL the tests over the real one are skipped, and the run says so.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type CallAllowances, createCallAllowances } from '../../src/access/call-allowances.js';
import { startFakeRedis } from '../support/fake-redis.js';
import { until } from '../support/until.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function open(redisUrl: string | null, callsPerMinute = 10): CallAllowances {
  const allowances = createCallAllowances({ callsPerMinute, redisUrl });
  ends.push(() => allowances.stop());
  return allowances;
}

describe('an allowance', () => {
  it('is whole at first, gets smaller, and is refused with the time to wait', async () => {
    const allowances = open(null);
    expect(await allowances.read('a')).toEqual({ limit: 10, remaining: 10, resetsAtMs: null });
    await allowances.spend('a', 4);
    await allowances.spend('a', 6);
    expect(await allowances.read('a')).toMatchObject({ remaining: 0, resetsAtMs: expect.any(Number) });
    const refused = await allowances.spend('a', 1).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED' });
    const { retryAfterMs, message } = refused as { retryAfterMs: number; message: string };
    expect(retryAfterMs % 1000).toBe(0);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(message).toContain(`${retryAfterMs / 1000} s`);
  });

  it('is nobody else’s, and costs nothing where nothing is asked', async () => {
    const allowances = open(null);
    await expect(allowances.spend('a', 11)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await allowances.spend('a', 0);
    await allowances.spend('b', 10);
    expect(await allowances.read('b')).toMatchObject({ remaining: 0 });
  });
});

describe('a Redis that does not help', () => {
  it('is done without where nothing listens', async () => {
    const allowances = open('redis://127.0.0.1:1');
    await allowances.spend('a', 10);
    await expect(allowances.spend('a', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await allowances.read('a')).toMatchObject({ remaining: 0 });
  });

  it('is hung up on when it falls silent, and costs one short wait', async () => {
    const redis = await startFakeRedis();
    ends.push(() => redis.stop());
    const allowances = open(redis.url, 1_000);
    await until(() => redis.connections() === 1, 'the connection');
    redis.delayReplies(Number.POSITIVE_INFINITY);
    for (let turn = 0; turn < 50; turn += 1) await allowances.spend('a', 1);
    await until(() => redis.connections() === 0, 'the end of the connection');
    expect(await allowances.read('a')).toMatchObject({ remaining: 950 });
  });
});

const url = process.env.REDIS_URL;
const [describeReal, title]: [(name: string, tests: () => void) => void, string] = url
  ? [describe, 'servers that share a Redis']
  : [describe.skip, 'servers that share a Redis (SKIPPED: no REDIS_URL)'];
if (!url) console.warn('REDIS_URL names no Redis: the tests of servers that share allowances are skipped.');

describeReal(title, () => {
  it('count the calls of a caller together', async () => {
    const caller = `key:${randomUUID()}`;
    const [one, other] = [open(url ?? null), open(url ?? null)];
    // They connect in the background, and count for themselves until then.
    await until(async () => {
      const probe = randomUUID();
      await one.spend(probe, 1);
      return (await other.read(probe)).remaining === 9;
    }, 'both connections');
    await one.spend(caller, 6);
    await other.spend(caller, 4);
    await expect(one.spend(caller, 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(other.spend(caller, 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await one.read(caller)).toMatchObject({ limit: 10, remaining: 0 });
  });
});
