/** When a failed call is tried again: a table, and the budget behind it. */
import { describe, expect, it } from '@jest/globals';
import { CallFailure, type FailureKind } from '../../src/keepnet/failure.js';
import { createRetryBudget, type RetryQuestion, toRetryWaitMs } from '../../src/keepnet/retry.js';

function waitFor(kind: FailureKind, more: Partial<RetryQuestion> & { retryAfterMs?: number } = {}): number | null {
  const failure = new CallFailure(kind, 'test', { retryAfterMs: more.retryAfterMs });
  return toRetryWaitMs({ attempt: 1, repeatable: true, nowMs: 0, deadlineAtMs: 60_000, random: 0.5, ...more, failure });
}

describe('a failed call', () => {
  it.each<[FailureKind, number, number | null]>([
    ['UNAVAILABLE', 1, 100],
    ['UNAVAILABLE', 2, 200],
    ['UNAVAILABLE', 3, null],
    ['TIMEOUT', 1, 100],
    ['TIMEOUT', 3, null],
    ['RATE_LIMITED', 1, 0],
    ['RATE_LIMITED', 3, 0],
    ['RATE_LIMITED', 4, null],
    ['UNAUTHENTICATED', 1, null],
    ['CREDENTIAL_REFUSED', 1, null],
    ['FORBIDDEN', 1, null],
    ['PRIVACY_DENIED', 1, null],
    ['IP_RESTRICTED', 1, null],
    ['NOT_FOUND', 1, null],
    ['REJECTED', 1, null],
    ['FAILED', 1, null],
    ['BAD_RESPONSE', 1, null],
    ['TOO_LARGE', 1, null],
  ])('%s at attempt %i waits %p ms', (kind, attempt, expected) => {
    expect(waitFor(kind, { attempt })).toBe(expected);
  });

  it('is never tried again where its endpoint is not declared repeatable', () => {
    for (const kind of ['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'] as const) {
      expect(waitFor(kind, { repeatable: false })).toBeNull();
    }
  });

  it('gives up at once where the wait would outlast the deadline', () => {
    expect(waitFor('UNAVAILABLE', { nowMs: 59_950 })).toBeNull();
    expect(waitFor('UNAVAILABLE', { nowMs: 59_850 })).toBe(100);
    expect(waitFor('RATE_LIMITED', { retryAfterMs: 61_000 })).toBeNull();
    expect(waitFor('RATE_LIMITED', { retryAfterMs: 59_000 })).toBe(0);
  });

  it('comes back at any time up to the bound, and never later than five seconds', () => {
    expect(waitFor('UNAVAILABLE', { random: 0 })).toBe(0);
    expect(waitFor('UNAVAILABLE', { random: 0.999 })).toBeLessThan(200);
    expect(waitFor('UNAVAILABLE', { attempt: 2, random: 0.999 })).toBeLessThan(400);
  });
});

describe('the budget', () => {
  /** A clock in milliseconds, and how many of so many failed calls can be repeated. */
  function createBudget() {
    const clock = { nowMs: 0 };
    const budget = createRetryBudget(() => clock.nowMs);
    const earn = (calls: number) => {
      for (let call = 0; call < calls; call += 1) budget.earn();
    };
    const spend = (operation: string, failures: number) =>
      Array.from({ length: failures }, () => budget.spend(operation, clock.nowMs - 1)).filter(Boolean).length;
    return { budget, clock, earn, spend };
  }

  it('affords three repetitions from the start and a fifth of every call after', () => {
    const { budget, clock, earn, spend } = createBudget();
    let spent = 0;
    for (let call = 0; call < 1_000; call += 1) {
      clock.nowMs += 1;
      if (call % 2 === 0) budget.answered('GET a');
      earn(1);
      spent += spend('GET a', 1);
    }
    expect(spent).toBeGreaterThanOrEqual(200);
    expect(spent).toBeLessThanOrEqual(203);
  });

  it('spends no savings on an endpoint that has answered nobody since the call failed', () => {
    const { budget, clock, earn, spend } = createBudget();
    budget.answered('GET a');
    earn(1_000);
    clock.nowMs = 1_000;
    budget.answered('GET b');
    expect(spend('GET a', 50)).toBe(3);
    earn(50);
    expect(spend('GET a', 50)).toBe(3);
    earn(11);
    expect(spend('GET a', 50)).toBe(2);
    expect(spend('GET c', 50)).toBe(0);
    budget.answered('GET a');
    expect(spend('GET a', 50)).toBe(50);
  });

  it('does not save up more than a hundred', () => {
    const { budget, clock, earn, spend } = createBudget();
    earn(10_000);
    clock.nowMs = 1_000;
    budget.answered('GET a');
    expect(spend('GET a', 1_000)).toBe(100);
  });
});
