/**
 * How a process that serves is told to end, and how it ends where something goes wrong: signals, errors that nobody expected, and
 * a stop that takes too long. With `cli.ts` the only place that handles signals and ends the process.
 */
import type { Log } from './telemetry.js';

export type StopSignal = 'SIGTERM' | 'SIGINT';

const EXIT_FAILED = 1;
const SAME_SIGNAL_MS = 500;

/**
 * Ends with the first SIGTERM or SIGINT; a second one ends the process at once. One that follows within a moment is the same
 * one: npm hands on the signal that the terminal has already sent to everybody.
 */
export function waitForSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const take = (signal: NodeJS.Signals) => {
      if (firstAtMs !== undefined && performance.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(EXIT_FAILED);
      firstAtMs ??= performance.now();
      resolve(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    };
    process.on('SIGTERM', take);
    process.on('SIGINT', take);
  });
}

/**
 * An error that nobody caught leaves the process in a state that nobody knows: it is written once, and the process ends. Export
 * jobs are made to outlive that.
 */
export function exitOnUnforeseen(log: Log): void {
  const exit = (reason: unknown) => {
    // A reason that is no error may hold anything, and does not belong in the log.
    const error = reason instanceof Error ? reason : new Error(`a ${typeof reason} was thrown`);
    log.error({ error }, 'unforeseen: the process ends');
    process.exit(EXIT_FAILED);
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
}

/** Ends the process where it still runs then: whoever waits for its end would kill it without a word. */
export function exitAfter(limitMs: number, log: Log): void {
  const exit = () => {
    log.error({ limitMs }, 'the server did not stop in time: the process ends');
    process.exit(EXIT_FAILED);
  };
  setTimeout(exit, limitMs).unref();
}
