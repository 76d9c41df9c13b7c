/**
 * Who may take up the jobs of an embedded database: one process, which holds a lock on a file beside it for as long as it runs. The
 * system gives the lock back when the process ends, however it ends. The lock is SQLite's own, since Node has none: the file stays
 * empty.
 */
import Libsql from 'libsql';
import { AppError } from '../errors.js';

export interface Ownership {
  /** Once: then another process may own it. */
  release(): void;
}

/** @throws AppError STORE_UNAVAILABLE where another process is the owner, or where the file cannot be made. */
export function takeOwnership(path: string): Ownership {
  try {
    const connection = new Libsql(path, { timeout: PREDECESSOR_TIMEOUT_MS });
    const run = (statement: string) => connection.prepare(statement).all();
    // Otherwise a journal would lie beside the file, for a transaction that never writes.
    run('PRAGMA journal_mode = MEMORY');
    run('BEGIN EXCLUSIVE');
    return {
      release() {
        run('ROLLBACK');
        connection.close();
      },
    };
  } catch (cause) {
    throw toAppError(cause);
  }
}

/** A server that is replaced may still be going. This process stands still meanwhile: it happens at the start only. */
const PREDECESSOR_TIMEOUT_MS = 2_000;

function toAppError(cause: unknown): AppError {
  const { code = '' } = cause as { code?: string };
  const message = code.startsWith('SQLITE_BUSY')
    ? 'DATA_DIR is in use by another server: give each a directory of its own, or let them share a PostgreSQL by DATABASE_URL.'
    : 'The lock file in DATA_DIR cannot be used now.';
  return new AppError('STORE_UNAVAILABLE', message, { cause });
}
