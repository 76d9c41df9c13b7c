/**
 * Work that everybody who asks at the same time shares. One asker may leave without ending it for the others; when the last
 * one leaves, it is aborted. Keeping the result is left to the caller.
 */
import { abortReason } from './failure.js';

export interface SingleFlight<T> {
  /** Joins the work under way, or starts it. Rejects as the work does, or at once when `signal` fires. */
  join(signal: AbortSignal): Promise<T>;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

export function createSingleFlight<T>(work: (signal: AbortSignal) => Promise<T>): SingleFlight<T> {
  let current: Flight<T> | null = null;

  function start(): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { result: work(controller.signal), controller, waiting: 0 };
    const end = () => {
      if (current === flight) current = null;
    };
    flight.result.then(end, end);
    return flight;
  }

  return {
    join(signal) {
      if (signal.aborted) return Promise.reject(abortReason(signal));
      current ??= start();
      const flight = current;
      flight.waiting += 1;
      return new Promise<T>((resolve, reject) => {
        const leave = () => {
          reject(abortReason(signal));
          flight.waiting -= 1;
          if (flight.waiting > 0) return;
          if (current === flight) current = null;
          flight.controller.abort(abortReason(signal));
        };
        signal.addEventListener('abort', leave, { once: true });
        flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      });
    },
  };
}
