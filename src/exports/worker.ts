/**
 * Does one part of a job: claims it, asks for the company's rows or for Keepnet's own file, and keeps them on disk until the job's
 * files are made. What may pass is tried again after a pause; what does not is the part's failure, with its code, and never the
 * job's. At a shutdown the part is given back. When a part was the last, the job's files are offered as work.
 */
import { AppError } from '../errors.js';
import type { Row } from '../tables/column.js';
import type { Log } from '../telemetry.js';
import type { Span, SpanEnd, Tracer } from '../telemetry-tracing.js';
import { startBeating } from './beat.js';
import type { ExportClock } from './clock.js';
import type { ExportSources, PartFailure } from './exports.js';
import type { WrittenFile } from './files.js';
import type { ExportJobRow, ExportPart } from './job.js';
import type { JobStore, PartClaim } from './job-store.js';
import type { KeptFiles } from './kept-files.js';
import { toKeptBody } from './pass-through.js';
import type { Work } from './work-queue.js';

export interface PartWorkerOptions {
  readonly store: JobStore;
  readonly sources: ExportSources;
  readonly files: KeptFiles;
  readonly offer: (works: readonly Work[]) => Promise<void>;
  /** Something about the job is new. */
  readonly changed: (jobId: string) => void;
  readonly clock: ExportClock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly tracer: Tracer;
}

export interface PartWorker {
  /** Nothing where somebody else has it or the job is finished. @throws AppError where the store cannot be asked */
  doPart(work: Work & { readonly position: number }, signal: AbortSignal): Promise<void>;
}

export const MAX_ATTEMPTS = 3;
/** Attempts that a dying process cut off count as well: a part that kills its server must not do so for ever. */
export const MAX_INTERRUPTIONS = 10;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

export function createPartWorker(options: PartWorkerOptions): PartWorker {
  const { store, changed } = options;
  return {
    async doPart(work, signal) {
      const claimed = await store.claimPart(work.jobId, work.position);
      const job = claimed && (await store.find(work.jobId));
      if (!claimed || !job) return;
      changed(work.jobId);
      const span = startSpan(options, job, claimed.part);
      await doClaimed(options, { ...claimed, job, span, progress: { rows: 0, bytes: 0 } }, signal);
      changed(work.jobId);
      await offerNext(options, work, signal);
    },
  };
}

interface Task {
  readonly job: ExportJobRow;
  readonly part: ExportPart;
  readonly claim: PartClaim;
  /** Of this attempt. */
  readonly span: Span;
  readonly progress: { rows: number; bytes: number };
}

async function doClaimed(options: PartWorkerOptions, task: Task, signal: AbortSignal): Promise<void> {
  const { store, changed, clock, log } = options;
  const beat = async () => {
    const isOurs = await store.updateProgress(task.claim, task.progress);
    changed(task.job.id);
    return isOurs;
  };
  const beating = startBeating({
    beat,
    progress: () => task.progress.bytes,
    clock,
    log,
  });
  const untilLost = AbortSignal.any([signal, beating.lost]);
  try {
    const kept = await keepPart(options, task, untilLost);
    await beating.stop();
    await store.finishPart(task.claim, { ...kept, rows: task.progress.rows });
    task.span.end({ failed: false, attributes: { 'keepnet_graph.rows': task.progress.rows } });
  } catch (error) {
    // The pause before the next attempt is not told as work.
    task.span.end(toSpanEnd(error, untilLost));
    // The beat goes on during the pause before the next attempt.
    await settleFailure(options, task, error, untilLost);
  } finally {
    await beating.stop();
  }
}

/** The trace of a part is its own: it may be done long after the operation that asked for it, and by another server. */
function startSpan({ tracer }: PartWorkerOptions, job: ExportJobRow, { companyId, attempts }: ExportPart): Span {
  const { kind, format } = job.request;
  return tracer.start('export part', 'work', {
    'keepnet_graph.export_job_id': job.id,
    'keepnet_graph.export_kind': kind,
    'keepnet_graph.export_format': format,
    'keepnet.company_id': companyId,
    'keepnet_graph.attempt': attempts,
  });
}

