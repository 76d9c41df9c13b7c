/**
 * Brings the tables of a database to the version that this server knows: forward only, all steps or none. Of several servers that
 * start at once one does it and the others find it done. A database of a newer server is left alone.
 */
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Database, Queryable } from './database.js';
import { MIGRATIONS } from './migrations.js';

/** @throws AppError STORE_UNAVAILABLE where the database's version is above what `migrations` know. */
export async function migrate(
  database: Database,
  log: Log,
  migrations: readonly (readonly string[])[] = MIGRATIONS,
): Promise<void> {
  await database.transaction(async (inside) => {
    // Until the transaction ends. A transaction of the embedded database keeps all others out anyway.
    if (database.kind === 'postgresql') await inside.query('SELECT pg_advisory_xact_lock($1)', [LOCK_ID]);
    await inside.query('CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER NOT NULL PRIMARY KEY)');
    const found = await readVersion(inside);
    refuseNewer(found, migrations.length);
    for (const [index, statements] of migrations.entries()) {
      const version = index + 1;
      if (version <= found) continue;
      for (const statement of statements) await inside.query(statement);
      await inside.query('INSERT INTO schema_versions (version) VALUES ($1)', [version]);
      log.info({ version, database: database.kind }, 'the tables of the database were brought forward');
    }
  });
}

/** Any number that others on the same PostgreSQL are unlikely to lock. */
const LOCK_ID = 7_203_461_118;

async function readVersion(inside: Queryable): Promise<number> {
  const [row] = await inside.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM schema_versions',
  );
  return row?.version ?? 0;
}

function refuseNewer(found: number, known: number): void {
  if (found <= known) return;
  throw new AppError(
    'STORE_UNAVAILABLE',
    `The tables of the database are of version ${found}, and this server knows version ${known}: ` +
      'start the newer server again, or give this one a database of its own.',
  );
}
