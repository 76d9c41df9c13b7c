/**
 * How many calls may start per second. This file says what a rate is and makes the configured one; the one that is learned
 * from refusals is in `learned-rate.ts`. Time is an argument: whoever asks does the waiting.
 */
export interface Rate {
  /** Null while no limit is known. */
  readonly callsPerSecond: number | null;
  /** 0 where a call may start now, else how long until one may. Asking in vain tells that more is wanted. */
  waitMs(nowMs: number): number;
  /** A call starts, after `waitMs` was 0. */
  take(nowMs: number): Ticket;
  /** Nobody waits any more. */
  rest(nowMs: number): void;
  accepted(ticket: Ticket): void;
  /** Keepnet refused the call, and not for the number of calls in flight; none starts in the next `pauseMs`. */
  refused(ticket: Ticket, pauseMs: number): void;
}

/** One call, as its rate knows it. */
export interface Ticket {
  readonly startedAtMs: number;
  /** The calls since the limit was last thought to be untouched; this one is their `index`th, from 1. */
  readonly stretch: object | null;
  readonly index: number;
}

/** What a limit allows at once, as far as it is unused: empties by one with each call, fills up as time goes by. */
export interface Bucket {
  level: number;
  capacity: number;
  fill(nowMs: number, callsPerSecond: number): void;
  /** After a `fill`: 0 where there is a call's worth, else how long until there is. */
  waitMs(callsPerSecond: number): number;
}

export function createBucket(capacity: number): Bucket {
  let filledAtMs: number | null = null;
  return {
    level: capacity,
    capacity,
    fill(nowMs, callsPerSecond) {
      const passedMs = Math.max(0, nowMs - (filledAtMs ?? nowMs));
      this.level = Math.min(this.capacity, this.level + (passedMs / 1_000) * callsPerSecond);
      filledAtMs = nowMs;
    },
    waitMs(callsPerSecond) {
      return this.level >= 1 ? 0 : ((1 - this.level) / callsPerSecond) * 1_000;
    },
  };
}

/** So little that a limit with any burst of its own never notices: a tenth of a second's calls. */
const BURST_SECONDS = 0.1;

/** Kept from the first call on, evenly. */
export function createConfiguredRate(callsPerSecond: number): Rate {
  const bucket = createBucket(Math.max(1, callsPerSecond * BURST_SECONDS));
  return {
    callsPerSecond,
    waitMs(nowMs) {
      bucket.fill(nowMs, callsPerSecond);
      return bucket.waitMs(callsPerSecond);
    },
    take(nowMs) {
      bucket.level -= 1;
      return { startedAtMs: nowMs, stretch: null, index: 0 };
    },
    rest() {},
    accepted() {},
    refused() {},
  };
}
