/**
 * How many Keepnet calls each caller may ask for in a minute, so that one cannot use up what all share. Minutes begin with a caller's
 * first operation. Counted in memory, or in Redis for several servers together; where Redis does not answer, each server counts for
 * itself until it does. How many calls an operation is worth is said by those who spend.
 */
import { Redis } from 'ioredis';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.js';

export interface Allowance {
  /** Keepnet calls in a minute. */
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since 1970; null where nothing of it was used. */
  readonly resetsAtMs: number | null;
}

export interface CallAllowances {
  readonly callsPerMinute: number;
  /** @throws AppError RATE_LIMITED with `retryAfterMs`. What was left of the minute is used up then: nothing is given back. */
  spend(callerId: string, calls: number): Promise<void>;
  read(callerId: string): Promise<Allowance>;
  stop(): void;
}

export interface CallAllowancesOptions {
  readonly callsPerMinute: number;
  /** Null counts in memory. */
  readonly redisUrl: string | null;
}

export function createCallAllowances({ callsPerMinute, redisUrl }: CallAllowancesOptions): CallAllowances {
  const minute = { points: callsPerMinute, duration: 60, keyPrefix: KEY_PREFIX };
  const own = new RateLimiterMemory(minute);
  const shared = redisUrl === null ? null : connect(redisUrl, minute);
  const ask = async <T>(question: (limiter: RateLimiterAbstract) => Promise<T>): Promise<T> =>
    shared === null
      ? question(own)
      : shared.ask(question).catch((error: unknown) => elseOwn(error, () => question(own)));
  return {
    callsPerMinute,
    async spend(callerId, calls) {
      if (calls === 0) return;
      await ask((limiter) => limiter.consume(callerId, calls)).catch((error: unknown) => {
        throw error instanceof RateLimiterRes ? usedUp(callsPerMinute, error) : error;
      });
    },
    async read(callerId) {
      const used = await ask((limiter) => limiter.get(callerId));
      if (used === null) return { limit: callsPerMinute, remaining: callsPerMinute, resetsAtMs: null };
      const { consumedPoints, msBeforeNext } = used;
      const remaining = Math.max(0, callsPerMinute - consumedPoints);
      return { limit: callsPerMinute, remaining, resetsAtMs: Date.now() + msBeforeNext };
    },
    stop: () => shared?.stop(),
  };
}

const KEY_PREFIX = 'keepnet-graph:calls:v1';

/** A Redis that is slow would hold up every operation: after one late reply it is hung up on, and called anew in the background. */
const CONNECTION = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 200,
  disconnectTimeout: 200,
  retryStrategy: () => 3_000,
};

function connect(url: string, minute: { points: number; duration: number; keyPrefix: string }) {
  const redis = new Redis(url, CONNECTION);
  // What is wrong with it, the cache of answers tells, which is kept in the same one.
  redis.on('error', () => undefined);
  const limiter = new RateLimiterRedis({ ...minute, storeClient: redis, rejectIfRedisNotReady: true });
  return {
    async ask<T>(question: (limiter: RateLimiterAbstract) => Promise<T>): Promise<T> {
      try {
        return await question(limiter);
      } catch (error) {
        if (!(error instanceof RateLimiterRes) && redis.status === 'ready') redis.disconnect(true);
        throw error;
      }
    },
    stop: () => redis.disconnect(),
  };
}

/** A refusal is an answer; only where there was none each server counts for itself. */
function elseOwn<T>(error: unknown, ask: () => Promise<T>): Promise<T> {
  if (error instanceof RateLimiterRes) throw error;
  return ask();
}

function usedUp(callsPerMinute: number, { msBeforeNext }: RateLimiterRes): AppError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const message = `Your operations may ask for ${callsPerMinute} Keepnet calls in a minute, and would ask for more; go on in ${seconds} s.`;
  return new AppError('RATE_LIMITED', message, { retryAfterMs: seconds * 1000 });
}
