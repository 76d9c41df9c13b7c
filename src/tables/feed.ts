/**
 * The rows of a table over all the companies that are asked for, whole: company after company in the order of their ids, with a
 * coverage that is known before the first row. Several companies are read at a time, in bounds: memory does not grow with rows.
 */
import { chainWithin } from './chain-within.js';
import type { Column, Row } from './column.js';
import { inOrder, type OpenedWalk, openWalk, walkCompany } from './company-walks.js';
import { createCoverageCount, type TableCompany, type TableCoverage, toUnlisted } from './coverage.js';
import { createRowShape, type RowShape } from './feed-columns.js';
import { forEachAtOnce } from './merge.js';
import type { RunContext, RunDocument } from './run-document.js';
import type { Table } from './table.js';
import { FROM_THE_BEGINNING, PAGE_SIZE, type WalkedPage } from './walk.js';

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

/** First pages are read so many at a time; how many calls that is, and how fast they come, the pace of the engine says. */
export const COMPANIES_AT_ONCE = 64;
/**
 * The first look at the companies is for so many rows of all together, so that the head of an answer about many of them is not long in
 * coming. A list that is not at its end then is read from its beginning in its turn, which is one call more.
 */
const ROWS_LOOKED_AT = 5_000;
/** Of lists that came whole: what is beyond is read again. */
const MAX_ROWS_KEPT = 20_000;
/** So many companies are read at a time, as far ahead of whoever takes the rows. */
const COMPANIES_AHEAD = 8;
const MAX_ROWS_AHEAD = 10_000;

/**
 * Resolves when the first page of every company was tried.
 * @throws AppError BAD_USER_INPUT, RATE_LIMITED; where the table is not per company, whatever its first page throws
 */
export async function openFeed(options: FeedOptions): Promise<Feed> {
  const { table, missing, columns, context } = options;
  const shape = createRowShape(table, columns);
  const companies = options.companies === null ? [null] : inOrder(options.companies);
  const turns = await openTurns(options, companies);
  context.signal.throwIfAborted();
  const coverage = coverTurns(turns, { isPerCompany: options.companies !== null, missing });
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  return { columns: shape.columns, coverage, pages: takePages(options, takeTurns(turns, limit), shape) };
}

/** One company, in its turn. */
interface Turn extends Pick<OpenedWalk, 'company' | 'gap'> {
  readonly totalCount: number;
  /** Null where it is read from its beginning. */
  readonly opened: OpenedWalk | null;
}

async function openTurns(options: FeedOptions, companies: readonly (TableCompany | null)[]): Promise<Turn[]> {
  const turns: Turn[] = [];
  const pageSize = Math.max(1, Math.min(PAGE_SIZE, Math.floor(ROWS_LOOKED_AT / companies.length)));
  let rowsKept = 0;
  await forEachAtOnce(companies, COMPANIES_AT_ONCE, async (company, place) => {
    const opened = await openWalk(options, company, { ...FROM_THE_BEGINNING, pageSize });
    const { gap, first, rest } = opened;
    const isWhole = first.next === null || pageSize === PAGE_SIZE;
    const isKept = isWhole && rowsKept + first.rows.length <= MAX_ROWS_KEPT;
    if (isKept) rowsKept += first.rows.length;
    else await rest.return();
    turns[place] = { company, gap, totalCount: first.totalCount, opened: isKept ? opened : null };
  });
  return turns;
}

/** Of a table that is not per company, each row counts as one. */
function coverTurns(
  turns: readonly Turn[],
  { isPerCompany, missing }: { readonly isPerCompany: boolean; readonly missing: number },
): TableCoverage {
  const { tally, gaps } = toUnlisted(missing);
  const count = createCoverageCount(tally, gaps);
  for (const { gap, totalCount } of turns) {
    if (gap !== null) count.missing(gap);
    else count.answered(isPerCompany ? 1 : totalCount);
  }
  const inScope = isPerCompany ? turns.length : turns.reduce((sum, { totalCount }) => sum + totalCount, 0);
  return count.read(inScope + missing);
}

/** `turns` are let go of as they are taken. */
async function* takePages(
  options: FeedOptions,
  turns: Turn[],
  shape: RowShape,
): AsyncGenerator<readonly Row[], void, undefined> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const toPages = (turn: Turn) => takeRows(walkTurn(options, turn), limit);
  const bounds = { lists: COMPANIES_AHEAD, maxWeight: MAX_ROWS_AHEAD, weigh: toRowCount };
  let left = limit;
  for await (const page of chainWithin(drain(turns), toPages, bounds)) {
    const rows = shape.toRows(page);
    if (rows.length > 0) yield rows.length <= left ? rows : rows.slice(0, left);
    left -= rows.length;
    if (left <= 0) return;
  }
}

function toRowCount({ rows }: WalkedPage): number {
  return rows.length;
}

/** Asks for no page behind so many rows. */
async function* takeRows(pages: AsyncGenerator<WalkedPage, void, undefined>, limit: number) {
  let left = limit;
  for await (const page of pages) {
    yield page;
    left -= page.rows.length;
    if (left <= 0) return;
  }
}

/** Those whose lists hold so many rows; of the others nothing more is read. */
function takeTurns(turns: readonly Turn[], rows: number): Turn[] {
  let left = rows;
  return turns.filter(({ totalCount }) => {
    const isWanted = left > 0;
    left -= totalCount;
    return isWanted;
  });
}

async function* walkTurn(options: FeedOptions, { company, opened }: Turn): AsyncGenerator<WalkedPage, void, undefined> {
  if (opened === null) return yield* walkCompany(options, company);
  yield opened.first;
  yield* opened.rest;
}

/** Lets go of each as it is taken. */
function* drain<Item>(items: Item[]): Generator<Item, void, undefined> {
  for (let item = items.shift(); item !== undefined; item = items.shift()) yield item;
}
