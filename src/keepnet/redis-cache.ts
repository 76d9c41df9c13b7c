/**
 * A shared store in Redis, for several servers in front of one credential. Promises that nobody waits long for a Redis that
 * is slow or away: after one late reply it is hung up on, called anew in the background, and everything is a miss until it
 * answers. The log says so once a minute at most. What an answer means is left to the cache.
 */
import { Redis, ReplyError } from 'ioredis';
import type { Log } from '../telemetry.js';
import type { SharedAnswer, SharedStore } from './cache.js';
import type { CallSignal } from './call-signal.js';

/** Connects in the background. `url` is `redis://…` or `rediss://…`, and may hold a password. */
export function createRedisCache({ url, log }: { url: string; log: Log }): SharedStore {
  const redis = new Redis(url, CONNECTION);
  const line = createLine(redis, log);
  return {
    async get(key, signal) {
      if (!line.isReady() || signal.aborted) return undefined;
      try {
        return parseStored(await orUndefined(redis.get(KEY_PREFIX + key), signal));
      } catch (error) {
        line.failed(error);
        return undefined;
      }
    },
    put(key, body, keepMs) {
      const expiresInMs = Math.floor(keepMs);
      if (!line.isReady() || expiresInMs < 1 || Buffer.byteLength(body) > MAX_BODY_BYTES) return;
      redis.set(KEY_PREFIX + key, toStored(body, expiresInMs), 'PX', expiresInMs).catch(line.failed);
    },
    stop: line.stop,
  };
}

/** The number is that of the layout below: servers of two layouts do not read each other's answers. */
const KEY_PREFIX = 'keepnet-graph:answer:v1:';
/** A larger answer is rare, and would hold up the small ones on the same connection. */
const MAX_BODY_BYTES = 1024 * 1024;
const TIMEOUT_MS = 200;
const RECONNECT_MS = 3_000;
const WARN_EVERY_MS = 60_000;

const CONNECTION = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: TIMEOUT_MS,
  // A connection that is hung up on may never hear of it.
  disconnectTimeout: TIMEOUT_MS,
  retryStrategy: () => RECONNECT_MS,
};

/** Knows whether the connection is worth a command, and hangs up after one that came to nothing. */
function createLine(redis: Redis, log: Log) {
  const warn = createTroubleLog(redis, log);
  let isHungUp = false;
  let isStopped = false;
  redis.on('close', () => {
    isHungUp = false;
  });
  /** Asked before every command, because an error for each call of an outage has its price too. */
  const isReady = () => redis.status === 'ready' && !isHungUp;
  return {
    isReady,
    failed(error: unknown): void {
      // The end of what was under way is no trouble.
      if (isStopped) return;
      warn(error);
      // What Redis refuses, it refuses in time.
      if (error instanceof ReplyError || !isReady()) return;
      isHungUp = true;
      redis.disconnect(true);
    },
    stop(): void {
      isStopped = true;
      redis.disconnect();
    },
  };
}

/**
 * When it was put, how long it is kept, and the body. The age is counted between clocks of two servers, which are taken to
 * agree; where they do not, Redis's own expiry bounds the harm.
 */
function toStored(body: string, keepMs: number): string {
  return `${Date.now()} ${keepMs}\n${body}`;
}

function parseStored(stored: string | null | undefined): SharedAnswer | undefined {
  const [head, putAtMs, keepMs] = /^(\d{1,15}) (\d{1,15})\n/.exec(stored ?? '') ?? [];
  if (typeof stored !== 'string' || head === undefined) return undefined;
  return {
    body: stored.slice(head.length),
    ageMs: Math.max(0, Date.now() - Number(putAtMs)),
    keepMs: Number(keepMs),
  };
}

/** Lets go of what is still to come when `signal` fires. */
function orUndefined<T>(coming: Promise<T>, signal: CallSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve(undefined);
    signal.addEventListener('abort', leave, { once: true });
    coming.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** Takes every error of a connection and its commands; tells of the first in a minute, and of the end of the trouble. */
function createTroubleLog(redis: Redis, log: Log): (error: unknown) => void {
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  let isTold = false;
  const warn = (error: unknown) => {
    if (performance.now() < quietUntilMs) return;
    quietUntilMs = performance.now() + WARN_EVERY_MS;
    isTold = true;
    log.warn({ reason: toReason(error) }, 'the shared cache does not answer; every server keeps its own');
  };
  redis.on('error', warn);
  redis.on('ready', () => {
    if (isTold) log.info({}, 'the shared cache answers again');
    isTold = false;
  });
  return warn;
}

/** Never the error itself, which carries its command, nor the words of Redis, which may quote it: both hold a body. */
function toReason(error: unknown): string {
  const { code, message = '' } = error as { code?: string; message?: string };
  return code ?? (error instanceof ReplyError ? message.split(' ', 1).join() : message);
}
