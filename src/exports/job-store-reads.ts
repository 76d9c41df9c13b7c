/**
 * Jobs and parts as they stand in the store. A job comes with the counts of its parts and with its files, which are read after it:
 * they may be a moment newer than its state, never older.
 */
import type { ErrorCode } from '../errors.js';
import { BoundValues, VALUES_AT_ONCE } from '../store/bound-values.js';
import type { Queryable, SqlRow, SqlValue } from '../store/database.js';
import type { Slice, SliceRequest } from './exports.js';
import type { ExportFileRow, ExportJobRow, ExportPart, ExportState, PartState } from './job.js';

export async function findJob(queryable: Queryable, jobId: string): Promise<ExportJobRow | null> {
  // Ids come from clients, and PostgreSQL refuses characters that no id has.
  if (!/^[\w-]+$/.test(jobId)) return null;
  const [job = null] = await loadJobs(queryable, 'WHERE id = $1', [jobId]);
  return job;
}

export async function listJobs(
  queryable: Queryable,
  callerId: string,
  { states, offset, limit }: SliceRequest & { readonly states: readonly ExportState[] | null },
): Promise<Slice<ExportJobRow>> {
  const bound = new BoundValues();
  const where = `WHERE caller_id = ${bound.add(callerId)}${states ? ` AND state IN (${bound.list(states)})` : ''}`;
  const totalCount = await count(queryable, `export_jobs ${where}`, bound.values);
  const tail = `${where} ORDER BY created_at_ms DESC, id DESC LIMIT ${bound.add(limit)} OFFSET ${bound.add(offset)}`;
  return { items: await loadJobs(queryable, tail, bound.values), totalCount };
}

export function listUnfinished(queryable: Queryable): Promise<readonly ExportJobRow[]> {
  return loadJobs(queryable, "WHERE state IN ('QUEUED', 'RUNNING') ORDER BY created_at_ms, id", []);
}

export async function listParts(
  queryable: Queryable,
  jobId: string,
  { states, offset, limit }: SliceRequest & { readonly states: readonly PartState[] | null },
): Promise<Slice<ExportPart>> {
  const bound = new BoundValues();
  const where = `WHERE job_id = ${bound.add(jobId)}${states ? ` AND state IN (${bound.list(states)})` : ''}`;
  const totalCount = await count(queryable, `export_parts ${where}`, bound.values);
  const tail = `${where} ORDER BY position LIMIT ${bound.add(limit)} OFFSET ${bound.add(offset)}`;
  const rows = await queryable.query<PartRow>(`SELECT ${PART_COLUMNS} FROM export_parts ${tail}`, bound.values);
  return { items: rows.map(toPart), totalCount };
}

export const PART_COLUMNS =
  'job_id, position, company_id, company_name, state, code, message, row_count, byte_count, sha256, attempts';

export interface PartRow extends SqlRow {
  readonly job_id: string;
  readonly position: number;
  readonly company_id: string;
  readonly company_name: string;
  readonly state: PartState;
  readonly code: ErrorCode | null;
  readonly message: string | null;
  readonly row_count: number;
  readonly byte_count: number;
  readonly sha256: string | null;
  readonly attempts: number;
}

export function toPart(row: PartRow): ExportPart {
  return {
    jobId: row.job_id,
    position: row.position,
    companyId: row.company_id,
    companyName: row.company_name,
    skipCode: row.state === 'SKIPPED' ? row.code : null,
    state: row.state,
    code: row.code,
    message: row.message,
    rows: row.row_count,
    bytes: row.byte_count,
    sha256: row.sha256,
    attempts: row.attempts,
  };
}

const JOB_COLUMNS = 'id, caller_id, request, state, code, created_at_ms, started_at_ms, finished_at_ms, expires_at_ms';

interface JobRow extends SqlRow {
  readonly id: string;
  readonly caller_id: string;
  readonly request: string;
  readonly state: ExportState;
  readonly code: ErrorCode | null;
  readonly created_at_ms: number;
  readonly started_at_ms: number | null;
  readonly finished_at_ms: number | null;
  readonly expires_at_ms: number | null;
}

interface CountRow extends SqlRow {
  readonly job_id: string;
  readonly state: PartState;
  readonly parts: number;
  readonly row_count: number;
  readonly byte_count: number;
}

interface FileRow extends SqlRow {
  readonly job_id: string;
  readonly name: string;
  readonly media_type: string;
  readonly byte_count: number;
  readonly row_count: number | null;
  readonly sha256: string;
}

async function loadJobs(queryable: Queryable, tail: string, values: readonly SqlValue[]): Promise<ExportJobRow[]> {
  const jobs = await queryable.query<JobRow>(`SELECT ${JOB_COLUMNS} FROM export_jobs ${tail}`, values);
  const loaded: ExportJobRow[] = [];
  for (let start = 0; start < jobs.length; start += VALUES_AT_ONCE) {
    loaded.push(...(await completeJobs(queryable, jobs.slice(start, start + VALUES_AT_ONCE))));
  }
  return loaded;
}

async function completeJobs(queryable: Queryable, jobs: readonly JobRow[]): Promise<ExportJobRow[]> {
  const bound = new BoundValues();
  const ids = bound.list(jobs.map(({ id }) => id));
  const counts = await queryable.query<CountRow>(
    `SELECT job_id, state, count(*) AS parts, sum(row_count) AS row_count, sum(byte_count) AS byte_count
     FROM export_parts WHERE job_id IN (${ids}) GROUP BY job_id, state`,
    bound.values,
  );
  const files = await queryable.query<FileRow>(
    `SELECT job_id, name, media_type, byte_count, row_count, sha256
     FROM export_files WHERE job_id IN (${ids}) ORDER BY job_id, position`,
    bound.values,
  );
  const countsByJob = groupByJob(counts);
  const filesByJob = groupByJob(files);
  return jobs.map((job) => toJob(job, countsByJob.get(job.id) ?? [], filesByJob.get(job.id) ?? []));
}

function toJob(job: JobRow, counts: readonly CountRow[], files: readonly FileRow[]): ExportJobRow {
  const hasFiles = job.state === 'SUCCEEDED' || job.state === 'PARTIAL';
  return {
    id: job.id,
    callerId: job.caller_id,
    request: JSON.parse(job.request),
    state: job.state,
    code: job.code,
    createdAtMs: job.created_at_ms,
    startedAtMs: job.started_at_ms,
    finishedAtMs: job.finished_at_ms,
    expiresAtMs: job.expires_at_ms,
    files: hasFiles ? files.map(toFile) : [],
    partCounts: Object.fromEntries(counts.map(({ state, parts }) => [state, parts])),
    rows: counts.reduce((sum, { row_count }) => sum + row_count, 0),
    bytes: counts.reduce((sum, { byte_count }) => sum + byte_count, 0),
  };
}

function toFile({ name, media_type, byte_count, row_count, sha256 }: FileRow): ExportFileRow {
  return { name, mediaType: media_type, bytes: byte_count, rows: row_count, sha256 };
}

function groupByJob<Row extends { readonly job_id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.job_id);
    if (group) group.push(row);
    else groups.set(row.job_id, [row]);
  }
  return groups;
}

async function count(queryable: Queryable, from: string, values: readonly SqlValue[]): Promise<number> {
  const [row] = await queryable.query<{ total: number }>(`SELECT count(*) AS total FROM ${from}`, values);
  return row?.total ?? 0;
}
