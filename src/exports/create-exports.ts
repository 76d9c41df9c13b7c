/**
 * Export jobs, joined: store, queue, workers, files and links behind the one face that the rooms above see. Checks who asks:
 * a job of another caller is not there. Owns its loops and its queue; the database is opened and closed by whoever hands it in.
 */
import { AppError, badInput } from '../errors.js';
import type { Database } from '../store/database.js';
import { loadSecret } from '../store/secrets.js';
import type { Log } from '../telemetry.js';
import { NO_TRACER, type Tracer } from '../telemetry-tracing.js';
import { createBossQueue } from './boss-queue.js';
import { type Changes, createChanges, watchJob } from './changes.js';
import { checkRequest } from './check-request.js';
import { type ExportClock, SYSTEM_CLOCK } from './clock.js';
import { createExportWork, type ExportWork } from './export-work.js';
import type { ExportSources, Exports } from './exports.js';
import type { ExportJobRow } from './job.js';
import { createJobStore, type JobStore } from './job-store.js';
import { createKeptFiles, type KeptFiles } from './kept-files.js';
import { createLinks } from './links.js';
import { createLocalQueue } from './local-queue.js';
import type { WorkQueue } from './work-queue.js';

export interface ExportsOptions {
  readonly database: Database;
  /** Shared by all replicas. */
  readonly dataDirectory: string;
  readonly sources: ExportSources;
  /** From the end of a job until its files are removed. */
  readonly retentionMs: number;
  readonly log: Log;
  /** Of the parts; none unless told. */
  readonly tracer?: Tracer;
  /** Null: this process works alone. Otherwise of `database`, for the queue's own connections. */
  readonly databaseUrl: string | null;
  readonly clock?: ExportClock;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** @throws AppError STORE_UNAVAILABLE, STORAGE_FULL */
export async function createExports(options: ExportsOptions): Promise<Exports> {
  const { database, databaseUrl, dataDirectory, retentionMs, tracer = NO_TRACER, clock = SYSTEM_CLOCK } = options;
  const links = createLinks({ secret: await loadSecret(database, 'export-links'), now: clock.now });
  const store = createJobStore(database, { clock, retentionMs });
  const shared: Shared = { store, files: createKeptFiles(dataDirectory), changes: createChanges(), clock };
  const queue = await openQueue(options);
  const work = createExportWork({ ...options, ...shared, tracer, queue, isAlone: databaseUrl === null });
  return {
    ...toQuestions(shared),
    ...toCommands(shared, work, options.log),
    sign: (callerId, jobId, fileName) => links.sign({ callerId, jobId, fileName }),
    verify: links.verify,
    start: work.start,
    stop: work.stop,
  };
}

interface Shared {
  readonly store: JobStore;
  readonly files: KeptFiles;
  readonly changes: Changes;
  readonly clock: ExportClock;
}

type Questions = Pick<Exports, 'find' | 'list' | 'parts' | 'watch' | 'openFile'>;

function toQuestions({ store, files, changes, clock }: Shared): Questions {
  return {
    find: (callerId, jobId) => findOwn(store, callerId, jobId),
    list: store.list,
    parts: store.parts,
    async *watch(callerId, jobId, signal) {
      await requireOwn(store, callerId, jobId);
      yield* watchJob({ find: () => findOwn(store, callerId, jobId), jobId, changes, clock, signal });
    },
    async openFile(callerId, jobId, name) {
      const { state, files: named } = await requireOwn(store, callerId, jobId);
      if (state === 'QUEUED' || state === 'RUNNING') {
        throw new AppError('EXPORT_NOT_READY', 'The export is still being made.');
      }
      const file = state === 'EXPIRED' ? undefined : named.find((each) => each.name === name);
      if (file === undefined) throw new AppError('EXPORT_NOT_FOUND', 'The export has no such file, or not any more.');
      const { read } = await files.of(jobId).openFile(name);
      return { file, read };
    },
  };
}

type Commands = Pick<Exports, 'enqueue' | 'retry' | 'cancel'>;

function toCommands({ store, files, changes }: Shared, work: ExportWork, log: Log): Commands {
  /** The job is kept: what cannot be offered now is offered when the store is looked through the next time. */
  const begin = async (job: ExportJobRow) => {
    changes.tell(job.id);
    await work.begin(job).catch((error: unknown) => log.warn({ error }, 'an export waits to be offered'));
    return job;
  };
  return {
    async enqueue(options) {
      checkRequest(options.request, options.targets.length);
      const { job, created } = await store.insert(options);
      return created ? begin(job) : job;
    },
    async retry(callerId, jobId) {
      const job = await requireOwn(store, callerId, jobId);
      if (!canRetry(job) || !(await store.retryFailed(jobId))) {
        throw badInput('id', `expected an export with companies that failed, got one that is ${job.state}`);
      }
      return begin(await requireOwn(store, callerId, jobId));
    },
    async cancel(callerId, jobId) {
      await requireOwn(store, callerId, jobId);
      if (await store.cancel(jobId)) {
        await work.end(jobId);
        await files.of(jobId).remove();
        changes.tell(jobId);
      }
      return requireOwn(store, callerId, jobId);
    },
  };
}

async function findOwn(store: JobStore, callerId: string, jobId: string): Promise<ExportJobRow | null> {
  const job = await store.find(jobId);
  return job?.callerId === callerId ? job : null;
}

async function requireOwn(store: JobStore, callerId: string, jobId: string): Promise<ExportJobRow> {
  const job = await findOwn(store, callerId, jobId);
  if (job === null) throw new AppError('EXPORT_NOT_FOUND', 'No export of yours has this id.');
  return job;
}

/** Companies that failed; or all are there, and only their file could not be made. */
function canRetry({ state, partCounts }: ExportJobRow): boolean {
  if (state === 'PARTIAL') return (partCounts.FAILED ?? 0) > 0;
  return state === 'FAILED' && (partCounts.FAILED ?? 0) + (partCounts.SUCCEEDED ?? 0) > 0;
}

async function openQueue({ database, databaseUrl, log }: ExportsOptions): Promise<WorkQueue> {
  return databaseUrl === null ? createLocalQueue() : createBossQueue({ database, databaseUrl, log });
}
