/** Many rows of one table in few statements. */
import { BoundValues, MAX_VALUES } from './bound-values.js';
import type { Queryable, SqlValue } from './database.js';

/** Every row has a value for each of `columns`. Outside a transaction, what was inserted before a failure stays. */
export async function insertRows(
  queryable: Queryable,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const rowsAtOnce = Math.floor(MAX_VALUES / columns.length);
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const bound = new BoundValues();
    const tuples = rows.slice(start, start + rowsAtOnce).map((row) => `(${bound.list(row)})`);
    await queryable.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples.join(', ')}`, bound.values);
  }
}
