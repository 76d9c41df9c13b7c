/**
 * The columns of a table as readers of its feed see them: those of its document, and when each row was read; or only those that are
 * named. Rows keep the order of the table, whatever order a reader names.
 */
import { badInput } from '../errors.js';
import type { Column, Row } from './column.js';
import { AS_OF, type Table } from './table.js';
import type { WalkedPage } from './walk.js';

const AS_OF_COLUMN: Column = {
  name: AS_OF,
  type: 'DATE_TIME',
  description: 'When the row was read from Keepnet.',
  isNullable: false,
};

/** In the order of the rows of a feed that was asked for all columns. */
export function listColumns({ columns }: Table): readonly Column[] {
  return [...columns, AS_OF_COLUMN];
}

export interface RowShape {
  readonly columns: readonly Column[];
  /** The rows of a page with what is wanted of them. */
  toRows(page: Pick<WalkedPage, 'rows' | 'asOfMs'>): readonly Row[];
}

/** `names` null: all columns. @throws AppError BAD_USER_INPUT that names `columns` */
export function createRowShape(table: Table, names: readonly string[] | null): RowShape {
  const all = listColumns(table);
  const unknown = names?.find((name) => !all.some((column) => column.name === name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw badInput(
      'columns',
      `table ${table.name} has no column ${JSON.stringify(unknown.slice(0, 40))}; it has ${known}`,
    );
  }
  const places = all.flatMap(({ name }, at) => (names === null || names.includes(name) ? [at] : []));
  return {
    columns: places.flatMap((at) => all[at] ?? []),
    toRows({ rows, asOfMs }) {
      const asOf = new Date(asOfMs).toISOString();
      if (names === null) return rows.map((row) => [...row, asOf]);
      return rows.map((row) => places.map((at) => (at === row.length ? asOf : (row[at] ?? null))));
    },
  };
}