function toSpanEnd(error: unknown, signal: AbortSignal): SpanEnd {
  if (signal.aborted) return { failed: false, attributes: { 'keepnet_graph.outcome': 'given back' } };
  return { failed: true, attributes: { 'keepnet_graph.error_codes': toPartFailure(error).code } };
}

async function keepPart(options: PartWorkerOptions, task: Task, signal: AbortSignal): Promise<WrittenFile> {
  const { store, sources, files } = options;
  const { job, part, claim, progress, span } = task;
  if (part.attempts > MAX_INTERRUPTIONS) throw new AppError('INTERNAL', 'The part was interrupted too often.');
  if (await hasNoRoom(store, job)) throw new AppError('STORAGE_FULL', 'The server has no room left for the file.');
  const context = { callerId: job.callerId, requestId: job.id, signal, span };
  const folder = files.of(job.id);
  if (job.request.source === 'BUILT') {
    const pages = countRows(sources.rows(job.request, part, context), progress);
    return folder.keepRows(claim, pages, { signal, onBytes: (bytes) => addBytes(progress, bytes) });
  }
  const file = await sources.file(job.request, part, context);
  progress.rows = file?.rows ?? 0;
  const body = toKeptBody(file, job, sources.columns(job.request.kind));
  return folder.keepBytes(claim, body, { signal, onBytes: (bytes) => addBytes(progress, bytes) });
}

/** Where the disk was full for one part it is for the next: Keepnet is not asked in vain. */
async function hasNoRoom(store: JobStore, job: ExportJobRow): Promise<boolean> {
  if (!job.partCounts.FAILED) return false;
  const { items } = await store.parts(job.id, { states: ['FAILED'], offset: 0, limit: job.partCounts.FAILED });
  return items.some(({ code }) => code === 'STORAGE_FULL');
}

async function* countRows(pages: AsyncIterable<readonly Row[]>, progress: Task['progress']) {
  for await (const page of pages) {
    progress.rows += page.length;
    yield page;
  }
}

function addBytes(progress: Task['progress'], bytes: number): void {
  progress.bytes += bytes;
}

async function settleFailure(options: PartWorkerOptions, task: Task, error: unknown, signal: AbortSignal) {
  const { store, clock, random, log } = options;
  const { part, claim, job } = task;
  // Where the claim is void this changes nothing.
  if (signal.aborted) return void (await store.giveBack(claim, { attemptCounts: false }));
  const pauseMs = toPauseMs(error, part.attempts, random);
  if (pauseMs !== null && part.attempts < MAX_ATTEMPTS) {
    await clock.sleep(pauseMs, signal);
    return void (await store.giveBack(claim, { attemptCounts: true }));
  }
  const failure = toPartFailure(error);
  const fields = { exportJobId: job.id, companyId: part.companyId, code: failure.code, attempts: part.attempts };
  log.warn(failure.code === 'INTERNAL' ? { ...fields, error } : fields, 'a part of an export failed');
  await store.failPart(claim, failure);
}

/** How long to wait before the next attempt; null where there should be none. */
export function toPauseMs(error: unknown, attempt: number, random: () => number): number | null {
  if (!(error instanceof AppError) || !error.retryable || error.code === 'STORAGE_FULL') return null;
  const growingMs = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random());
  const pauseMs = Math.max(growingMs, error.retryAfterMs ?? 0);
  // Knocking before the time that was named is worse than to say no.
  return pauseMs <= LONGEST_PAUSE_MS ? pauseMs : null;
}

/** What is no AppError is told to nobody but the log. */
function toPartFailure(error: unknown): PartFailure {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: 'Something went wrong here. The log knows more under the id of the export.' };
}

/** The part again if it waits for another attempt, or the job's files where this was the last part. */
async function offerNext({ store, offer }: PartWorkerOptions, work: Work, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const job = await store.find(work.jobId);
  if (job?.state !== 'RUNNING' && job?.state !== 'QUEUED') return;
  const { QUEUED = 0, RUNNING = 0 } = job.partCounts;
  if (QUEUED === 0 && RUNNING === 0) return offer([{ ...work, position: null }]);
  const { items } = await store.parts(work.jobId, { states: null, offset: Number(work.position), limit: 1 });
  if (items[0]?.state === 'QUEUED') await offer([work]);
}
