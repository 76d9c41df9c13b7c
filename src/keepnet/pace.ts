/**
 * How many calls are on their way at once. Whoever comes when all places are taken waits in line, first come first served,
 * and leaves the line at once when its signal fires. What a call does with its place is left to the caller.
 */
import { AppError } from '../errors.js';
import { abortReason } from './failure.js';

export interface Pace {
  /**
   * Runs `work` as soon as there is a place, and frees the place when it has settled.
   * @throws AppError where `signal` fires, or the pace is stopped, before its turn.
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Turns away everybody in line, and whoever comes later. */
  stop(): void;
}

export function createPace(maxInFlight: number): Pace {
  const line = new Set<{ enter(): void; turnAway(): void }>();
  let inFlight = 0;
  let stopped = false;

  /** Resolves when the place is the caller's. */
  function place(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void) => {
        line.delete(waiter);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => leave(() => reject(abortReason(signal)));
      const waiter = { enter: () => leave(resolve), turnAway: () => leave(() => reject(stoppedError())) };
      line.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  return {
    async run(signal, work) {
      if (signal.aborted) throw abortReason(signal);
      if (stopped) throw stoppedError();
      // A freed place is handed over, not returned, so that nobody can slip in before the one who waited.
      if (inFlight < maxInFlight) inFlight += 1;
      else await place(signal);
      try {
        return await work();
      } finally {
        const [next] = line;
        if (next === undefined) inFlight -= 1;
        else next.enter();
      }
    },
    stop() {
      stopped = true;
      for (const waiter of line) waiter.turnAway();
    },
  };
}

function stoppedError(): AppError {
  return new AppError('UPSTREAM_UNAVAILABLE', 'The server is stopping and makes no more Keepnet calls.');
}
