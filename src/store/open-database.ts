/**
 * Which database, and its tables made ready: PostgreSQL where a URL names one, otherwise a file that one server owns. What is
 * answered can be used at once; whoever asked closes it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Database } from './database.js';
import { openLibsqlDatabase } from './libsql-database.js';
import { migrate } from './migrate.js';
import { type Ownership, takeOwnership } from './ownership.js';
import { openPostgresqlDatabase } from './postgresql-database.js';

export interface OpenDatabaseOptions {
  /** Null: a file in `dataDirectory`. May carry a password, and is never logged. */
  readonly databaseUrl: string | null;
  /** Made where it is missing, for this user only. */
  readonly dataDirectory: string;
  readonly log: Log;
  /**
   * Whether to take up the jobs of an embedded database, which one process at a time may: true unless said otherwise. Without it the
   * database can be used beside a server that runs.
   */
  readonly owns?: boolean;
}

/** @throws AppError STORE_UNAVAILABLE or STORAGE_FULL; then nothing stays open. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { databaseUrl, dataDirectory, log, owns = true } = options;
  await makeDirectory(dataDirectory);
  if (databaseUrl !== null) return withTables(openPostgresqlDatabase({ databaseUrl, log }), log);
  const ownership = owns ? takeOwnership(join(dataDirectory, LOCK_NAME)) : null;
  try {
    const database = await withTables(openLibsqlDatabase(join(dataDirectory, FILE_NAME)), log);
    let closed: Promise<void> | undefined;
    return { ...database, close: () => (closed ??= closeOwned(database, ownership)) };
  } catch (error) {
    ownership?.release();
    throw error;
  }
}

const FILE_NAME = 'keepnet-graph.db';
const LOCK_NAME = 'owner.lock';

async function withTables(database: Database, log: Log): Promise<Database> {
  try {
    await migrate(database, log);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The next owner finds the file closed. */
async function closeOwned(database: Database, ownership: Ownership | null): Promise<void> {
  try {
    await database.close();
  } finally {
    ownership?.release();
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new AppError('STORAGE_FULL', 'DATA_DIR has no room left.', { cause });
    throw new AppError('STORE_UNAVAILABLE', 'DATA_DIR cannot be made.', { cause });
  }
}
