/**
 * One page of a table over all the companies that are asked for, and the cursor to go on with: for readers that take a table in pieces,
 * each in a request of its own. Reads as far as the page needs, and a few companies at once where it needs several.
 */
import { AppError, isUsedUp } from '../errors.js';
import type { Column, Row } from './column.js';
import { inOrder, type OpenedWalk, openWalk, resumeWalk } from './company-walks.js';
import {
  type CoverageCount,
  createCoverageCount,
  type TableCompany,
  type TableCoverage,
  toListGap,
  toUnlisted,
} from './coverage.js';
import type { FeedOptions } from './feed.js';
import { createRowShape } from './feed-columns.js';
import { type FeedPosition, type ListPosition, parseCursor, toScopeMark, writeCursor } from './feed-cursor.js';
import { hasOwnKeys } from './list-check.js';
import { createPageRows, type PageRows, takeList } from './page-rows.js';
import type { Table } from './table.js';
import { PAGE_SIZE } from './walk.js';

/** More would be a whole table in memory. */
export const MAX_PAGE_ROWS = 10_000;

export interface FeedPageOptions extends FeedOptions {
  /** `MAX_PAGE_ROWS` at most. */
  readonly limit: number;
  /** As it came from the client; null for the first page. */
  readonly cursor: string | null;
  /** What must be the same on every page, as text: whose rows, of which table, which variables, which companies. */
  readonly question: string;
}

export interface FeedPage {
  readonly columns: readonly Column[];
  /** Fewer than `limit` also where the calls or the time of the request were used up before: `next` goes on from there. */
  readonly rows: readonly Row[];
  /** Null where this is the last page. */
  readonly next: string | null;
  /** Up to this page; `gaps` are those that were found on it, and `skipped` the companies that were not come to yet. */
  readonly coverage: TableCoverage;
  /** The oldest `as_of` of its rows, in milliseconds since 1970; null where there are none. */
  readonly asOfMs: number | null;
}

/** @throws AppError BAD_USER_INPUT that names `cursor` where it belongs to another question; LIST_CHANGED; RATE_LIMITED */
export async function readFeedPage(options: FeedPageOptions): Promise<FeedPage> {
  const { limit, cursor, question, missing } = options;
  const shape = createRowShape(options.table, options.columns);
  const from = cursor === null ? null : parseCursor(cursor, question);
  const scope = toScopeMark(options.companies ?? []);
  const isSame = from === null || from.scope === scope;
  const rows = createPageRows({ shape, limit });
  const count = beginCount(from, { missing, isSame });
  const stopped = await fillPage(options, from, { rows, count });
  if (options.companies === null) count.answered(rows.rows.length);
  const coverage = count.read((options.companies?.length ?? rows.totalCount) + missing);
  const next = stopped && { ...stopped, tally: count.tally, scope: isSame ? scope : null };
  return {
    columns: shape.columns,
    rows: rows.rows,
    next: next && writeCursor(next, question),
    coverage: { ...coverage, complete: coverage.complete && next === null && isSame },
    asOfMs: rows.asOfMs,
  };
}

/** Goes on from the page before. Who came or went meanwhile may have been passed over, which is told once. */
function beginCount(
  from: FeedPosition | null,
  { missing, isSame }: { readonly missing: number; readonly isSame: boolean },
): CoverageCount {
  const { tally, gaps } = toUnlisted(missing);
  if (from === null) return createCoverageCount(tally, gaps);
  const isNews = !isSame && from.scope !== null;
  return createCoverageCount(from.tally, isNews ? [toListGap(CHANGED)] : []);
}

const CHANGED = 'Companies came or went since the page before: some may have been passed over.';

type Stop = Pick<FeedPosition, 'companyId' | 'list'>;

interface FilledPage {
  readonly rows: PageRows;
  readonly count: CoverageCount;
}

