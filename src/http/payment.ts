/**
 * What a request of many operations takes from its caller's allowance. As many as he may make at once are paid before the first, and
 * refused where he has not so much left; each further one waits for his next minute: answers were sent by then, and a refusal would
 * spoil them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.js';
import type { CallerAllowance } from '../schema/context.js';

export interface Payment {
  /** Null where the caller's calls are not limited. */
  readonly allowance: CallerAllowance | null;
  /** Keepnet calls of one operation, at most. */
  readonly calls: number;
  /** As many as are certain to be made. */
  readonly operations: number;
  /** Ends the waits, with its reason. */
  readonly signal: AbortSignal;
}

/** Resolves with what to await before each operation. @throws AppError RATE_LIMITED */
export async function prepay({ allowance, calls, operations, signal }: Payment): Promise<() => Promise<void>> {
  if (allowance === null) return async () => undefined;
  let paid = Math.min(operations, Math.max(1, Math.floor(allowance.mostAtOnce / calls)));
  await allowance.spend(paid * calls);
  return async () => {
    if (paid > 0) paid -= 1;
    else await spendInTime(allowance, calls, signal);
  };
}

/** Waits out the minute, and the next. */
async function spendInTime(allowance: CallerAllowance, calls: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await allowance.spend(calls);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'RATE_LIMITED') throw error;
      await sleep(error.retryAfterMs ?? 1_000, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
}
