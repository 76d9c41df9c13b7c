/** The last sheet of a workbook that lacks companies: which, and why. None where nothing is missing. */
import type { Column, ColumnType, Row } from '../tables/column.js';
import type { Sheet } from '../tables/writers/xlsx.js';
import type { ExportPart } from './job.js';

export function* toCoverageSheet(parts: readonly ExportPart[]): Generator<Sheet> {
  const missing = parts.filter(({ state }) => state !== 'SUCCEEDED');
  if (missing.length > 0) yield { name: 'Coverage', columns: COLUMNS, pages: toPages(missing) };
}

const COLUMNS: readonly Column[] = [
  toColumn('company_id', 'ID', 'The company that is missing from this workbook.'),
  toColumn('company_name', 'TEXT', 'Its name.'),
  toColumn('state', 'TEXT', 'FAILED, or SKIPPED where nothing was asked.'),
  toColumn('code', 'TEXT', 'Why, as a code.'),
  toColumn('message', 'TEXT', 'Why, as a sentence.'),
];

function toColumn(name: string, type: ColumnType, description: string): Column {
  return { name, type, description, isNullable: true };
}

async function* toPages(missing: readonly ExportPart[]): AsyncGenerator<readonly Row[]> {
  yield missing.map(({ companyId, companyName, state, code, message }) => [
    companyId,
    companyName,
    state,
    code,
    message,
  ]);
}
