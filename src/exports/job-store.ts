/**
 * Where export jobs are kept, and who may move them: the state that a move starts from stands in its WHERE clause, so that of two
 * processes one wins and the other is told. What is answered is committed. Who asks is checked by the rooms above.
 */
import type { ErrorCode } from '../errors.js';
import type { EnqueueOptions, PartFailure, Slice, SliceRequest } from './exports.js';
import type { ExportFileRow, ExportJobRow, ExportPart, ExportState, PartState } from './job.js';

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

  /**
   * Sets what time it is in the state that it comes to; into a finished state, it ends the parts that are not done, too.
   * False where the job is in none of `from`. @throws Error for a move that is not in JOB_MOVES
   */
  move(jobId: string, from: readonly ExportState[], to: ExportState): Promise<boolean>;
  /** False where it had finished before. */
  cancel(jobId: string): Promise<boolean>;
  /** Every part that FAILED or never began waits again, and so does the job. False where the job is neither FAILED nor PARTIAL. */
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
