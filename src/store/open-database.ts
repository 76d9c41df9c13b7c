/**
 * Which database, and its tables made ready: PostgreSQL where a URL names one, otherwise a file of this process alone. What is
 * answered can be used at once; whoever asked closes it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Database } from './database.js';
import { openLibsqlDatabase } from './libsql-database.js';
import { migrate } from './migrate.js';
import { openPostgresqlDatabase } from './postgresql-database.js';

export interface OpenDatabaseOptions {
  /** Null: a file in `dataDirectory`. May carry a password, and is never logged. */
  readonly databaseUrl: string | null;
  /** Made where it is missing, for this user only. */
  readonly dataDirectory: string;
  readonly log: Log;
}

/** @throws AppError STORE_UNAVAILABLE or STORAGE_FULL; then nothing stays open. */
export async function openDatabase({ databaseUrl, dataDirectory, log }: OpenDatabaseOptions): Promise<Database> {
  await makeDirectory(dataDirectory);
  const database =
    databaseUrl === null
      ? openLibsqlDatabase(join(dataDirectory, FILE_NAME))
      : openPostgresqlDatabase({ databaseUrl, log });
  try {
    await migrate(database, log);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

const FILE_NAME = 'keepnet-graph.db';

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
