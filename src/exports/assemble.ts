/**
 * Makes a job's files once all its parts are done, and ends the job: SUCCEEDED, PARTIAL where companies failed, FAILED where
 * none is there. A file can be fetched only when it is whole, on disk and named in the store. What the parts kept stays until
 * nothing can be missing any more, so that a retry asks for the failed parts alone.
 */
import { AppError, type ErrorCode } from '../errors.js';
import type { Log } from '../telemetry.js';
import { startBeating } from './beat.js';
import type { ExportClock } from './clock.js';
import type { ExportSources } from './exports.js';
import type { ExportFileRow, ExportJobRow, ExportPart } from './job.js';
import { toJobFile } from './job-file.js';
import type { FilesClaim, JobEnd, JobStore } from './job-store.js';
import type { JobFolder, KeptFiles } from './kept-files.js';
import { loadParts } from './load-parts.js';
import type { Work } from './work-queue.js';

export interface AssemblerOptions {
  readonly store: JobStore;
  readonly sources: ExportSources;
  readonly files: KeptFiles;
  readonly offer: (works: readonly Work[]) => Promise<void>;
  readonly changed: (jobId: string) => void;
  /** A claim on the files whose last sign of life is older is void. */
  readonly silentSinceMs: () => number;
  readonly clock: ExportClock;
  readonly log: Log;
}

export interface Assembler {
  /** Nothing where a part is not done, or somebody else is at it. @throws AppError where the store cannot be asked */
  assemble(work: Work, signal: AbortSignal): Promise<void>;
}

export function createAssembler(options: AssemblerOptions): Assembler {
  const { store, files, changed, silentSinceMs } = options;
  return {
    async assemble({ jobId }, signal) {
      const claim = await store.claimFiles(jobId, silentSinceMs());
      const job = claim && (await store.find(jobId));
      if (!claim || !job) return;
      const parts = await loadParts(store, jobId);
      if (await redoLostParts(options, job, parts)) return;
      const end = await makeEnd(options, { job, parts, claim }, signal);
      if (end === null) return;
      const isEnded = await store.finishJob(claim, end);
      changed(jobId);
      if (isEnded) await tidyUp(files.of(jobId), end);
    },
  };
}

interface Task {
  readonly job: ExportJobRow;
  readonly parts: readonly ExportPart[];
  readonly claim: FilesClaim;
}

/** What a part kept may be gone: a disk was changed. Such parts are done again. */
async function redoLostParts({ store, files, offer, log }: AssemblerOptions, job: ExportJobRow, parts: Task['parts']) {
  const lost = await files.of(job.id).findLost(parts.filter(({ state }) => state === 'SUCCEEDED'));
  if (lost.length === 0) return false;
  log.warn({ exportJobId: job.id, parts: lost.length }, 'parts of an export are gone from the disk and are done again');
  for (const { position } of lost) await store.redoPart(job.id, position);
  await offer(lost.map(({ position }) => ({ jobId: job.id, callerId: job.callerId, position })));
  return true;
}

/** Null where it was interrupted: the job is taken up again. */
async function makeEnd(options: AssemblerOptions, task: Task, signal: AbortSignal): Promise<JobEnd | null> {
  const { store, clock, log } = options;
  const code = findFailure(task.parts);
  if (code !== null) return { state: 'FAILED', code, files: [] };
  let bytesWritten = 0;
  const beating = startBeating({
    beat: () => store.beatFiles(task.claim),
    progress: () => bytesWritten,
    clock,
    log,
  });
  const untilLost = AbortSignal.any([signal, beating.lost]);
  try {
    const files = await writeFiles(options, task, untilLost, (bytes) => {
      bytesWritten += bytes;
    });
    // A company that closed its data is told in the files; trying again would not bring it.
    const hasFailures = task.parts.some(({ state }) => state === 'FAILED');
    return { state: hasFailures ? 'PARTIAL' : 'SUCCEEDED', code: null, files };
  } catch (error) {
    if (untilLost.aborted) return null;
    log.error({ error, exportJobId: task.job.id }, 'the files of an export could not be made');
    return { state: 'FAILED', code: error instanceof AppError ? error.code : 'INTERNAL', files: [] };
  } finally {
    await beating.stop();
  }
}

/** Why there can be no file; null where there can. A full disk is nobody's gap: there is no file that lacks what it took. */
function findFailure(parts: readonly ExportPart[]): ErrorCode | null {
  const missing = parts.filter(({ state }) => state !== 'SUCCEEDED');
  if (missing.some(({ code }) => code === 'STORAGE_FULL')) return 'STORAGE_FULL';
  if (missing.length === 0 || missing.length < parts.length) return null;
  const first = missing.find(({ state }) => state === 'FAILED') ?? missing[0];
  return first?.code ?? 'INTERNAL';
}

async function writeFiles(
  { sources, files }: AssemblerOptions,
  { job, parts, claim }: Task,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<readonly ExportFileRow[]> {
  const folder = files.of(job.id);
  const file = toJobFile({
    job,
    parts,
    columns: sources.columns(job.request.kind),
    readRows: (part) => folder.readRows(part),
    readBytes: (part) => folder.readBytes(part),
  });
  if (file === null) return [];
  const { bytes, sha256 } = await folder.writeFile(file.name, claim, file.body, { signal, onBytes });
  return [{ name: file.name, mediaType: file.mediaType, rows: file.rows, bytes, sha256 }];
}

/** The job is ended by then: what cannot be removed now is left to the sweeper. */
async function tidyUp(folder: JobFolder, end: JobEnd): Promise<void> {
  await folder.removeFilesExcept(end.files.map(({ name }) => name));
  if (end.state === 'SUCCEEDED') await folder.removeParts();
}
