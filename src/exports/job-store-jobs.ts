/**
 * The moves of whole jobs: cancelled, asked for again, taken from a dead process, expired, forgotten. They go through `moveJobs`,
 * which knows the table of legal moves; only a claim takes a job up by itself. A job's row is locked before its parts, never after.
 */
import { BoundValues } from '../store/bound-values.js';
import type { Database, Queryable } from '../store/database.js';
import { type ExportState, FINISHED_STATES, JOB_MOVES, requireLegalMoves } from './job.js';
import type { JobEnd, JobStore } from './job-store.js';
import { moveParts } from './job-store-parts.js';

/** What time it is, and how long a finished job is kept. */
export interface StoreTimes {
  now(): number;
  readonly retentionMs: number;
}

type JobMoves = Pick<JobStore, 'cancel' | 'retryFailed' | 'requeueOrphans' | 'expire' | 'forget'>;

export function toJobMoves(database: Database, times: StoreTimes): JobMoves {
  return {
    cancel: (jobId) => database.transaction((inside) => cancel(inside, jobId, times)),
    retryFailed: (jobId) => database.transaction((inside) => retryFailed(inside, jobId, times)),
    requeueOrphans: (silentSinceMs) => requeueOrphans(database, silentSinceMs, times),
    expire: (nowMs) => expire(database, nowMs, times),
    forget: (nowMs) => forget(database, nowMs),
  };
}

export interface JobMove {
  /** For the sentence that refuses an illegal move. */
  readonly who: string;
  readonly from: readonly ExportState[];
  readonly to: ExportState;
  /** Which jobs, as a condition. */
  where(bound: BoundValues): string;
  /** For FAILED. */
  readonly code?: JobEnd['code'];
}

/** Answers the ids of the jobs that were moved; none where somebody was faster. @throws Error for an illegal move */
export async function moveJobs(
  queryable: Queryable,
  { who, from, to, where, code = null }: JobMove,
  times: StoreTimes,
): Promise<readonly string[]> {
  requireLegalMoves(JOB_MOVES, who, from, to);
  const bound = new BoundValues();
  const assignments = [`state = ${bound.add(to)}`, ...toAssignments(to, code, times, bound)].join(', ');
  const rows = await queryable.query<{ id: string }>(
    `UPDATE export_jobs SET ${assignments} WHERE state IN (${bound.list(from)}) AND ${where(bound)} RETURNING id`,
    bound.values,
  );
  return rows.map(({ id }) => id);
}

const NO_FILES_CLAIM = ['files_claim = NULL', 'files_beat_at_ms = NULL'];

function toAssignments(to: ExportState, code: JobEnd['code'], times: StoreTimes, bound: BoundValues): string[] {
  const nowMs = times.now();
  switch (to) {
    case 'QUEUED':
      return ['finished_at_ms = NULL', 'expires_at_ms = NULL', 'code = NULL', ...NO_FILES_CLAIM];
    case 'RUNNING':
      return [`started_at_ms = coalesce(started_at_ms, ${bound.add(nowMs)})`];
    case 'EXPIRED':
      return [];
    default:
      return [
        `finished_at_ms = ${bound.add(nowMs)}`,
        `expires_at_ms = ${bound.add(nowMs + times.retentionMs)}`,
        `code = ${bound.add(code)}`,
        ...NO_FILES_CLAIM,
      ];
  }
}

async function cancel(inside: Queryable, jobId: string, times: StoreTimes): Promise<boolean> {
  const moved = await moveJobs(inside, { ...one(jobId), from: ['QUEUED', 'RUNNING'], to: 'CANCELLED' }, times);
  if (moved.length === 0) return false;
  await moveParts(inside, { ...partsOf(jobId), from: ['QUEUED', 'RUNNING'], to: 'CANCELLED', set: 'claim = NULL' });
  return true;
}

