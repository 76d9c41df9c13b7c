/**
 * The rows of a table over all the companies that are asked for, whole: company after company in the order of their ids, with a
 * coverage that is known before the first row. Knows a graph only as a function that runs a document.
 */
import type { Column, Row } from './column.js';
import type { TableCompany, TableCoverage } from './coverage.js';
import type { RunContext, RunDocument } from './run-document.js';
import type { Table } from './table.js';

export interface FeedOptions {
  readonly table: Table;
  /** Of the document, without `company`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** In any order; null for a table that is not per company. */
  readonly companies: readonly TableCompany[] | null;
  /** How many companies more Keepnet counted than it listed: they are in the coverage as failed. */
  readonly missing: number;
  /** Names of columns, in any order; null for all. */
  readonly columns: readonly string[] | null;
  /** Rows at most; null for all. */
  readonly limit: number | null;
  readonly run: RunDocument;
  readonly context: RunContext;
}

export interface Feed {
  /** In the order of the table; `as_of` comes last. */
  readonly columns: readonly Column[];
  readonly coverage: TableCoverage;
  /** Throws AppError where a list cannot be read to its end: the rows until then are not the table. */
  readonly pages: AsyncGenerator<readonly Row[], void, undefined>;
}

/**
 * Resolves when the first page of every company was tried.
 * @throws AppError BAD_USER_INPUT, RATE_LIMITED; where the table is not per company, whatever its first page throws
 */
export function openFeed(_options: FeedOptions): Promise<Feed> {
  return Promise.reject(new Error('not yet'));
}
