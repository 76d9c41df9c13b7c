/** The values of one statement, numbered as they are written into its text: `$1`, `$2`, … */
import type { SqlValue } from './database.js';

/** SQLite takes 32,766 values in a statement, PostgreSQL 65,535. */
export const MAX_VALUES = 30_000;

export class BoundValues {
  readonly values: SqlValue[] = [];

  /** Its placeholder. */
  add(value: SqlValue): string {
    return `$${this.values.push(value)}`;
  }

  /** For `IN (…)`; of no values, what no column equals. */
  list(values: readonly SqlValue[]): string {
    return values.length === 0 ? 'NULL' : values.map((value) => this.add(value)).join(', ');
  }
}
