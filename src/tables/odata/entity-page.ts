/**
 * One page of an entity set, and how many of it there are: the feed of its table with what OData says beside it, `$skip`, `$top` and
 * the conditions that are looked at again. Reads no more than a page, or what is skipped, at once.
 */
import { AppError, type ErrorCode } from '../../errors.js';
import type { Column, Row } from '../column.js';
import { openWalk } from '../company-walks.js';
import { type TableCoverage, type TableGap, toUnlisted } from '../coverage.js';
import { tellsOutcomes } from '../coverage-table.js';
import { COMPANIES_AT_ONCE } from '../feed.js';
import { listColumns } from '../feed-columns.js';
import { type FeedPage, type FeedPageOptions, MAX_PAGE_ROWS, readFeedPage } from '../feed-page.js';
import { forEachAtOnce } from '../merge.js';
import type { EntityQuery } from './entity-query.js';
import { notPushedDown } from './not-pushed-down.js';

/** Which companies may be missing: none, those that keep the reseller out, or any. */
export type MayMiss = 'NONE' | 'SHUT' | 'ANY';

export interface EntityPageOptions {
  readonly feed: Omit<FeedPageOptions, 'limit' | 'cursor' | 'columns'>;
  readonly query: EntityQuery;
  readonly top: number | null;
  readonly skip: number;
  readonly skipToken: string | null;
  readonly pageRows: number;
}

export interface EntityPage {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Null where this is the last page. */
  readonly next: { readonly skipToken: string; readonly top: number | null } | null;
  readonly coverage: TableCoverage;
}

/** Throws as `readFeedPage` does. */
export async function readEntityPage({
  feed,
  query,
  top,
  skip,
  skipToken,
  pageRows,
}: EntityPageOptions): Promise<EntityPage> {
  const gaps: TableGap[] = [];
  const read = async (cursor: string | null, limit: number): Promise<FeedPage> => {
    const page = await readFeedPage({ ...feed, columns: query.columns, cursor, limit });
    gaps.push(...page.coverage.gaps);
    return { ...page, rows: query.select(page.rows, page.columns) };
  };
  let cursor = skipToken;
  for (let left = skip; left > 0; ) {
    const skipped = await read(cursor, Math.min(left, MAX_PAGE_ROWS));
    left -= skipped.rows.length;
    cursor = skipped.next;
    if (cursor === null) return { ...skipped, rows: [], next: null, coverage: { ...skipped.coverage, gaps } };
  }
  const page = await read(cursor, Math.min(pageRows, top ?? pageRows));
  const topLeft = top === null ? null : top - page.rows.length;
  const next = page.next === null || topLeft === 0 ? null : { skipToken: page.next, top: topLeft };
  return { ...page, next, coverage: { ...page.coverage, gaps } };
}

/** A table whose rows tell how each company was answered misses none. @throws AppError TABLE_INCOMPLETE */
export function requireCompanies(
  { table }: EntityPageOptions['feed'],
  coverage: TableCoverage,
  mayMiss: MayMiss,
): void {
  if (mayMiss === 'ANY' || tellsOutcomes(table)) return;
  const { failed, restricted } = coverage;
  const gaps = coverage.gaps.filter(({ code }) => mayMiss === 'NONE' || !isShut(code));
  if (gaps.length > 0 || (mayMiss === 'NONE' && failed + restricted > 0)) throw incomplete(gaps);
}

/** It closed its data, or lets in other addresses only: its decision, which asking again does not change. */
function isShut(code: ErrorCode): boolean {
  return code === 'COMPANY_PRIVACY_DENIED' || code === 'FORBIDDEN';
}

/** On a later page the gaps of the earlier ones are not known by their names any more. */
function incomplete(gaps: readonly TableGap[]): AppError {
  const named = gaps.slice(0, MAX_GAPS_NAMED).map(({ companyName, code }) => `${companyName} (${code})`);
  const more = gaps.length > named.length ? `, and ${gaps.length - named.length} more` : '';
  const which = named.length > 0 ? `: ${named.join(', ')}${more}` : '';
  const message = `Some companies cannot be read${which}. With require=any the rows of the others are answered.`;
  return new AppError('TABLE_INCOMPLETE', message, { retryAfterMs: RETRY_AFTER_MS });
}

const MAX_GAPS_NAMED = 3;
const RETRY_AFTER_MS = 10_000;

/**
 * 1 call for each company where Keepnet counts just what is meant; otherwise all rows are read, 100,000 at most. A number cannot tell
 * of its gaps, so that no company may fail.
 * @throws AppError TABLE_INCOMPLETE, NOT_PUSHED_DOWN; as `readFeedPage` does
 */
export async function countEntities(
  feed: EntityPageOptions['feed'],
  query: EntityQuery,
  mayMiss: MayMiss,
): Promise<number> {
  if (feed.missing > 0) throw incomplete(toUnlisted(feed.missing).gaps);
  const columns = listColumns(feed.table);
  const budget: ReadingBudget = { rowsLeft: MAX_ROWS_COUNTED };
  let total = 0;
  await forEachAtOnce(feed.companies ?? [null], COMPANIES_AT_ONCE, async (company) => {
    const { gap, first, rest } = await openWalk(feed, company);
    const mayBeMissing = gap === null || (isShut(gap.code) && mayMiss !== 'NONE');
    if (!mayBeMissing && !tellsOutcomes(feed.table)) throw incomplete([gap]);
    const count = (rows: readonly Row[]) => query.select(rows, columns).length;
    const found = query.isExact ? first.totalCount : count(first.rows) + (await countRest(rest, count, budget));
    await rest.return();
    total += found;
  });
  return total;
}

interface ReadingBudget {
  rowsLeft: number;
}

const MAX_ROWS_COUNTED = 100_000;

async function countRest(
  pages: AsyncIterable<{ readonly rows: readonly Row[] }>,
  count: (rows: readonly Row[]) => number,
  budget: ReadingBudget,
): Promise<number> {
  let total = 0;
  for await (const { rows } of pages) {
    budget.rowsLeft -= rows.length;
    if (budget.rowsLeft < 0) throw notPushedDown('$count', `it would take more than ${MAX_ROWS_COUNTED} rows`);
    total += count(rows);
  }
  return total;
}
