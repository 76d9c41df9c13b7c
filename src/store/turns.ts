/**
 * One after the other, in the order in which they came: for a connection that can do a single thing at a time. A turn that fails
 * fails alone. Nothing is started after `close`, which waits for what was there before it.
 */
import { AppError } from '../errors.js';

export interface Turns {
  /** @throws AppError STORE_UNAVAILABLE after `close`, and whatever `work` throws. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** Does `work` as the last turn; a second call waits for the same end. */
  close(work: () => Promise<void>): Promise<void>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | null = null;

  function append<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  return {
    async take(work) {
      if (closed) throw new AppError('STORE_UNAVAILABLE', 'The database has been closed.');
      return append(work);
    },
    close(work) {
      closed ??= append(work);
      return closed;
    },
  };
}
