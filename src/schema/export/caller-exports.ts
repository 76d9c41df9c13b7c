/** The exports of one caller, as a resolver has them in hand: whose they are was settled before, and no method takes another's. */
import { AppError } from '../../errors.js';
import type { EnqueueOptions, Exports, Slice, SliceRequest } from '../../exports/exports.js';
import type { ExportJobRow, ExportPart, ExportState, PartState } from '../../exports/job.js';
import type { GraphContext } from '../context.js';

export interface CallerExports {
  enqueue(options: Omit<EnqueueOptions, 'callerId'>): Promise<ExportJobRow>;
  /** @throws AppError EXPORT_NOT_FOUND, also where it is somebody else's. */
  find(jobId: string): Promise<ExportJobRow>;
  list(query: SliceRequest & { readonly states: readonly ExportState[] | null }): Promise<Slice<ExportJobRow>>;
  /** `job` was got from here. */
  parts(
    job: ExportJobRow,
    query: SliceRequest & { readonly states: readonly PartState[] | null },
  ): Promise<Slice<ExportPart>>;
  retry(jobId: string): Promise<ExportJobRow>;
  cancel(jobId: string): Promise<ExportJobRow>;
  /** An absolute address that needs no other credential, and when it ends. */
  link(jobId: string, name: string): { readonly url: string; readonly expiresAtMs: number };
}

export interface ExportsOwner {
  readonly callerId: string;
  /** Where the caller reaches this server, without a slash at its end. */
  readonly baseUrl: string;
}

export function bindExports(exports: Exports, { callerId, baseUrl }: ExportsOwner): CallerExports {
  return {
    enqueue: (options) => exports.enqueue({ ...options, callerId }),
    async find(jobId) {
      const job = await exports.find(callerId, jobId);
      if (job === null) throw new AppError('EXPORT_NOT_FOUND', 'No export of yours has this id.');
      return job;
    },
    list: (query) => exports.list(callerId, query),
    parts: (job, query) => exports.parts(job.id, query),
    retry: (jobId) => exports.retry(callerId, jobId),
    cancel: (jobId) => exports.cancel(callerId, jobId),
    link(jobId, name) {
      const { path, expiresAtMs } = exports.sign(callerId, jobId, name);
      return { url: baseUrl + path, expiresAtMs };
    },
  };
}

/** Throws INTERNAL inside an operation that an export itself runs: there nothing may start or fetch another. */
export function exportsOf({ exports }: GraphContext): CallerExports {
  if (exports === null) throw new AppError('INTERNAL', 'Exports are out of reach here.');
  return exports;
}
