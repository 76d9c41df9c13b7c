/** The rows of a table by company in the order in which answers land: nothing is held back for the sake of order. */
import type { Row } from './column.js';
import type { TableCompany, TableCoverage, TableGap } from './coverage.js';
import type { FeedOptions } from './feed.js';

export type FeedEvent =
  | {
      readonly kind: 'rows';
      /** Null where the table is not per company. */
      readonly company: TableCompany | null;
      /** May be empty: the company has answered. */
      readonly rows: readonly Row[];
      readonly isLast: boolean;
    }
  | { readonly kind: 'gap'; readonly gap: TableGap }
  | { readonly kind: 'coverage'; readonly coverage: TableCoverage };

/** The coverage comes last. @throws AppError where a list cannot be read to its end; BAD_USER_INPUT and RATE_LIMITED at once */
export function streamFeed(_options: FeedOptions): AsyncGenerator<FeedEvent, void, undefined> {
  throw new Error('not yet');
}
