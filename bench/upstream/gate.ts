/**
 * What stands in the way of a call at the stub: a rate, a number of calls in flight, errors by chance, an outage.
 * Pure but for its clock and its count of calls; what is refused is told as a status and headers.
 */

/** What the stub does to calls below `/api/`. Everything that is left out does not happen. */
export interface StubOptions {
  readonly latencyMs: number;
  /** A bucket that holds `burst` calls and fills with `perSecond`; what it has no room for is 429 with `Retry-After: 1`. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  /** More calls at once than this are 429, without `Retry-After`. */
  readonly maxInFlight?: number;
  /** One call in so many is 500. */
  readonly failEvery?: number;
  /** 503 for every call, or for all but the list of companies. */
  readonly outage?: 'ALL' | 'SCOPED';
}

export interface Refused {
  readonly status: 429 | 500 | 503;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Gate {
  /** Null lets the call pass. `inFlight` counts the call itself. */
  check(call: { readonly isScoped: boolean; readonly inFlight: number }): Refused | null;
}

export function createGate(options: StubOptions, nowMs: () => number = () => performance.now()): Gate {
  const take = options.rate ? createBucket(options.rate, nowMs) : () => true;
  let calls = 0;
  return {
    check({ isScoped, inFlight }) {
      calls += 1;
      if (options.outage === 'ALL' || (options.outage === 'SCOPED' && isScoped)) return { status: 503, headers: NONE };
      if (options.maxInFlight !== undefined && inFlight > options.maxInFlight) return { status: 429, headers: NONE };
      if (!take()) return { status: 429, headers: LATER };
      // The list is the first call of a dashboard: it must not be the one that fails every time.
      if (options.failEvery !== undefined && calls % options.failEvery === FAILING_TURN % options.failEvery) {
        return { status: 500, headers: NONE };
      }
      return null;
    },
  };
}

type Headers = Refused['headers'];

const NONE: Headers = {};
const LATER: Headers = { 'retry-after': '1' };
const FAILING_TURN = 37;

function createBucket({ perSecond, burst }: { perSecond: number; burst: number }, nowMs: () => number): () => boolean {
  let left = burst;
  let filledAtMs = nowMs();
  return () => {
    const atMs = nowMs();
    left = Math.min(burst, left + ((atMs - filledAtMs) / 1000) * perSecond);
    filledAtMs = atMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
