/**
 * A job comes into the store: itself, its parts and its idempotency key in one transaction. The key is written first, so that of
 * many that come at once all but one wait for it and then find its job. A key is kept exactly as long as its job: more than a week.
 */
import { createHash, randomInt } from 'node:crypto';
import { AppError, ERROR_CODES } from '../errors.js';
import type { Database, Queryable, SqlValue } from '../store/database.js';
import { insertRows } from '../store/insert-rows.js';
import type { EnqueueOptions } from './exports.js';
import type { ExportJobRow, ExportTarget } from './job.js';
import { findJob } from './job-store-reads.js';

export interface InsertedJob {
  readonly job: ExportJobRow;
  /** False where the key brought back a job of before. */
  readonly created: boolean;
}

/** @throws AppError IDEMPOTENCY_KEY_REUSED */
export function insertJob(database: Database, options: EnqueueOptions, nowMs: number): Promise<InsertedJob> {
  return database.transaction(async (inside) => {
    const newId = newJobId();
    const jobId = await claimKey(inside, options, newId);
    const created = jobId === newId;
    if (created) await insertNew(inside, newId, options, nowMs);
    const job = await findJob(inside, jobId);
    if (!job) throw new Error('an export job was inserted and is not there');
    return { job, created };
  });
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 131 bits. */
const ID_LENGTH = 22;

function newJobId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
}

/** The job that the key belongs to: `newId` where the key is new, or there is none. */
async function claimKey(
  inside: Queryable,
  { callerId, idempotencyKey, inputText }: EnqueueOptions,
  newId: string,
): Promise<string> {
  if (idempotencyKey === null) return newId;
  const key = [callerId, toHash(idempotencyKey)];
  const inputHash = toHash(inputText);
  const inserted = await inside.query(
    `INSERT INTO export_idempotency (caller_id, key_hash, input_hash, job_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (caller_id, key_hash) DO NOTHING RETURNING job_id`,
    [...key, inputHash, newId],
  );
  if (inserted.length > 0) return newId;
  const [earlier] = await inside.query<{ input_hash: string; job_id: string }>(
    'SELECT input_hash, job_id FROM export_idempotency WHERE caller_id = $1 AND key_hash = $2',
    key,
  );
  if (!earlier) throw new AppError('STORE_UNAVAILABLE', 'The job of this idempotency key is just being removed.');
  if (earlier.input_hash !== inputHash) {
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'The idempotency key was used with another input before.');
  }
  return earlier.job_id;
}

async function insertNew(inside: Queryable, jobId: string, options: EnqueueOptions, nowMs: number): Promise<void> {
  const { callerId, request, targets } = options;
  await inside.query(
    "INSERT INTO export_jobs (id, caller_id, request, state, created_at_ms) VALUES ($1, $2, $3, 'QUEUED', $4)",
    [jobId, callerId, JSON.stringify(request), nowMs],
  );
  const parts = targets.map((target, position) => toPartValues(jobId, position, target));
  await insertRows(inside, 'export_parts', NEW_PART_COLUMNS, parts);
}

const NEW_PART_COLUMNS = [
  'job_id',
  'position',
  'company_id',
  'company_name',
  'state',
  'code',
  'message',
  'row_count',
  'byte_count',
  'attempts',
];

function toPartValues(jobId: string, position: number, { companyId, companyName, skipCode }: ExportTarget): SqlValue[] {
  const state = skipCode === null ? 'QUEUED' : 'SKIPPED';
  const message = skipCode === null ? null : ERROR_CODES[skipCode].meaning;
  return [jobId, position, companyId, withoutNul(companyName), state, skipCode, message, 0, 0, 0];
}

/** The one character that PostgreSQL does not keep. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

/** What clients write may be long and hold anything; to know it again is enough. */
function toHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
