/**
 * One page of a table, out of the answer to its document. Promises whole rows: an error anywhere in the answer, be it of one
 * cell, fails the page. A date that cannot be read is such an error: an empty cell would look as if Keepnet had sent none.
 */
import type { ExecutionResult } from 'graphql';
import { AppError } from '../errors.js';
import type { Cell, Row } from './column.js';
import type { Table } from './table.js';

export interface TablePage {
  /** Cells that are made of the rest of their row are still null. */
  readonly rows: readonly Row[];
  /** How many rows the list has, as Keepnet counted for this page. */
  readonly totalCount: number;
  /** The cursor to go on after; null where this is the last page. */
  readonly next: string | null;
}

/** @throws AppError of the first field that failed, as it was thrown; BAD_USER_INPUT where the variables lead to no list */
export function readTablePage({ name, columns, listPath }: Table, { data, errors }: ExecutionResult): TablePage {
  const [failed] = errors ?? [];
  if (failed !== undefined) throw toAppError(failed.originalError ?? failed);
  const list = dig(data, listPath) as ListAnswer | null;
  if (list === null) {
    throw new AppError('BAD_USER_INPUT', `Table ${name}: with these variables there is no ${listPath.join('.')}.`);
  }
  const { nodes, totalCount, pageInfo } = list;
  const above = columns.map(({ from, path }) => (from === 'above' ? toCell(dig(data, path)) : null));
  const toRow = (node: unknown) =>
    columns.map(({ from, path }, at) => (from === 'row' ? toCell(dig(node, path)) : (above[at] ?? null)));
  return { rows: nodes.map(toRow), totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/** What every document asks of its list; `parseTable` has seen to it. */
interface ListAnswer {
  readonly nodes: readonly unknown[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
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

function toAppError(origin: unknown): AppError {
  if (origin instanceof AppError) return origin;
  return new AppError('INTERNAL', 'The server failed while it made the rows of a table.', { cause: origin });
}
