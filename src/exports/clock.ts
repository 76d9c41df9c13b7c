/** Time and waiting as export jobs need them; tests hand in a clock of their own, on which days pass at once. */
import { setTimeout as wait } from 'node:timers/promises';

export interface ExportClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends after `ms`, or at once when `signal` fires; never fails. A process is not kept alive by it. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: ExportClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal, ref: false }).catch(() => undefined),
};
