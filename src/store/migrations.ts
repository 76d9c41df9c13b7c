/**
 * The tables, step by step: a step that was released is never changed, only followed by another. One text for both databases, so
 * only TEXT, INTEGER and BIGINT; instants are epoch milliseconds. Position in the list is the version, from 1.
 */

const EXPORT_JOBS = `CREATE TABLE export_jobs (
  id TEXT NOT NULL PRIMARY KEY,
  caller_id TEXT NOT NULL,
  request TEXT NOT NULL,
  state TEXT NOT NULL,
  code TEXT,
  created_at_ms BIGINT NOT NULL,
  started_at_ms BIGINT,
  finished_at_ms BIGINT,
  expires_at_ms BIGINT,
  files_claim TEXT,
  files_beat_at_ms BIGINT
)`;

const EXPORT_PARTS = `CREATE TABLE export_parts (
  job_id TEXT NOT NULL REFERENCES export_jobs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  company_id TEXT NOT NULL,
  company_name TEXT NOT NULL,
  state TEXT NOT NULL,
  code TEXT,
  message TEXT,
  row_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL,
  sha256 TEXT,
  attempts INTEGER NOT NULL,
  claim TEXT,
  beat_at_ms BIGINT,
  PRIMARY KEY (job_id, position)
)`;

const EXPORT_FILES = `CREATE TABLE export_files (
  job_id TEXT NOT NULL REFERENCES export_jobs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  byte_count BIGINT NOT NULL,
  row_count BIGINT,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (job_id, name)
)`;

/** A key is written before its job, so that of two that come at once the second waits for the first: the reference is checked at the commit. */
const EXPORT_IDEMPOTENCY = `CREATE TABLE export_idempotency (
  caller_id TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  job_id TEXT NOT NULL REFERENCES export_jobs (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (caller_id, key_hash)
)`;

const SETTINGS = 'CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)';

/** `hash` is the SHA-256 of the key in hexadecimal, `companies` the grant as JSON, `abilities` a list with commas. */
const ACCESS_KEYS = `CREATE TABLE access_keys (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  companies TEXT NOT NULL,
  abilities TEXT NOT NULL,
  masks_personal_data INTEGER NOT NULL,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT,
  revoked_at_ms BIGINT,
  last_used_at_ms BIGINT
)`;

export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    EXPORT_JOBS,
    'CREATE INDEX export_jobs_of_caller ON export_jobs (caller_id, created_at_ms)',
    'CREATE INDEX export_jobs_by_state ON export_jobs (state, expires_at_ms)',
    EXPORT_PARTS,
    "CREATE INDEX export_parts_running ON export_parts (beat_at_ms) WHERE state = 'RUNNING'",
    EXPORT_FILES,
    EXPORT_IDEMPOTENCY,
    'CREATE INDEX export_idempotency_of_job ON export_idempotency (job_id)',
    SETTINGS,
  ],
  [ACCESS_KEYS],
];
