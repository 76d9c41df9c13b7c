/** The columns of a table as readers of its feed see them: those of its document, and when each row was read. */
import type { Column } from './column.js';
import { AS_OF, type Table } from './table.js';

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
