/**
 * The pause of a whole credential after a 429: as long as Keepnet says, else a wait of our own that doubles while it does not
 * help. Pure; pauses and waits are kept by `pace.ts`.
 */
export interface Cooldown {
  /** No call may start before it; a moment long past where there is no pause. */
  readonly untilMs: number;
  /** A call was refused. Of two waits the longer one wins; `retryAfterMs` is null where Keepnet named none. */
  refused(call: { startedAtMs: number; retryAfterMs: number | null }, nowMs: number): void;
  succeeded(startedAtMs: number): void;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** A clock that is wrong, or a slip in a header, must not stop a credential for days: after it, one more 429 tells. */
const LONGEST_PAUSE_MS = 600_000;
/** So many successes after a pause, and it was long enough. */
const ENOUGH_SUCCESSES = 3;

/** `random`: 0 up to, not including, 1. */
export function createCooldown(random: () => number = Math.random): Cooldown {
  let untilMs = 0;
  let beganAtMs = Number.NEGATIVE_INFINITY;
  let waitMs = FIRST_WAIT_MS;
  let successes = ENOUGH_SUCCESSES;

  /** Twice the last wait where that did not help; with jitter, since other servers may share the limit. */
  function toOwnWaitMs(): number {
    waitMs = successes < ENOUGH_SUCCESSES ? Math.min(LONGEST_WAIT_MS, waitMs * 2) : FIRST_WAIT_MS;
    return waitMs * (0.75 + random() / 4);
  }

  function begin(nowMs: number): void {
    beganAtMs = nowMs;
    successes = 0;
  }

  return {
    get untilMs() {
      return untilMs;
    },
    refused({ startedAtMs, retryAfterMs }, nowMs) {
      const isNew = startedAtMs > beganAtMs;
      if (retryAfterMs !== null && retryAfterMs > 0) {
        untilMs = Math.max(untilMs, nowMs + Math.min(retryAfterMs, LONGEST_PAUSE_MS));
      }
      // Refused together with the one that began the pause: nothing new.
      else if (isNew) untilMs = Math.max(untilMs, nowMs + toOwnWaitMs());
      if (isNew) begin(nowMs);
    },
    succeeded(startedAtMs) {
      if (startedAtMs > beganAtMs) successes += 1;
    },
  };
}
