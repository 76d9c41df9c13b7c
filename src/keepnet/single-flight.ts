/**
 * One piece of work that everybody who asks at the same time shares, with the promises of `shared-flights.ts`.
 */
import type { CallSignal } from './call-signal.js';
import { createSharedFlights } from './shared-flights.js';

export interface SingleFlight<T> {
  /** Joins the work under way, or starts it. Rejects as the work does, or at once when `signal` fires. */
  join(signal: CallSignal): Promise<T>;
}

export function createSingleFlight<T>(work: (signal: CallSignal) => Promise<T>): SingleFlight<T> {
  const flights = createSharedFlights();
  return { join: (signal) => flights.join('', signal, work).promise };
}
