/** What is particular to PostgreSQL: connections that break, servers that are not there, and what the log may hold of it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/store/database.js';
import { openDatabase } from '../../src/store/open-database.js';
import { openPostgresqlDatabase } from '../../src/store/postgresql-database.js';
import { createLog } from '../../src/telemetry.js';

const url = process.env.DATABASE_URL;
if (!url) console.warn('DATABASE_URL names no PostgreSQL: the tests of its own behaviour are skipped.');

describe('a PostgreSQL that is not there', () => {
  it('is STORE_UNAVAILABLE at the start, and tells neither host nor password', async () => {
    const databaseUrl = 'postgres://someone:canary-password@127.0.0.1:1/canary-database';
    const failure = await openDatabase({ databaseUrl, dataDirectory: '.', log: createLog('silent') }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    const { message, cause } = failure as Error & { cause: Error };
    expect(message).toBe('The database of DATABASE_URL cannot be used now.');
    expect(cause.message).toBe('postgresql ECONNREFUSED syscall connect');
    expect(JSON.stringify(cause, Object.getOwnPropertyNames(cause))).not.toMatch(/127\.0\.0\.1|canary/);
  });
});

const [describeHere, title] = url
  ? [describe, 'a PostgreSQL']
  : [describe.skip, 'a PostgreSQL (SKIPPED: no DATABASE_URL)'];

describeHere(title, () => {
  const lines: string[] = [];
  let database: Database;

  beforeEach(async () => {
    lines.length = 0;
    const log = createLog('debug', { write: (line) => void lines.push(line) });
    // No tables are needed here, so nothing is left behind: the schema of these tests is the session's own.
    const scratch = new URL(url ?? '');
    scratch.searchParams.set('options', '-c search_path=pg_temp');
    database = openPostgresqlDatabase({ databaseUrl: scratch.href, log });
  });
  afterEach(() => database.close());

  const pidOf = async (queryable: Pick<Database, 'query'>) => {
    const [row] = await queryable.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid ?? 0;
  };
  const terminate = (pid: number) => database.query('SELECT pg_terminate_backend($1)', [pid]);

  it('bounds every wait', async () => {
    const rows = await database.query(
      "SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout') ORDER BY name",
    );
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: '15000' },
      { name: 'statement_timeout', setting: '15000' },
    ]);
  });

  it('survives that its idle connections are ended, and says so once each in the log', async () => {
    await database.transaction(async (inside) => {
      // Of the other connection, which this query opens and leaves idle.
      const pid = await pidOf(database);
      await inside.query('SELECT pg_terminate_backend($1)', [pid]);
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(lines.filter((line) => line.includes('a connection to the database was lost'))).toHaveLength(1);
  });

  it('says STORE_UNAVAILABLE where the connection of a transaction is ended, and gives it to nobody else', async () => {
    const transaction = database.transaction(async (inside) => {
      await terminate(await pidOf(inside));
      // So that the connection breaks between two statements, when nobody asks anything of it.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await inside.query('SELECT 1');
    });
    await expect(transaction).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await Promise.all(Array.from({ length: 12 }, () => database.query('SELECT 1 AS one')))).toEqual(
      Array.from({ length: 12 }, () => [{ one: 1 }]),
    );
  });

  it('keeps the values of a row out of what the log gets', async () => {
    const failure = await database
      .transaction(async (inside) => {
        await inside.query('CREATE TEMPORARY TABLE things (name TEXT PRIMARY KEY)');
        await inside.query("INSERT INTO things VALUES ('canary')");
        await inside.query("INSERT INTO things VALUES ('canary')");
      })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'INTERNAL' });
    const { cause } = failure as { cause: Error };
    expect(cause.message).toBe('postgresql 23505 constraint things_pkey table things routine _bt_check_unique');
    expect(JSON.stringify(cause, Object.getOwnPropertyNames(cause))).not.toContain('canary');
  });

  it('takes a full disk for STORAGE_FULL', async () => {
    const raise = "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$";
    await expect(database.query(raise)).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      message: 'The database has no room left.',
    });
  });
});
