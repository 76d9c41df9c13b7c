/**
 * The embedded database: one file, and one connection to it in this process. Its calls are synchronous, so everything runs in turns,
 * and a commit is on the disk when it returns. Other processes may use the file meanwhile; who may take up its jobs is held by
 * `ownership.ts`.
 */
import Libsql from 'libsql';
import { AppError } from '../errors.js';
import type { Database, Queryable, SqlRow, SqlValue } from './database.js';
import { createTurns } from './turns.js';

/** @throws AppError STORE_UNAVAILABLE, STORAGE_FULL */
export function openLibsqlDatabase(path: string): Database {
  const connection = connect(path);
  const turns = createTurns();
  const ask = (sql: string, values: readonly SqlValue[] = []) => run(connection, sql, values);
  return {
    kind: 'libsql',
    query: <Row extends SqlRow>(sql: string, values?: readonly SqlValue[]) =>
      turns.take(async () => ask(sql, values) as readonly Row[]),
    transaction: (work) => turns.take(() => transact(ask, work)),
    close: () =>
      turns.close(async () => {
        letGo(ask);
        connection.close();
      }),
  };
}

type Ask = (sql: string, values?: readonly SqlValue[]) => readonly SqlRow[];

/** How long another process may take to write. This one stands still meanwhile, for the milliseconds that the command line needs. */
const BUSY_TIMEOUT_MS = 2_000;
/** Turns wait for each other, so a transaction that waits for a turn of its own has to end some time. */
const TRANSACTION_TIMEOUT_MS = 10_000;

function connect(path: string): Libsql.Database {
  try {
    const connection = new Libsql(path, { timeout: BUSY_TIMEOUT_MS });
    const pragmas = ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'];
    for (const pragma of pragmas) run(connection, `PRAGMA ${pragma}`, []);
    return connection;
  } catch (error) {
    throw error instanceof AppError ? error : toAppError(error);
  }
}

/**
 * The connection ends only with its last statement, at a time of the collector's choosing: what was written ahead is brought into the
 * file before. Where another process has the file open, that is left to it.
 */
function letGo(ask: Ask): void {
  try {
    ask('PRAGMA journal_mode = DELETE');
  } catch (error) {
    if (!codeOf((error as AppError).cause).startsWith('SQLITE_BUSY')) throw error;
  }
}

async function transact<T>(ask: Ask, work: (inside: Queryable) => Promise<T>): Promise<T> {
  let open = true;
  const inside: Queryable = {
    async query<Row extends SqlRow>(sql: string, values?: readonly SqlValue[]) {
      if (!open) throw new Error('a query came after the end of its transaction');
      return ask(sql, values) as readonly Row[];
    },
  };
  ask('BEGIN IMMEDIATE');
  try {
    const result = await withinTime(work(inside));
    ask('COMMIT');
    return result;
  } catch (error) {
    rollBack(ask);
    throw error;
  } finally {
    open = false;
  }
}

/** SQLite has rolled back by itself where the disk is full, and then says that there is nothing to roll back. */
function rollBack(ask: Ask): void {
  try {
    ask('ROLLBACK');
  } catch {
    // What went wrong before is what the caller has to know.
  }
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('STORE_UNAVAILABLE', 'A transaction of the database took too long and was undone.'));
    }, TRANSACTION_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** `.all()` for every statement: `.get()` adds a field of its own to the row. */
function run(connection: Libsql.Database, sql: string, values: readonly SqlValue[]): readonly SqlRow[] {
  try {
    return connection.prepare(toNumberedPlaceholders(sql)).all([...values]) as readonly SqlRow[];
  } catch (error) {
    throw toAppError(error);
  }
}

/** `$1` is a name to SQLite; `?1` is the first value, as often as it is written. */
function toNumberedPlaceholders(sql: string): string {
  return sql.replace(/\$(\d+)/g, '?$1');
}

/** Faults of a statement, which another try does not mend. */
const OWN_FAULTS = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|TOOBIG|MISUSE)/;

function toAppError(cause: unknown): AppError {
  const code = codeOf(cause);
  if (code.startsWith('SQLITE_FULL')) return new AppError('STORAGE_FULL', 'The disk of DATA_DIR is full.', { cause });
  if (code.startsWith('SQLITE_BUSY')) {
    return new AppError('STORE_UNAVAILABLE', 'The database in DATA_DIR is in use by another process.', { cause });
  }
  if (OWN_FAULTS.test(code)) return new AppError('INTERNAL', 'Internal error.', { cause });
  return new AppError('STORE_UNAVAILABLE', 'The database in DATA_DIR cannot be used now.', { cause });
}

/** Of SQLite, such as `SQLITE_BUSY`; empty where the failure is none of its own. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
