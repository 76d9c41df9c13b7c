/**
 * Takes away what nobody needs any more: files of jobs that expired or were cancelled, their rows a week later, and what
 * interrupted writing left behind. Works at the start and every hour; what fails is told in the log and tried again then.
 */
import type { Log } from '../telemetry.js';
import type { ExportClock } from './clock.js';
import type { JobStore } from './job-store.js';
import type { KeptFiles } from './kept-files.js';

export interface Sweeper {
  /** Once, now. @throws AppError where the store cannot be asked */
  sweep(): Promise<void>;
  start(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export interface SweeperOptions {
  readonly store: JobStore;
  readonly files: KeptFiles;
  readonly clock: ExportClock;
  readonly log: Log;
}

const SWEEP_EVERY_MS = 60 * 60 * 1000;
/** Longer than any pause between two pages of a part that is still being written. */
const STRAY_AFTER_MS = 60 * 60 * 1000;

export function createSweeper({ store, files, clock, log }: SweeperOptions): Sweeper {
  const stopping = new AbortController();
  let loop = Promise.resolve();
  const sweep = async () => {
    const nowMs = clock.now();
    for (const jobId of await store.expire(nowMs)) await files.of(jobId).remove();
    await removeCancelled();
    await files.removeStrays(nowMs - STRAY_AFTER_MS);
    const forgotten = await store.forget(nowMs);
    if (forgotten > 0) log.info({ exportJobs: forgotten }, 'exports that expired long ago are forgotten');
  };
  // A replica may have written a file after another had cancelled the job.
  const removeCancelled = async () => {
    for (const jobId of await files.jobIds()) {
      const job = await store.find(jobId);
      if (job?.state === 'CANCELLED') await files.of(jobId).remove();
    }
  };
  const sweepUntilStopped = async () => {
    while (!stopping.signal.aborted) {
      await sweep().catch((error: unknown) => log.warn({ error }, 'old exports could not be removed'));
      await clock.sleep(SWEEP_EVERY_MS, stopping.signal);
    }
  };
  return {
    sweep,
    start: () => {
      loop = sweepUntilStopped();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}
