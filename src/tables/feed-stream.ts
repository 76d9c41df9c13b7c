/** The rows of a table by company in the order in which answers land: nothing is held back for the sake of order. */
import type { Row } from './column.js';
import { openWalk } from './company-walks.js';
import { createCoverageCount, type TableCompany, type TableCoverage, type TableGap, toUnlisted } from './coverage.js';
import { COMPANIES_AT_ONCE, type FeedOptions } from './feed.js';
import { createRowShape } from './feed-columns.js';
import { merge } from './merge.js';
import type { WalkedPage } from './walk.js';

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

/**
 * The coverage comes last, and tells of every company. Rows have the columns of `listColumns`, or those that are named; `limit` is not
 * for streams. In the table of outcomes a company that cannot be read has a row and no gap of its own.
 * @throws AppError where a list cannot be read to its end; BAD_USER_INPUT and RATE_LIMITED at once
 */
export async function* streamFeed(options: Omit<FeedOptions, 'limit'>): AsyncGenerator<FeedEvent, void, undefined> {
  const { table, missing, columns } = options;
  const shape = createRowShape(table, columns);
  const { tally, gaps } = toUnlisted(missing);
  const count = createCoverageCount(tally, gaps);

  async function* tell(company: TableCompany | null): AsyncGenerator<FeedEvent, void, undefined> {
    const { gap, first, rest } = await openWalk(options, company);
    if (gap !== null) count.missing(gap);
    else count.answered(company === null ? first.totalCount : 1);
    if (gap !== null && first.rows.length === 0) return yield { kind: 'gap', gap };
    const toEvent = (page: WalkedPage) =>
      ({ kind: 'rows', company, rows: shape.toRows(page), isLast: page.next === null }) as const;
    yield toEvent(first);
    for await (const page of rest) yield toEvent(page);
  }

  for (const gap of gaps) yield { kind: 'gap', gap };
  yield* merge(options.companies ?? [null], tell, COMPANIES_AT_ONCE);
  const inScope = options.companies?.length ?? count.tally.answered;
  yield { kind: 'coverage', coverage: count.read(inScope + missing) };
}
