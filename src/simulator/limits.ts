/** Keepnet's 429, in two forms that can be switched on: calls per second with a burst, and calls in flight. */
import { type Answer, toFailure } from './answer.js';
import type { SimulatorSettings } from './settings.js';

export interface Limits {
  /** The 429 for a call that arrives now, or null where it may pass; counts it. */
  check(inFlight: number): Answer | null;
}

/** A bucket of `burst` calls that refills at `callsPerSecond`; reads the settings anew for each call. */
export function createLimits(settings: Readonly<SimulatorSettings>): Limits {
  let known: SimulatorSettings['rateLimit'] = null;
  let left = 0;
  let filledMs = 0;
  return {
    check(inFlight) {
      if (settings.maxInFlight !== null && inFlight > settings.maxInFlight) return toTooMany(null);
      const limit = settings.rateLimit;
      if (limit !== known) left = limit?.burst ?? 0;
      known = limit;
      if (limit === null) return null;
      const nowMs = performance.now();
      left = Math.min(limit.burst, left + ((nowMs - filledMs) / 1_000) * limit.callsPerSecond);
      filledMs = nowMs;
      if (left < 1) return toTooMany(limit.retryAfterSeconds);
      left -= 1;
      return null;
    },
  };
}

function toTooMany(retryAfterSeconds: number | null): Answer {
  const answer = toFailure(429, 'TOO_MANY_REQUESTS', 'Too many requests');
  if (retryAfterSeconds === null) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } };
}
