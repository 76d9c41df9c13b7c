/**
 * One page of a table over all the companies that are asked for, and the cursor to go on with: for readers that take a table in pieces,
 * each in a request of its own.
 */
import type { Column, Row } from './column.js';
import type { TableCoverage } from './coverage.js';
import type { FeedOptions } from './feed.js';

export interface FeedPageOptions extends FeedOptions {
  readonly limit: number;
  /** As it came from the client; null for the first page. */
  readonly cursor: string | null;
  /** What must be the same on every page, as text: whose rows, of which table, which variables, which companies. */
  readonly question: string;
}

export interface FeedPage {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Null where this is the last page. */
  readonly next: string | null;
  /** Up to this page; `gaps` are those that were found on it, and `skipped` the companies that were not come to yet. */
  readonly coverage: TableCoverage;
  /** The oldest `as_of` of its rows, in milliseconds since 1970; null where there are none. */
  readonly asOfMs: number | null;
}

/** @throws AppError BAD_USER_INPUT that names `cursor` where it belongs to another question; LIST_CHANGED; RATE_LIMITED */
export function readFeedPage(_options: FeedPageOptions): Promise<FeedPage> {
  return Promise.reject(new Error('not yet'));
}
