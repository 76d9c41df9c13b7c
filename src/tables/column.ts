/**
 * What a column of a table holds, and what a row is: the words that documents, writers and jobs share. A row is a plain array in
 * the order of the columns, so that a million of them cost little.
 */

/** `DATE` is `YYYY-MM-DD`, `DATE_TIME` an ISO 8601 instant in UTC; `ID` and `TEXT` are both text. */
export type ColumnType = 'TEXT' | 'ID' | 'INTEGER' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'DATE_TIME';

export interface Column {
  /** In snake_case, unique in its table; what a reader of the file relies on. */
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  /** Whether a cell may be empty. */
  readonly isNullable: boolean;
}

export type Cell = string | number | boolean | null;
export type Row = readonly Cell[];

/** Keys in the order of the columns, every one of them there. */
export function toObject(columns: readonly Column[], row: Row): Record<string, Cell> {
  return Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]));
}
