/** An upstream in virtual time that takes its time and refuses what is too much; and those who ask it through a pace. */

import { setMaxListeners } from 'node:events';
import type { Outcome, Pace, PaceReport, Turn } from '../../src/keepnet/pace.js';
import type { Lane } from '../../src/keepnet/turns.js';
import type { VirtualClock } from './virtual-clock.js';

/** May be changed while calls are under way. */
export interface UpstreamLimits {
  /** 40 unless told otherwise. */
  latencyMs?: number;
  /** A bucket of `burst` calls that fills at `perSecond`. */
  bucket?: { readonly perSecond: number; readonly burst: number };
  /** So many calls in each window of so many milliseconds. */
  window?: { readonly calls: number; readonly ms: number };
  maxInFlight?: number;
  /** Null names none. */
  retryAfterMs?: number | null;
  /** The numbers of the calls, from 1, that time out after 30 s instead of being answered. */
  timesOut?: (call: number) => boolean;
}

export class Refused extends Error {
  constructor(readonly retryAfterMs: number | null) {
    super('429');
  }
}

export interface LimitedUpstream {
  call(): Promise<string>;
  readonly counts: { calls: number; refused: number; inFlight: number; mostInFlight: number };
  /** When each call came, milliseconds of the clock. */
  readonly cameAtMs: number[];
  reset(): void;
}

export function createLimitedUpstream(clock: VirtualClock, limits: UpstreamLimits): LimitedUpstream {
  const counts = { calls: 0, refused: 0, inFlight: 0, mostInFlight: 0 };
  const cameAtMs: number[] = [];
  let known = limits.bucket;
  let level = limits.bucket?.burst ?? 0;
  let filledAtMs = clock.now();
  let windowCalls = 0;
  let windowNumber = 0;

  function isRefused(): boolean {
    const { bucket, window, maxInFlight } = limits;
    if (maxInFlight !== undefined && counts.inFlight > maxInFlight) return true;
    if (bucket !== undefined) {
      if (bucket !== known) level = bucket.burst;
      known = bucket;
      level = Math.min(bucket.burst, level + ((clock.now() - filledAtMs) / 1_000) * bucket.perSecond);
      filledAtMs = clock.now();
      if (level < 1) return true;
      level -= 1;
    }
    if (window === undefined) return false;
    const current = Math.floor(clock.now() / window.ms);
    if (current !== windowNumber) windowCalls = 0;
    windowNumber = current;
    windowCalls += 1;
    return windowCalls > window.calls;
  }

  return {
    counts,
    cameAtMs,
    async call() {
      counts.calls += 1;
      counts.inFlight += 1;
      counts.mostInFlight = Math.max(counts.mostInFlight, counts.inFlight);
      cameAtMs.push(clock.now());
      const isTimeout = limits.timesOut?.(counts.calls) ?? false;
      try {
        if (isRefused()) {
          counts.refused += 1;
          await clock.sleep(1);
          throw new Refused(limits.retryAfterMs ?? null);
        }
        await clock.sleep(isTimeout ? 30_000 : (limits.latencyMs ?? 40));
        if (isTimeout) throw new Error('timeout');
        return 'answer';
      } finally {
        counts.inFlight -= 1;
      }
    },
    reset() {
      Object.assign(counts, { calls: 0, refused: 0, mostInFlight: counts.inFlight });
      cameAtMs.length = 0;
    },
  };
}

export function judge<T>(outcome: Outcome<T>): PaceReport {
  if ('value' in outcome) return { kind: 'ok' };
  const { error } = outcome;
  if (error instanceof Refused) return { kind: 'rate-limited', retryAfterMs: error.retryAfterMs };
  return { kind: error instanceof Error && error.message === 'timeout' ? 'timeout' : 'other' };
}

export const FOREVER = new AbortController().signal;
// Everybody who waits listens to it.
setMaxListeners(0, FOREVER);

export function toTurn(more: Partial<Turn> & { lane?: Lane } = {}): Turn {
  return {
    lane: 'interactive',
    callerId: 'caller',
    companyId: 'company',
    signal: FOREVER,
    deadlineAtMs: Number.POSITIVE_INFINITY,
    ...more,
  };
}

/** One question, asked until it is answered, as the client does. */
export async function askUntilAnswered(pace: Pace, upstream: LimitedUpstream, turn: Turn): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pace.run({ ...turn, repeated: attempt > 1 }, () => upstream.call(), judge);
    } catch (error) {
      if (!(error instanceof Refused) || attempt >= 8) throw error;
    }
  }
}

/** The questions of a dashboard: one for the directory, then three for each of 100 companies. */
export async function askDashboard(
  pace: Pace,
  upstream: LimitedUpstream,
  { companies = 100, ...more }: Partial<Turn> & { companies?: number } = {},
): Promise<string[]> {
  const first = await askUntilAnswered(pace, upstream, toTurn({ ...more, companyId: null }));
  const questions = Array.from({ length: companies * 3 }, (_, index) =>
    askUntilAnswered(pace, upstream, toTurn({ ...more, companyId: `company${Math.floor(index / 3)}` })),
  );
  return [first, ...(await Promise.all(questions))];
}
