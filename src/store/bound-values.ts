/** The values of one statement, numbered as they are written into its text: `$1`, `$2`, … */
import type { SqlValue } from './database.js';

/**
 * SQLite takes 32,766 values in a statement, but compares the number of each with all before it: 30,000 of them took seconds,
 * in which nothing else ran. Up to so many, statements cost what their rows cost.
 */
export const VALUES_AT_ONCE = 1_000;

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
