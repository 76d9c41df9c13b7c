/**
 * How many calls may be on their way at once, found by trying: it doubles with each round trip until Keepnet shows that it
 * is too many, halves then, and from there on grows by one at a time. Pure; who waits for a place is `pace.ts`'s.
 */
export interface Cap {
  /** From 1 up to `max`. */
  readonly size: number;
  /** A call succeeded that was one of `inFlight` when it started. `isFull`: all places are taken, so more may be of use. */
  succeeded(inFlight: number, isFull: boolean): void;
  /** A call was refused or timed out. One round counts once: a call from before the last halving tells nothing new. */
  troubled(startedAtMs: number, nowMs: number): void;
  /** Whether clearly more than `inFlight` have succeeded before, so that a refusal must have another reason. */
  carriesMoreThan(inFlight: number): boolean;
}

/** What Keepnet counts and what we count differ by the calls whose answers are still on the wire. */
const CLEARLY_MORE = 4 / 3;

export function createCap({ max, start }: { max: number; start: number }): Cap {
  let size = Math.min(max, start);
  let halvedAtMs: number | null = null;
  let successesAtSize = 0;
  let mostCarried = 0;
  return {
    get size() {
      return size;
    },
    succeeded(inFlight, isFull) {
      mostCarried = Math.max(mostCarried, inFlight);
      if (!isFull) return;
      successesAtSize += 1;
      if (halvedAtMs !== null && successesAtSize < size) return;
      size = Math.min(max, size + 1);
      successesAtSize = 0;
    },
    troubled(startedAtMs, nowMs) {
      if (halvedAtMs !== null && startedAtMs <= halvedAtMs) return;
      halvedAtMs = nowMs;
      successesAtSize = 0;
      size = Math.max(1, Math.floor(size / 2));
    },
    carriesMoreThan: (inFlight) => mostCarried >= inFlight * CLEARLY_MORE,
  };
}
