/**
 * Word that something about a job is new, within this process, and a job watched from now to its end. What another replica does
 * is seen by looking into the store now and then.
 */
import type { ExportClock } from './clock.js';
import type { ExportJobRow } from './job.js';

export interface Changes {
  /** Tells whoever listens. */
  tell(jobId: string): void;
  /** Aborted at the next word about the job; `end` it in any case. */
  listen(jobId: string): { readonly heard: AbortSignal; end(): void };
}

export function createChanges(): Changes {
  const listeners = new Map<string, Set<AbortController>>();
  return {
    tell(jobId) {
      for (const listener of listeners.get(jobId) ?? []) listener.abort();
    },
    listen(jobId) {
      const listener = new AbortController();
      const others = listeners.get(jobId) ?? new Set();
      listeners.set(jobId, others.add(listener));
      const end = () => {
        others.delete(listener);
        if (others.size === 0 && listeners.get(jobId) === others) listeners.delete(jobId);
      };
      return { heard: listener.signal, end };
    },
  };
}

/** At most twice a second. */
const SHORTEST_STEP_MS = 500;
/** For what another replica does. */
const LOOK_EVERY_MS = 2_000;

export interface WatchOptions {
  /** Null: it is not there any more. */
  readonly find: () => Promise<ExportJobRow | null>;
  readonly jobId: string;
  readonly changes: Changes;
  readonly clock: ExportClock;
  readonly signal: AbortSignal;
}

/** The job now, whenever it has changed, and a last time when it is finished. Ends then, or when `signal` fires. */
export async function* watchJob({ find, jobId, changes, clock, signal }: WatchOptions): AsyncGenerator<ExportJobRow> {
  let told = '';
  while (!signal.aborted) {
    // Listening begins before looking: what happens in between is not missed.
    const { heard, end } = changes.listen(jobId);
    try {
      const job = await find();
      if (job === null) return;
      const text = JSON.stringify(job);
      if (text !== told) yield job;
      if (job.state !== 'QUEUED' && job.state !== 'RUNNING') return;
      told = text;
      await clock.sleep(SHORTEST_STEP_MS, signal);
      await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, heard]));
    } finally {
      end();
    }
  }
}
