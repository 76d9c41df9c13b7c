/**
 * The rows of a table, out of one answer to its document. Promises whole rows: an error anywhere in the answer, be it of one
 * cell, fails the page. A date that cannot be read is such an error: an empty cell would look as if Keepnet had sent none.
 */
import { AppError } from '../errors.js';
import type { Cell, Row } from './column.js';
import type { DocumentAnswer } from './run-document.js';
import type { Table, TableColumn } from './table.js';

export interface TablePage {
  /** Cells that are made of the rest of their row are still null. */
  readonly rows: readonly Row[];
  /** How many rows the list has: as Keepnet counted for this page, or as many as came where they come at once. */
  readonly totalCount: number;
  /** The cursor to go on after; null where this is the last page. */
  readonly next: string | null;
}

/** @throws AppError of the first field that failed, as it was thrown; BAD_USER_INPUT where the variables lead to no rows */
export function readTablePage(table: Table, { data, errors }: DocumentAnswer): TablePage {
  const { columns, listPath, innerPaths } = table;
  const [failed] = errors ?? [];
  if (failed !== undefined) throw toAppError(failed.originalError ?? failed);
  const found = dig(data, listPath);
  if (found === null) throw notFound(table, data);
  const around = withCells(columns, 0, data, new Array(columns.length).fill(null));
  if (table.rows === 'SINGLE') return { rows: [around], totalCount: 1, next: null };
  const list = found as ListAnswer & readonly unknown[];
  const rows: Row[] = [];
  addRows({ columns, innerPaths, rows }, { entries: table.rows === 'PAGED' ? list.nodes : list, around, level: 1 });
  if (table.rows === 'LISTED') return { rows, totalCount: rows.length, next: null };
  const { totalCount, pageInfo } = list;
  return { rows, totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/** What has an id is one company's: for the others the variables lead nowhere. */
function notFound({ name, listPath }: Table, data: unknown): AppError {
  const lost = listPath.find((_key, at) => dig(data, listPath.slice(0, at + 1)) === null);
  const message = `There is no ${lost} for these parameters of ${name}; \`companies\` has to name the company that has it.`;
  return new AppError('BAD_USER_INPUT', message);
}

/** A failure as rooms above tell it: what was thrown, where that was meant for a reader. */
export function toAppError(origin: unknown): AppError {
  if (origin instanceof AppError) return origin;
  return new AppError('INTERNAL', 'The server failed while it made the rows of a table.', { cause: origin });
}

/** What every document asks of a list in pages; `parseTable` has seen to it. */
interface ListAnswer {
  readonly nodes: readonly unknown[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Entries {
  readonly entries: readonly unknown[];
  /** The cells of what is around them. */
  readonly around: readonly Cell[];
  readonly level: number;
}

/** A row for each innermost entry; an entry without inner ones has none. */
function addRows(
  into: Pick<Table, 'columns' | 'innerPaths'> & { readonly rows: Row[] },
  { entries, around, level }: Entries,
): void {
  const inner = into.innerPaths[level - 1];
  for (const entry of entries) {
    const cells = withCells(into.columns, level, entry, around);
    if (inner === undefined) into.rows.push(cells);
    else addRows(into, { entries: (dig(entry, inner) ?? []) as unknown[], around: cells, level: level + 1 });
  }
}

/** `around`, and the cells of this level. */
function withCells(columns: readonly TableColumn[], level: number, value: unknown, around: readonly Cell[]): Cell[] {
  return columns.map((column, at) =>
    column.level === level && column.from !== 'content' ? toCell(dig(value, column.path)) : (around[at] ?? null),
  );
}

/** Null where something on the way is missing. */
function dig(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (found === null || found === undefined) return null;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found ?? null;
}

function toCell(value: unknown): Cell {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Cell);
}
