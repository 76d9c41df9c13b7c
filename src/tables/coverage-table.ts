/**
 * The table `coverage`: which companies can be read. It is an ordinary document of one cheap question, and the one table in which a
 * company that fails has a row. Four columns tell how the question went: they come of the walk, since no field of the graph knows
 * how itself has failed.
 */
import { toGapKind } from '../errors.js';
import type { Cell, Row } from './column.js';
import type { TableCompany, TableGap } from './coverage.js';
import { ROW_KEY, type Table, type TableColumn } from './table.js';

const TOLD: Pick<TableColumn, 'from' | 'level' | 'path'> = { from: 'content', level: 0, path: [] };

const OUTCOME_COLUMNS: readonly TableColumn[] = [
  {
    name: 'state',
    type: 'TEXT',
    description:
      'How the question went. One of ANSWERED, RESTRICTED (the customer closed its data), FAILED, SKIPPED (not come to).',
    isNullable: false,
    ...TOLD,
  },
  { name: 'code', type: 'TEXT', description: 'The code of what went wrong.', isNullable: true, ...TOLD },
  {
    name: 'retryable',
    type: 'BOOLEAN',
    description: 'Whether asking again later, unchanged, can succeed.',
    isNullable: true,
    ...TOLD,
  },
  { name: 'message', type: 'TEXT', description: 'What went wrong, in a sentence.', isNullable: true, ...TOLD },
];

/** What is known of a company that fails, beside how it failed. */
const KNOWN = [ROW_KEY, 'company_id', 'company_name'];

/** The table with the columns that tell outcomes. Whatever the document asks may be missing where it failed. */
export function toCoverageTable(table: Table): Table {
  const asked = table.columns.map((column) => ({ ...column, isNullable: !KNOWN.includes(column.name) }));
  return { ...table, columns: [...asked, ...OUTCOME_COLUMNS] };
}

/** Whether a company that fails has a row. */
export function tellsOutcomes({ columns }: Table): boolean {
  return columns.some((column) => OUTCOME_COLUMNS.includes(column));
}

/** A row of the document, completed. */
export function toAnsweredRow({ columns }: Table, row: Row): Row {
  return row.map((cell, at) => (columns[at]?.name === 'state' ? 'ANSWERED' : cell));
}

export function toGapRow({ columns }: Table, company: TableCompany, { code, retryable, message }: TableGap): Row {
  const cells: Readonly<Record<string, Cell>> = {
    [ROW_KEY]: company.companyId,
    company_id: company.companyId,
    company_name: company.companyName,
    access_state: code === 'COMPANY_PRIVACY_DENIED' ? 'PRIVACY_DENIED' : code === 'FORBIDDEN' ? 'FORBIDDEN' : null,
    state: toGapKind(code).toUpperCase(),
    code,
    retryable,
    message,
  };
  return columns.map(({ name }) => cells[name] ?? null);
}