async function retryFailed(inside: Queryable, jobId: string, times: StoreTimes): Promise<boolean> {
  const moved = await moveJobs(inside, { ...one(jobId), from: ['FAILED', 'PARTIAL'], to: 'QUEUED' }, times);
  if (moved.length === 0) return false;
  await inside.query('DELETE FROM export_files WHERE job_id = $1', [jobId]);
  const anew = 'attempts = 0, code = NULL, message = NULL, row_count = 0, byte_count = 0, sha256 = NULL';
  await moveParts(inside, { ...partsOf(jobId), from: ['FAILED'], to: 'QUEUED', set: anew });
  return true;
}

async function requeueOrphans(
  database: Database,
  silentSinceMs: number,
  times: StoreTimes,
): Promise<readonly string[]> {
  const jobs = await database.query<{ job_id: string }>(
    "SELECT DISTINCT job_id FROM export_parts WHERE state = 'RUNNING' AND beat_at_ms <= $1",
    [silentSinceMs],
  );
  const touched: string[] = [];
  for (const { job_id: jobId } of jobs) {
    const isTouched = await database.transaction((inside) => requeueOrphansOf(inside, jobId, silentSinceMs, times));
    if (isTouched) touched.push(jobId);
  }
  return touched;
}

async function requeueOrphansOf(inside: Queryable, jobId: string, silentSinceMs: number, times: StoreTimes) {
  // Changes nothing, but locks the row on PostgreSQL: who finishes the job at this moment comes before or after.
  await inside.query('UPDATE export_jobs SET state = state WHERE id = $1', [jobId]);
  const parts = await moveParts(inside, {
    who: `a part of job ${jobId}`,
    from: ['RUNNING'],
    to: 'QUEUED',
    set: 'claim = NULL, row_count = 0, byte_count = 0',
    where: (bound) => `job_id = ${bound.add(jobId)} AND beat_at_ms <= ${bound.add(silentSinceMs)}`,
  });
  if (parts.length === 0) return false;
  await moveJobs(
    inside,
    {
      who: `job ${jobId}`,
      from: ['RUNNING'],
      to: 'QUEUED',
      where: (bound) => `id = ${bound.add(jobId)} AND NOT EXISTS (${partsIn(['RUNNING'])})`,
    },
    times,
  );
  return true;
}

async function expire(database: Database, nowMs: number, times: StoreTimes): Promise<readonly string[]> {
  const isDue = (bound: BoundValues) => `expires_at_ms <= ${bound.add(nowMs)}`;
  await moveJobs(database, { who: 'a job', from: FINISHED_STATES, to: 'EXPIRED', where: isDue }, times);
  const rows = await database.query<{ id: string }>("SELECT id FROM export_jobs WHERE state = 'EXPIRED' ORDER BY id");
  return rows.map(({ id }) => id);
}

/** An expired job can still be seen in the list, and its key still be recognised. */
const FORGET_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

async function forget(database: Database, nowMs: number): Promise<number> {
  const rows = await database.query(
    "DELETE FROM export_jobs WHERE state = 'EXPIRED' AND expires_at_ms <= $1 RETURNING id",
    [nowMs - FORGET_AFTER_MS],
  );
  return rows.length;
}

/** A condition on a job's row: the parts of it in these states. */
export function partsIn(states: readonly ('QUEUED' | 'RUNNING')[]): string {
  const quoted = states.map((state) => `'${state}'`).join(', ');
  return `SELECT 1 FROM export_parts WHERE job_id = export_jobs.id AND export_parts.state IN (${quoted})`;
}

function one(jobId: string): Pick<JobMove, 'who' | 'where'> {
  return { who: `job ${jobId}`, where: (bound) => `id = ${bound.add(jobId)}` };
}

function partsOf(jobId: string): Pick<JobMove, 'who' | 'where'> {
  return { who: `a part of job ${jobId}`, where: (bound) => `job_id = ${bound.add(jobId)}` };
}
