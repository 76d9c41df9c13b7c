/** The exports of one caller, as a resolver has them in hand: whose they are was settled before, and no method takes another's. */
import { AppError } from '../../errors.js';
import type { EnqueueOptions, Exports, Slice, SliceRequest } from '../../exports/exports.js';
import type {
  ExportJobRow,
  ExportPart,
  ExportRequest,
  ExportRights,
  ExportState,
  PartState,
} from '../../exports/job.js';
import type { GraphContext } from '../context.js';

/** What a mutation asks for; who asks, and what he may see, is added here. */
export interface AskedExport extends Omit<EnqueueOptions, 'callerId' | 'request'> {
  readonly request: Omit<ExportRequest, 'rights'>;
}

export interface CallerExports {
  readonly mayExport: boolean;
  /** @throws AppError FORBIDDEN where the file would hold more than the caller may see */
  enqueue(options: AskedExport): Promise<ExportJobRow>;
  /** @throws AppError EXPORT_NOT_FOUND, also where it is somebody else's. */
  find(jobId: string): Promise<ExportJobRow>;
  list(query: SliceRequest & { readonly states: readonly ExportState[] | null }): Promise<Slice<ExportJobRow>>;
  /** `job` was got from here. */
  parts(
    job: ExportJobRow,
    query: SliceRequest & { readonly states: readonly PartState[] | null },
  ): Promise<Slice<ExportPart>>;
  /** @throws AppError FORBIDDEN where the caller may not see all of its companies any more */
  retry(jobId: string): Promise<ExportJobRow>;
  cancel(jobId: string): Promise<ExportJobRow>;
  /** Whether the caller may still see all that `job` found. It was got from here. */
  isStillGranted(job: ExportJobRow): Promise<boolean>;
  /** An absolute address that needs no other credential, and when it ends. */
  link(jobId: string, name: string): { readonly url: string; readonly expiresAtMs: number };
}

export interface ExportsOwner {
  readonly callerId: string;
  /** Where the caller reaches this server, without a slash at its end. */
  readonly baseUrl: string;
  /** What the caller may see; kept with what he asks for. */
  readonly rights: ExportRights;
  /** Whether he may start, repeat and cancel exports; those he has he may always look at. */
  readonly mayExport: boolean;
  /** @throws AppError FORBIDDEN */
  refuse(request: ExportRequest): void;
  isStillGranted(job: ExportJobRow): Promise<boolean>;
}

export function bindExports(exports: Exports, owner: ExportsOwner): CallerExports {
  const { callerId, baseUrl, rights } = owner;
  const find = async (jobId: string) => {
    const job = await exports.find(callerId, jobId);
    if (job === null) throw new AppError('EXPORT_NOT_FOUND', 'No export of yours has this id.');
    return job;
  };
  return {
    async enqueue(options) {
      const request = { ...options.request, rights };
      owner.refuse(request);
      return exports.enqueue({ ...options, request, callerId });
    },
    find,
    mayExport: owner.mayExport,
    list: (query) => exports.list(callerId, query),
    parts: (job, query) => exports.parts(job.id, query),
    async retry(jobId) {
      if (!(await owner.isStillGranted(await find(jobId)))) throw lostRights();
      return exports.retry(callerId, jobId);
    },
    cancel: (jobId) => exports.cancel(callerId, jobId),
    isStillGranted: (job) => owner.isStillGranted(job),
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

/** Before anything is asked for an export that would be refused anyway. @throws AppError FORBIDDEN */
export function startableExportsOf(context: GraphContext): CallerExports {
  const exports = exportsOf(context);
  if (exports.mayExport) return exports;
  throw new AppError('FORBIDDEN', 'This needs a credential with the ability export.');
}

function lostRights(): AppError {
  return new AppError('FORBIDDEN', 'The export holds what you may not see any more; start a new one.');
}
