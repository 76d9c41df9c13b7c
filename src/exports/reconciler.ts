/**
 * Offers again what the store says is unfinished: at the start what an earlier process left, later what a dead replica held, and
 * word of work that was lost between the store and the queue. Nothing is done by it; the same work may be offered many times.
 */
import type { Log } from '../telemetry.js';
import type { ExportClock } from './clock.js';
import type { ExportJobRow } from './job.js';
import type { JobStore } from './job-store.js';
import { loadParts } from './load-parts.js';
import type { Work } from './work-queue.js';

export interface Reconciler {
  /** Once, now. @throws AppError where the store or the queue cannot be asked */
  reconcile(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface ReconcilerOptions {
  readonly store: JobStore;
  readonly offer: (works: readonly Work[]) => Promise<void>;
  /** Work whose last sign of life is older counts as orphaned. */
  readonly silentSinceMs: () => number;
  readonly clock: ExportClock;
  readonly log: Log;
}

/** After the silence of 20 s: a dead replica's part is taken over within half a minute. */
const RECONCILE_EVERY_MS = 10_000;

export function createReconciler({ store, offer, silentSinceMs, clock, log }: ReconcilerOptions): Reconciler {
  const stopping = new AbortController();
  let loop = Promise.resolve();
  const reconcile = async () => {
    await store.requeueOrphans(silentSinceMs());
    for (const job of await store.unfinished()) await offer(await findWork(store, job));
  };
  const reconcileUntilStopped = async () => {
    while (!stopping.signal.aborted) {
      await clock.sleep(RECONCILE_EVERY_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      await reconcile().catch((error: unknown) => log.warn({ error }, 'unfinished exports cannot be looked for now'));
    }
  };
  return {
    reconcile,
    start: () => {
      loop = reconcileUntilStopped();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

/** Of a new job all its parts; once none waits or runs, its files. */
export async function findWork(store: JobStore, job: ExportJobRow): Promise<readonly Work[]> {
  const { id: jobId, callerId } = job;
  const { QUEUED = 0, RUNNING = 0 } = job.partCounts;
  if (QUEUED === 0) return RUNNING === 0 ? [{ jobId, callerId, position: null }] : [];
  const waiting = await loadParts(store, jobId, ['QUEUED']);
  return waiting.map(({ position }) => ({ jobId, callerId, position }));
}
