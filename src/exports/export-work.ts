/**
 * The work of export jobs in this process: a runner that takes it from the queue, the workers that do it, what offers again what
 * was lost, and what sweeps. Joins them, and starts and stops them in an order that loses nothing.
 */
import type { Log } from '../telemetry.js';
import type { Tracer } from '../telemetry-tracing.js';
import { createAssembler } from './assemble.js';
import { SILENCE_MS } from './beat.js';
import type { Changes } from './changes.js';
import type { ExportClock } from './clock.js';
import type { ExportSources } from './exports.js';
import type { ExportJobRow } from './job.js';
import type { JobStore } from './job-store.js';
import type { KeptFiles } from './kept-files.js';
import { createReconciler, findWork } from './reconciler.js';
import { createRunner } from './runner.js';
import { createSweeper } from './sweeper.js';
import type { Work, WorkQueue } from './work-queue.js';
import { createPartWorker } from './worker.js';

export interface ExportWork {
  /** Offers what is to be done for a job. @throws AppError STORE_UNAVAILABLE */
  begin(job: ExportJobRow): Promise<void>;
  /** Resolves when nothing of the job is under way in this process. */
  end(jobId: string): Promise<void>;
  /** Takes up what an earlier process left. @throws AppError STORE_UNAVAILABLE */
  start(): Promise<void>;
  /** Gives back what is under way. */
  stop(): Promise<void>;
}

export interface ExportWorkOptions {
  readonly store: JobStore;
  readonly files: KeptFiles;
  readonly changes: Changes;
  readonly queue: WorkQueue;
  readonly sources: ExportSources;
  /** No other process works on the same store. */
  readonly isAlone: boolean;
  readonly clock: ExportClock;
  readonly random?: () => number;
  readonly log: Log;
  readonly tracer: Tracer;
}

/** Parts and files in the making at once. Keepnet's pace bounds the calls; this bounds memory and open files. */
const WORK_AT_ONCE = 6;

export function createExportWork(options: ExportWorkOptions): ExportWork {
  const { store, files, changes, queue, isAlone, clock, random = Math.random, log, tracer } = options;
  let aloneSinceMs = 0;
  // A server that is alone need not wait for the silence of the process before it.
  const silentSinceMs = () => Math.max(clock.now() - SILENCE_MS, aloneSinceMs);
  const offer = async (works: readonly Work[]) => {
    await queue.offer(works);
    runner.wake();
  };
  const shared = { store, sources: options.sources, files, offer, changed: changes.tell, clock, log };
  const parts = createPartWorker({ ...shared, random, tracer });
  const assembler = createAssembler({ ...shared, silentSinceMs });
  const run = (work: Work, signal: AbortSignal) =>
    isPart(work) ? parts.doPart(work, signal) : assembler.assemble(work, signal);
  const runner = createRunner({ queue, atOnce: WORK_AT_ONCE, run, clock, log });
  const reconciler = createReconciler({ store, offer, silentSinceMs, clock, log });
  const sweeper = createSweeper({ store, files, clock, log });
  return {
    begin: async (job) => offer(await findWork(store, job)),
    end(jobId) {
      queue.withdraw(jobId);
      return runner.abort(jobId);
    },
    async start() {
      if (isAlone) aloneSinceMs = clock.now();
      await reconciler.reconcile();
      for (const loop of [runner, reconciler, sweeper]) loop.start();
    },
    async stop() {
      await Promise.all([reconciler.stop(), sweeper.stop(), runner.stop()]);
      await queue.close();
    },
  };
}

function isPart(work: Work): work is Work & { readonly position: number } {
  return work.position !== null;
}
