/**
 * One SQL text on two databases: an embedded libsql file, or PostgreSQL where several servers share their work. Parameters are
 * written `$1`, `$2`, … in both. Instants are integers of epoch milliseconds, flags are 0 and 1, documents are JSON as text:
 * what both databases give back alike. Whoever opens a database closes it.
 */

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface Queryable {
  /** @throws AppError STORE_UNAVAILABLE where the database cannot be asked, STORAGE_FULL where it has no room. */
  query<Row extends SqlRow = SqlRow>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
}

export interface Database extends Queryable {
  readonly kind: 'libsql' | 'postgresql';
  /** All of it or nothing; what `work` throws undoes it and is thrown on. Nothing else runs inside it on this connection. */
  transaction<T>(work: (inside: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