/** Takes company after company. Where to go on; null where nothing is left. */
async function fillPage(
  options: FeedPageOptions,
  from: Stop | null,
  { rows, count }: FilledPage,
): Promise<Stop | null> {
  const companies = toCome(options.companies, from);
  const resumed = toResumed(companies[0], from);
  const opener = createOpener(options, companies, resumed);
  // Otherwise a list is begun anew, and what was taken of it is skipped: made keys are numbered from its beginning.
  const isResumable = options.table.rows === 'PAGED' && hasOwnKeys(options.table);
  for (const [place, company] of companies.entries()) {
    const companyId = idOf(company);
    if (rows.left === 0) return { companyId, list: null };
    const { left } = rows;
    const window = toWindow(options.table, { left, rows: rows.rows.length, companies: place });
    const walk = await opener.open(place, window).catch((error: unknown) => passUsedUp(error, place));
    if (walk === null) return { companyId, list: null };
    const { gap } = walk;
    // The rest is for the next page, unless this company alone is more than a request may ask.
    const isUp = gap !== null && isUsedUp(gap.code);
    if (isUp && place > 0) return { companyId, list: null };
    if (isUp && options.context.signal.aborted) throw new AppError(gap.code, gap.message);
    if (gap !== null) count.missing(gap);
    else if (company !== null && (place > 0 || resumed === null)) count.answered(1);
    const start = (place === 0 && resumed) || AT_THE_BEGINNING;
    const list = await takeList(rows, walk, { start, isResumable });
    if (list !== null) return { companyId, list };
  }
  return null;
}

/** A page that would need more calls than its caller has in a minute could otherwise never be had, however often it is asked for. */
function passUsedUp(error: unknown, place: number): null {
  if (place > 0 && error instanceof AppError && isUsedUp(error.code)) return null;
  throw error;
}

/** The place in the first list; null where it is begun: also where the company is gone in which the page before stopped. */
function toResumed(first: TableCompany | null | undefined, from: Stop | null): ListPosition | null {
  return first !== undefined && from !== null && idOf(first) === from.companyId ? from.list : null;
}

const AT_THE_BEGINNING: ListPosition = { after: null, skip: 0, rowsBefore: 0, totalCount: 0 };

/** In order, from the company where the page before stopped. */
function toCome(companies: FeedOptions['companies'], from: Stop | null): readonly (TableCompany | null)[] {
  if (companies === null) return [null];
  const first = from?.companyId ?? '';
  return inOrder(companies).filter(({ companyId }) => companyId >= first);
}

function idOf(company: TableCompany | null): string | null {
  return company?.companyId ?? null;
}

/** Companies that are read at once, where one company fills but little of a page. */
const MAX_WINDOW = 32;

/** As many companies as may be needed to fill the page, by what those before held. */
function toWindow(
  { rows: kind }: Table,
  { left, rows, companies }: { readonly left: number; readonly rows: number; readonly companies: number },
): number {
  const guessed = kind === 'SINGLE' ? 1 : PAGE_SIZE;
  const rowsEach = companies === 0 ? guessed : Math.max(1, rows / companies);
  return Math.min(MAX_WINDOW, Math.ceil(left / rowsEach));
}

interface Opener {
  /** The walk of the company at this place; those of so many companies from there on are begun. */
  open(place: number, window: number): Promise<OpenedWalk>;
}

function createOpener(
  options: FeedPageOptions,
  companies: readonly (TableCompany | null)[],
  resumed: ListPosition | null,
): Opener {
  const opening = new Map<number, Promise<OpenedWalk>>();
  let begun = 0;
  const begin = (company: TableCompany | null, place: number) => {
    if (place > 0 || resumed === null) return openWalk(options, company);
    return resumeWalk(options, company, { ...resumed, pageSize: PAGE_SIZE });
  };
  return {
    open(place, window) {
      for (const company of companies.slice(begun, place + window)) {
        const walk = begin(company, begun);
        // A failure waits for its turn, which may never come.
        walk.catch(() => undefined);
        opening.set(begun, walk);
        begun += 1;
      }
      const walk = opening.get(place);
      opening.delete(place);
      if (walk === undefined) throw new Error('a company is opened once, and in order');
      return walk;
    },
  };
}
