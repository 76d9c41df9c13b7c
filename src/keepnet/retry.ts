/**
 * Whether a failed call is worth another attempt, and after how long. The decision is pure; the budget that it draws on is
 * one per credential, so that a Keepnet in trouble is not asked more just because many ask.
 */
import type { CallFailure, FailureKind } from './failure.js';

export interface RetryQuestion {
  readonly failure: CallFailure;
  /** The attempt that failed: 1 for the first. */
  readonly attempt: number;
  /** As the endpoint declares it: Keepnet reads by POST, so the verb tells nothing. */
  readonly repeatable: boolean;
  readonly nowMs: number;
  /** After it nobody waits for the answer any more. */
  readonly deadlineAtMs: number;
  /** 0 up to, not including, 1. */
  readonly random: number;
}

const MAX_ATTEMPTS = 3;
/** A refusal for too many calls did nothing and is told apart from trouble: the line as a whole waits it out (`pace.ts`). */
const MAX_ATTEMPTS_WHEN_REFUSED = 4;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

const PASSING: ReadonlySet<FailureKind> = new Set(['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED']);

/** The wait before the next attempt in milliseconds, or null to give up: a wait that the deadline cuts short is never begun. */
export function toRetryWaitMs(question: RetryQuestion): number | null {
  const { failure, attempt, repeatable, nowMs, deadlineAtMs, random } = question;
  if (!repeatable || !PASSING.has(failure.kind)) return null;
  const isRefused = failure.kind === 'RATE_LIMITED';
  if (attempt >= (isRefused ? MAX_ATTEMPTS_WHEN_REFUSED : MAX_ATTEMPTS)) return null;
  if (isRefused) return nowMs + (failure.retryAfterMs ?? 0) < deadlineAtMs ? 0 : null;
  // Full jitter: any wait up to the bound, so that calls that failed together do not come back together.
  const waitMs = random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return nowMs + waitMs < deadlineAtMs ? waitMs : null;
}

export interface RetryBudget {
  /** A first attempt was made: it earns a fifth of a repetition. */
  earn(): void;
  /** The endpoint gave an answer, be it a refusal. */
  answered(operation: string): void;
  /** Whether a call that failed at `failedAtMs` can be repeated now; the repetition is paid for where it can. */
  spend(operation: string, failedAtMs: number): boolean;
}

const RETRIES_PER_CALL = 0.2;
/** An outage costs so many calls, and a fifth of the first attempts that are made in it. */
const LARGEST_BUDGET_IN_DOUBT = 3;
/** What a long quiet time can save up. */
const LARGEST_BUDGET = 100;

/**
 * Savings are for short trouble, in which many calls fail together: they are spent on an endpoint that has answered somebody
 * since the failure. Until then it may as well be an outage, and there is little to spend. `now` never goes back, in ms.
 */
export function createRetryBudget(now: () => number = performance.now.bind(performance)): RetryBudget {
  const answeredAtMs = new Map<string, number>();
  let saved = LARGEST_BUDGET_IN_DOUBT;
  let savedInDoubt = LARGEST_BUDGET_IN_DOUBT;
  return {
    earn() {
      saved = Math.min(LARGEST_BUDGET, saved + RETRIES_PER_CALL);
      savedInDoubt = Math.min(LARGEST_BUDGET_IN_DOUBT, savedInDoubt + RETRIES_PER_CALL);
    },
    answered(operation) {
      answeredAtMs.set(operation, now());
    },
    spend(operation, failedAtMs) {
      const isInDoubt = (answeredAtMs.get(operation) ?? failedAtMs) <= failedAtMs;
      if (saved < 1 || (isInDoubt && savedInDoubt < 1)) return false;
      saved -= 1;
      if (isInDoubt) savedInDoubt -= 1;
      return true;
    },
  };
}
