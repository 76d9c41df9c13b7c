/** What one operation asked of Keepnet and what it was spared: its budget while it runs, its receipt when it is done. */
import { AppError } from '../errors.js';
import { type Metrics, NO_METRICS } from '../telemetry-metrics.js';

export interface Receipt {
  /** Calls that were made for this operation, repetitions included. */
  readonly calls: number;
  readonly callsByOperation: Readonly<Record<string, number>>;
  /** Questions answered from what had been kept. */
  readonly cached: number;
  /** Questions answered by a call that somebody else had under way. */
  readonly shared: number;
  readonly retried: number;
  /** The longest time that one call waited for its turn, in milliseconds. */
  readonly waitedMs: number;
  /** Answers that are older than they should be, because Keepnet did not give newer ones. */
  readonly stale: readonly StaleAnswer[];
  /** When the oldest of the answers was read from Keepnet, in milliseconds since 1970; null where there is none. */
  readonly oldestAnswerAtMs: number | null;
}

export interface StaleAnswer {
  readonly operation: string;
  readonly companyId: string | null;
  readonly ageSeconds: number;
}

export interface Ledger {
  /** Pays for one question that needs a call. @throws AppError BUDGET_EXCEEDED */
  spend(companyId: string | null): void;
  /** A question was answered from what was kept or by another's call, or a call was repeated. */
  count(what: 'cached' | 'shared' | 'retried'): void;
  called(operation: string, waitedMs: number): void;
  /** An exchange has ended: with an HTTP status, or for another reason in a word. */
  ended(operation: string, outcome: string, durationMs: number): void;
  stale(answer: StaleAnswer): void;
  /** An answer was had that was read from Keepnet then, in milliseconds since 1970. */
  answered(readAtMs: number): void;
  receipt(): Receipt;
}

/** `maxCalls` is what the operation may ask; repetitions of a failed call are not counted against it. What it counts, `metrics` hears of. */
export function createLedger(maxCalls: number, metrics: Metrics = NO_METRICS): Ledger {
  const figures = { calls: 0, waitedMs: 0, cached: 0, shared: 0, retried: 0 };
  const callsByOperation: Record<string, number> = {};
  const stale: StaleAnswer[] = [];
  let spent = 0;
  let oldestAnswerAtMs: number | null = null;
  return {
    spend(companyId) {
      if (spent >= maxCalls) throw budgetExceeded(maxCalls, companyId);
      spent += 1;
      metrics.questionAnswered('call');
    },
    count(what) {
      figures[what] += 1;
      if (what === 'retried') metrics.keepnetRetried();
      else metrics.questionAnswered(what === 'cached' ? 'cache' : 'shared call');
    },
    called(operation, waitedMs) {
      figures.calls += 1;
      metrics.keepnetWaited(waitedMs);
      figures.waitedMs = Math.max(figures.waitedMs, Math.round(waitedMs));
      callsByOperation[operation] = (callsByOperation[operation] ?? 0) + 1;
    },
    ended: (endpoint, outcome, durationMs) => metrics.keepnetCalled({ endpoint, outcome, durationMs }),
    stale(answer) {
      stale.push(answer);
      metrics.questionAnswered('stale');
    },
    answered(readAtMs) {
      if (oldestAnswerAtMs === null || readAtMs < oldestAnswerAtMs) oldestAnswerAtMs = readAtMs;
    },
    receipt: () => ({
      callsByOperation: { ...callsByOperation },
      stale: [...stale],
      oldestAnswerAtMs,
      ...figures,
    }),
  };
}

function budgetExceeded(maxCalls: number, companyId: string | null): AppError {
  return new AppError('BUDGET_EXCEEDED', `The operation may make ${maxCalls} Keepnet calls and needs more.`, {
    ...(companyId !== null && { companyId }),
  });
}
