/** Time that passes only when told to, and then at once: hours of waiting are a test of milliseconds. */
import type { Clock } from '../../src/keepnet/alarm.js';

export interface VirtualClock extends Clock {
  /** Timers that have been set and have neither rung nor been called off. */
  readonly pending: number;
  sleep(ms: number): Promise<void>;
  /** Lets so much time pass, timer by timer, and everything that hangs on each. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until `promise` settles; fails where nothing is left that could settle it. */
  settle<T>(promise: Promise<T>): Promise<T>;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

const START_MS = 1_700_000_000_000;

export function createVirtualClock(): VirtualClock {
  const timers = new Set<Timer>();
  let nowMs = START_MS;

  const flush = () => new Promise<void>((resolve) => setImmediate(resolve));
  const earliest = () => [...timers].reduce<Timer | null>((a, b) => (a === null || b.atMs < a.atMs ? b : a), null);
  async function ring(timer: Timer): Promise<void> {
    timers.delete(timer);
    nowMs = Math.max(nowMs, timer.atMs);
    timer.run();
    await flush();
  }
  const after = (ms: number, run: () => void) => {
    const timer = { atMs: nowMs + ms, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  return {
    get pending() {
      return timers.size;
    },
    now: () => nowMs,
    after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    async pass(ms) {
      const untilMs = nowMs + ms;
      await flush();
      for (let timer = earliest(); timer !== null && timer.atMs <= untilMs; timer = earliest()) await ring(timer);
      nowMs = untilMs;
    },
    async settle(promise) {
      let isSettled = false;
      const end = () => {
        isSettled = true;
      };
      promise.then(end, end);
      await flush();
      while (!isSettled) {
        const timer = earliest();
        if (timer === null) throw new Error('nothing is left that could settle the promise');
        await ring(timer);
      }
      return promise;
    },
  };
}
