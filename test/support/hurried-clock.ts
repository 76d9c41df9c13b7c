/** The system's time, on which waits are fifty times shorter and days can be skipped: pauses of seconds take a test no time. */
import { type ExportClock, SYSTEM_CLOCK } from '../../src/exports/clock.js';

export interface HurriedClock extends ExportClock {
  skip(ms: number): void;
}

export function createHurriedClock(): HurriedClock {
  let skippedMs = 0;
  return {
    now: () => SYSTEM_CLOCK.now() + skippedMs,
    sleep: (ms, signal) => SYSTEM_CLOCK.sleep(ms / 50, signal),
    skip(ms) {
      skippedMs += ms;
    },
  };
}
