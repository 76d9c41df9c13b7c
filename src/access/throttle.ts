/**
 * How many wrong credentials an address may try. Counts failures in windows of a minute; of the addresses that come, it remembers as
 * many as it has room for. Whose address it is, and what a failure is, is left to `authenticator.ts`.
 */
import { LRUCache } from 'lru-cache';

export interface FailureThrottle {
  /** How long this address has to wait; 0 where it may try. */
  waitMs(address: string): number;
  addFailure(address: string): void;
}

interface Window {
  failures: number;
  readonly endsAtMs: number;
}

export function createFailureThrottle(now: () => number): FailureThrottle {
  const windows = new LRUCache<string, Window>({ max: MAX_ADDRESSES });
  const current = (key: string) => {
    const window = windows.get(key);
    return window && now() < window.endsAtMs ? window : null;
  };
  return {
    waitMs(address) {
      const window = current(toNetwork(address));
      return window && window.failures >= MAX_FAILURES ? window.endsAtMs - now() : 0;
    },
    addFailure(address) {
      const key = toNetwork(address);
      const window = current(key);
      if (window) window.failures += 1;
      else windows.set(key, { failures: 1, endsAtMs: now() + WINDOW_MS });
    },
  };
}

const MAX_FAILURES = 30;
const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;

/**
 * Whoever has one IPv6 address has the 2^64 of its network: they count as one. An IPv4 address may be written as IPv6, and a proxy
 * may write the port beside either.
 */
function toNetwork(written: string): string {
  const address = /^\[(.+)\](?::\d+)?$/.exec(written)?.[1] ?? written;
  const version4 = /^(?:::ffff:)?([\d.]+)(?::\d+)?$/i.exec(address)?.[1];
  if (version4 !== undefined) return version4;
  if (!address.includes(':')) return address;
  const [before = '', after] = address.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after ? after.split(':') : [];
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...tail].slice(0, 4).join(':');
}
