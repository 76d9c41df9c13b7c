/**
 * The files of a job in the store: who may make them, by a claim like that of a part, and that they are there, in one transaction
 * with the job's end. A job has no files before that, and never those of a claim that became void.
 */
import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '../store/database.js';
import { insertRows } from '../store/insert-rows.js';
import type { ExportFileRow } from './job.js';
import type { FilesClaim, JobEnd, JobStore } from './job-store.js';
import { moveJobs, partsIn, type StoreTimes } from './job-store-jobs.js';

type FilesMoves = Pick<JobStore, 'claimFiles' | 'beatFiles' | 'finishJob'>;

export function toFilesMoves(database: Database, times: StoreTimes): FilesMoves {
  return {
    claimFiles: (jobId, silentSinceMs) => claimFiles(database, jobId, silentSinceMs, times.now()),
    beatFiles: (claim) => beatFiles(database, claim, times.now()),
    finishJob: (claim, end) => database.transaction((inside) => finishJob(inside, claim, end, times)),
  };
}

/** In one statement, because it may be a job's first (all parts skipped, or none) as well as its next. */
async function claimFiles(database: Database, jobId: string, silentSinceMs: number, nowMs: number) {
  const token = randomUUID();
  const jobs = await database.query(
    `UPDATE export_jobs SET state = 'RUNNING', started_at_ms = coalesce(started_at_ms, $1),
       files_claim = $2, files_beat_at_ms = $1
     WHERE id = $3 AND state IN ('QUEUED', 'RUNNING')
       AND (files_claim IS NULL OR files_beat_at_ms <= $4)
       AND NOT EXISTS (${partsIn(['QUEUED', 'RUNNING'])}) RETURNING id`,
    [nowMs, token, jobId, silentSinceMs],
  );
  return jobs.length > 0 ? { jobId, token } : null;
}

async function beatFiles(database: Database, { jobId, token }: FilesClaim, nowMs: number): Promise<boolean> {
  const jobs = await database.query(
    `UPDATE export_jobs SET files_beat_at_ms = $1
     WHERE id = $2 AND files_claim = $3 AND state = 'RUNNING' RETURNING id`,
    [nowMs, jobId, token],
  );
  return jobs.length > 0;
}

async function finishJob(inside: Queryable, { jobId, token }: FilesClaim, end: JobEnd, times: StoreTimes) {
  const move = {
    who: `job ${jobId}`,
    from: ['RUNNING'],
    to: end.state,
    code: end.code,
    where: (bound) => `id = ${bound.add(jobId)} AND files_claim = ${bound.add(token)}`,
  } satisfies Parameters<typeof moveJobs>[1];
  const moved = await moveJobs(inside, move, times);
  if (moved.length === 0) return false;
  const files = end.files.map((file, position) => toFileValues(jobId, position, file));
  await insertRows(inside, 'export_files', FILE_COLUMNS, files);
  return true;
}

const FILE_COLUMNS = ['job_id', 'position', 'name', 'media_type', 'byte_count', 'row_count', 'sha256'];

function toFileValues(jobId: string, position: number, { name, mediaType, bytes, rows, sha256 }: ExportFileRow) {
  return [jobId, position, name, mediaType, bytes, rows, sha256];
}
