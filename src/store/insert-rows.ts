/** Many rows of one table in few statements. */
import { BoundValues, VALUES_AT_ONCE } from './bound-values.js';
import type { Queryable, SqlValue } from './database.js';

/** Every row has a value for each of `columns`. Outside a transaction, what was inserted before a failure stays. */
export async function insertRows(
  queryable: Queryable,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const rowsAtOnce = Math.floor(VALUES_AT_ONCE / columns.length);
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const bound = new BoundValues();
    const tuples = rows.slice(start, start + rowsAtOnce).map((row) => `(${bound.list(row)})`);
    await queryable.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples.join(', ')}`, bound.values);
  }
}
