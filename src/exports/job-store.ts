/**
 * Where export jobs are kept, and who may move them: the state that a move starts from stands in its WHERE clause, so that of two
 * processes one wins and the other is told. What is answered is committed. Who asks is checked by the rooms above.
 */
import type { ErrorCode } from '../errors.js';
import type { Database } from '../store/database.js';
import type { EnqueueOptions, PartFailure, Slice, SliceRequest } from './exports.js';
import type { ExportFileRow, ExportJobRow, ExportPart, ExportState, PartState } from './job.js';
import { toFilesMoves } from './job-store-files.js';
import { insertJob } from './job-store-insert.js';
import { toJobMoves } from './job-store-jobs.js';
import { toPartMoves } from './job-store-parts.js';
import { findJob, listJobs, listParts, listUnfinished } from './job-store-reads.js';

/** The right to do a part, given once: whoever claims the part later, this claim is void from then on. */
export interface PartClaim {
  readonly jobId: string;
  readonly position: number;
  readonly token: string;
}

/** The right to make a job's files, of the same kind. */
export interface FilesClaim {
  readonly jobId: string;
  readonly token: string;
}

/** Of a running part so far; of a done one in all. */
export interface PartSize {
  readonly rows: number;
  readonly bytes: number;
}

export interface JobEnd {
  readonly state: 'SUCCEEDED' | 'PARTIAL' | 'FAILED';
  /** Why there are no files; null for the other two. */
  readonly code: ErrorCode | null;
  readonly files: readonly ExportFileRow[];
}

export interface JobStoreOptions {
  /** From the end of a job until it expires. */
  readonly retentionMs: number;
  readonly clock?: { now(): number };
}

/** Every method throws AppError STORE_UNAVAILABLE or STORAGE_FULL. `false` and null say that somebody else was faster. */
export interface JobStore {
  /**
   * Job, parts and key, or nothing of it. `created` is false where the key brought back a job of before.
   * @throws AppError IDEMPOTENCY_KEY_REUSED
   */
  insert(options: EnqueueOptions): Promise<{ readonly job: ExportJobRow; readonly created: boolean }>;
  /** Whoever it belongs to. */
  find(jobId: string): Promise<ExportJobRow | null>;
  /** Newest first. */
  list(
    callerId: string,
    query: SliceRequest & { readonly states: readonly ExportState[] | null },
  ): Promise<Slice<ExportJobRow>>;
  /** By position. */
  parts(
    jobId: string,
    query: SliceRequest & { readonly states: readonly PartState[] | null },
  ): Promise<Slice<ExportPart>>;
  /** QUEUED and RUNNING, oldest first, of all callers. */
  unfinished(): Promise<readonly ExportJobRow[]>;

  /** With all its parts that are not done. False where it had finished before. */
  cancel(jobId: string): Promise<boolean>;
  /** The parts that FAILED wait again, and so does the job, without files. False where it is neither FAILED nor PARTIAL. */
  retryFailed(jobId: string): Promise<boolean>;

  /** Its job runs from now on. Null where the part does not wait, or its job is finished. */
  claimPart(jobId: string, position: number): Promise<{ readonly part: ExportPart; readonly claim: PartClaim } | null>;
  /** Also the sign of life: a part whose claim is silent is taken for orphaned. False: the claim is void, stop. */
  updateProgress(claim: PartClaim, size: PartSize): Promise<boolean>;
  finishPart(claim: PartClaim, done: PartSize & { readonly sha256: string }): Promise<boolean>;
  failPart(claim: PartClaim, failure: PartFailure): Promise<boolean>;
  /** Waits again. Whether the attempt counts: after a failure it does, at a shutdown it does not. */
  giveBack(claim: PartClaim, options: { readonly attemptCounts: boolean }): Promise<boolean>;
  /** A part that was done waits again, because its rows are gone from the disk. False where its job is finished. */
  redoPart(jobId: string, position: number): Promise<boolean>;
  /**
   * Parts that have been silent since `silentSinceMs` wait again, and a job of which nothing runs any more. Answers the jobs that
   * were touched. A process that owns its database alone passes the present: nobody else can be at work.
   */
  requeueOrphans(silentSinceMs: number): Promise<readonly string[]>;

  /** Once no part waits or runs. Null where one does, the job is finished, or whoever claimed it has not been silent since. */
  claimFiles(jobId: string, silentSinceMs: number): Promise<FilesClaim | null>;
  /** Sign of life. False: the claim is void, stop. */
  beatFiles(claim: FilesClaim): Promise<boolean>;
  /** The files can be fetched from now on. False: the claim is void, the files are not the job's. */
  finishJob(claim: FilesClaim, end: JobEnd): Promise<boolean>;

  /** Ends what was kept long enough. Answers every expired job that is not forgotten yet: sweeping a swept one is harmless. */
  expire(nowMs: number): Promise<readonly string[]>;
  /** Deletes the rows of jobs, and with them their keys, a week after they expired. Answers how many. */
  forget(nowMs: number): Promise<number>;
}

export function createJobStore(database: Database, { retentionMs, clock = Date }: JobStoreOptions): JobStore {
  const times = { now: () => clock.now(), retentionMs };
  return {
    insert: (options) => insertJob(database, options, times.now()),
    find: (jobId) => findJob(database, jobId),
    list: (callerId, query) => listJobs(database, callerId, query),
    parts: (jobId, query) => listParts(database, jobId, query),
    unfinished: () => listUnfinished(database),
    ...toJobMoves(database, times),
    ...toPartMoves(database, times),
    ...toFilesMoves(database, times),
  };
}
