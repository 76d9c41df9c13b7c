/**
 * Work that everybody who asks for the same at the same time shares. One asker may leave without ending it for the others;
 * when the last one leaves, it is aborted. Nothing is kept of work that has settled: that is left to the caller.
 */
import { CallAbort, type CallSignal } from './call-signal.js';
import { abortReason } from './failure.js';

export interface SharedFlights {
  /**
   * Joins the work under way for `key`, or starts it. One key must always mean one kind of work: whoever joins is given the
   * result of somebody else's.
   */
  join<T>(key: string, signal: CallSignal, work: (signal: CallSignal) => Promise<T>): Joined<T>;
  /** Whether `join` would join. */
  isUnderWay(key: string): boolean;
}

export interface Joined<T> {
  /** Rejects as the work does, or at once when the asker's own signal fires. */
  readonly promise: Promise<T>;
  /** Whether the work was under way already. */
  readonly joined: boolean;
}

export function createSharedFlights(): SharedFlights {
  const flights = new Map<string, Flight<unknown>>();

  function end(key: string, flight: Flight<unknown>): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  function start<T>(key: string, work: (signal: CallSignal) => Promise<T>): Flight<T> {
    const ending = new CallAbort();
    // Begins at once; also work that throws before it returns a promise fails for all.
    const result = new Promise<T>((resolve) => resolve(work(ending)));
    const flight: Flight<T> = { result, ending, waiting: 0 };
    flights.set(key, flight);
    const ended = () => end(key, flight);
    result.then(ended, ended);
    return flight;
  }

  return {
    isUnderWay: (key) => flights.has(key),
    join<T>(key: string, signal: CallSignal, work: (signal: CallSignal) => Promise<T>) {
      if (signal.aborted) return { promise: Promise.reject(abortReason(signal)), joined: false };
      const underWay = flights.get(key) as Flight<T> | undefined;
      const flight = underWay ?? start(key, work);
      const lastLeft = () => {
        end(key, flight);
        flight.ending.abort(abortReason(signal));
      };
      return { promise: board(flight, signal, lastLeft), joined: underWay !== undefined };
    },
  };
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly ending: CallAbort;
  waiting: number;
}

/** One asker's share of a flight, until it settles or the asker leaves. */
function board<T>(flight: Flight<T>, signal: CallSignal, lastLeft: () => void): Promise<T> {
  flight.waiting += 1;
  return new Promise<T>((resolve, reject) => {
    const leave = () => {
      reject(abortReason(signal));
      flight.waiting -= 1;
      if (flight.waiting === 0) lastLeft();
    };
    const arrived = whenLeaving(signal, leave);
    flight.result.then(
      (value) => {
        arrived();
        resolve(value);
      },
      (error: unknown) => {
        arrived();
        reject(error);
      },
    );
  });
}

/**
 * An operation has hundreds of flights on one signal, and a signal searches all its listeners to remove one. So it has one
 * listener here, however many flights there are, and none once they have landed.
 */
const leavers = new WeakMap<CallSignal, Leavers>();

interface Leavers {
  readonly calls: Set<() => void>;
  readonly listener: () => void;
}

/** Calls `leave` when `signal` fires; the function that is returned takes it back. */
function whenLeaving(signal: CallSignal, leave: () => void): () => void {
  const { calls, listener } = leavers.get(signal) ?? addLeavers(signal);
  calls.add(leave);
  return () => {
    calls.delete(leave);
    if (calls.size > 0 || leavers.get(signal)?.calls !== calls) return;
    leavers.delete(signal);
    signal.removeEventListener('abort', listener);
  };
}

function addLeavers(signal: CallSignal): Leavers {
  const calls = new Set<() => void>();
  const listener = () => {
    for (const leave of [...calls]) leave();
  };
  signal.addEventListener('abort', listener, { once: true });
  const made = { calls, listener };
  leavers.set(signal, made);
  return made;
}
