/**
 * Takes work from the queue and does as much of it at once as there is room for, until it is stopped. A job's work can be
 * aborted by its id. What a piece of work does, and what its failure means, is left to `run`, which promises not to throw.
 */
import type { Log } from '../telemetry.js';
import type { ExportClock } from './clock.js';
import type { Work, WorkQueue } from './work-queue.js';

export interface Runner {
  start(): void;
  /** There may be new work: look now. */
  wake(): void;
  /** Aborts what is under way of a job, and resolves when it has ended. */
  abort(jobId: string): Promise<void>;
  /** Takes no more, aborts what is under way, and resolves when all of it has ended. */
  stop(): Promise<void>;
}

export interface RunnerOptions {
  readonly queue: WorkQueue;
  readonly atOnce: number;
  readonly run: (work: Work, signal: AbortSignal) => Promise<void>;
  readonly clock: ExportClock;
  readonly log: Log;
}

/** How soon work is seen that another replica offered. */
const LOOK_EVERY_MS = 1_000;

export function createRunner({ queue, atOnce, run, clock, log }: RunnerOptions): Runner {
  const stopping = new AbortController();
  let awake = new AbortController();
  const underWay = createUnderWay({ run, log, onEnded: () => awake.abort() });
  let loop = Promise.resolve();

  const takeAndBegin = async () => {
    const room = atOnce - underWay.count();
    const works = room > 0 ? await queue.take(room) : [];
    for (const work of works) underWay.begin(work);
    // A full hand: there may be more, but there is no room until something ends.
  };
  const takeUntilStopped = async () => {
    while (!stopping.signal.aborted) {
      awake = new AbortController();
      await takeAndBegin().catch((error: unknown) => log.warn({ error }, 'export work cannot be taken now'));
      await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([awake.signal, stopping.signal]));
    }
  };

  return {
    start: () => {
      loop = takeUntilStopped();
    },
    wake: () => awake.abort(),
    abort: (jobId) => underWay.end((each) => each === jobId),
    async stop() {
      stopping.abort();
      await loop;
      await underWay.end(() => true);
    },
  };
}

interface UnderWayOptions extends Pick<RunnerOptions, 'run' | 'log'> {
  readonly onEnded: () => void;
}

/** The work that has begun and not ended. */
function createUnderWay({ run, log, onEnded }: UnderWayOptions) {
  const underWay = new Map<AbortController, { readonly jobId: string; readonly ended: Promise<void> }>();
  return {
    count: () => underWay.size,
    begin(work: Work): void {
      const abort = new AbortController();
      const ended = run(work, abort.signal)
        .catch((error: unknown) => log.error({ error, exportJobId: work.jobId }, 'export work failed unexpectedly'))
        .finally(() => {
          underWay.delete(abort);
          onEnded();
        });
      underWay.set(abort, { jobId: work.jobId, ended });
    },
    /** Aborts what is meant, and resolves when it has ended. */
    async end(isMeant: (jobId: string) => boolean): Promise<void> {
      const meant = [...underWay].filter(([, { jobId }]) => isMeant(jobId));
      for (const [abort] of meant) abort.abort();
      await Promise.all(meant.map(([, { ended }]) => ended));
    },
  };
}
