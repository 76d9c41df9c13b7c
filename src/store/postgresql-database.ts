/**
 * PostgreSQL, for several servers that share their jobs. Every wait has an end: for a connection, for a statement, for a
 * transaction that nobody goes on with. Integers come back as numbers. A cause for the log holds names, never values or hosts.
 */
import pg from 'pg';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Database, Queryable, SqlRow, SqlValue } from './database.js';

export interface PostgresqlOptions {
  readonly databaseUrl: string;
  readonly log: Log;
}

/** Connects with the first query, not before. */
export function openPostgresqlDatabase({ databaseUrl, log }: PostgresqlOptions): Database {
  const pool = new pg.Pool({ connectionString: databaseUrl, types: NUMBERS, ...LIMITS });
  // A server that restarts ends the connections that wait in the pool; without a listener the process would end with them.
  pool.on('error', (error) => log.warn({ error: toCause(error) }, 'a connection to the database was lost'));
  let closed: Promise<void> | null = null;
  return {
    kind: 'postgresql',
    query: (sql, values) => ask(pool, sql, values),
    transaction: (work) => transact(pool, work),
    close() {
      closed ??= pool.end();
      return closed;
    },
  };
}

const STATEMENT_TIMEOUT_MS = 15_000;

const LIMITS = {
  application_name: 'keepnet-graph',
  /** A statement here takes milliseconds: more connections would wait for the same rows. */
  max: 8,
  keepAlive: true,
  /** For a new connection, and for one of the pool to be free. */
  connectionTimeoutMillis: 5_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  /** Where the server does not even say that it gave up. */
  query_timeout: STATEMENT_TIMEOUT_MS + 2_000,
  idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
} as const satisfies pg.PoolConfig;

const { INT8, NUMERIC } = pg.types.builtins;

/** Counts are int8 and sums of them numeric; pg gives both as text, for fear of 2^53. */
const NUMBERS: pg.CustomTypesConfig = {
  getTypeParser: (type: number, format?: 'text' | 'binary') =>
    type === INT8 || type === NUMERIC ? Number : pg.types.getTypeParser(type, format),
};

async function transact<T>(pool: pg.Pool, work: (inside: Queryable) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  // A connection that breaks between two statements says so here; the next statement fails with it.
  const ignore = () => undefined;
  client.on('error', ignore);
  let open = true;
  let broken = false;
  const inside: Queryable = {
    async query(sql, values) {
      if (!open) throw new Error('a query came after the end of its transaction');
      return ask(client, sql, values);
    },
  };
  try {
    await ask(client, 'BEGIN');
    const result = await work(inside);
    await ask(client, 'COMMIT');
    return result;
  } catch (error) {
    broken = await isBrokenAfterRollback(client);
    throw error;
  } finally {
    open = false;
    client.removeListener('error', ignore);
    client.release(broken);
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toAppError(error);
  }
}

/** A connection that cannot even roll back is not given to anybody else. */
async function isBrokenAfterRollback(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return false;
  } catch {
    return true;
  }
}

async function ask<Row extends SqlRow>(
  connection: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly SqlValue[] = [],
): Promise<readonly Row[]> {
  try {
    const { rows } = await connection.query<Row>(sql, [...values]);
    return rows;
  } catch (error) {
    throw toAppError(error);
  }
}

/** Values that do not fit, broken constraints, wrong statements: another try does not mend them. */
const OWN_FAULTS = /^(22|23|42)/;

function toAppError(error: unknown): AppError {
  const cause = toCause(error);
  const { code } = cause;
  if (code === '53100') return new AppError('STORAGE_FULL', 'The database has no room left.', { cause });
  if (OWN_FAULTS.test(code)) return new AppError('INTERNAL', 'Internal error.', { cause });
  return new AppError('STORE_UNAVAILABLE', 'The database of DATABASE_URL cannot be used now.', { cause });
}

/** The driver's errors carry values of the row, and the address of the server: what is kept is what kind of failure it was. */
function toCause(error: unknown): Error & { readonly code: string } {
  const { code = '', syscall, constraint, table, column, routine } = error as Record<string, string | undefined>;
  const known = { syscall, constraint, table, column, routine };
  const names = Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return Object.assign(new Error(['postgresql', code, ...names].join(' ').trim()), { code });
}
