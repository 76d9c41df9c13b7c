/**
 * The walks of a table over its companies. The first page of a company tells whether it is in the answer or a gap of it; whatever fails
 * later fails the table.
 */
import { AppError } from '../errors.js';
import { type TableCompany, type TableGap, toGap } from './coverage.js';
import { tellsOutcomes, toAnsweredRow, toGapRow } from './coverage-table.js';
import type { FeedOptions } from './feed.js';
import { COMPANY_VARIABLE, type Table } from './table.js';
import { FROM_THE_BEGINNING, type WalkedPage, type WalkStart, walkPages } from './walk.js';

export interface OpenedWalk {
  /** Null where the table is not per company. */
  readonly company: TableCompany | null;
  /** Null where the company has answered. */
  readonly gap: TableGap | null;
  /** Of a gap: what a table of outcomes says of it, and no rows in any other table. */
  readonly first: WalkedPage;
  /** What follows the first page. */
  readonly rest: AsyncGenerator<WalkedPage, void, undefined>;
}

/** What the walks take of the options of a feed. */
export type WalkOptions = Pick<FeedOptions, 'table' | 'variables' | 'run' | 'context'>;

/** In the order of their ids, which no renaming changes. */
export function inOrder(companies: readonly TableCompany[]): readonly TableCompany[] {
  return [...companies].sort((left, right) => (left.companyId < right.companyId ? -1 : 1));
}

/** `company` is null for a table that is not per company. Throws as `walkPages` does. */
export function walkCompany(
  { table, variables, run, context }: WalkOptions,
  company: TableCompany | null,
  start: WalkStart = FROM_THE_BEGINNING,
): AsyncGenerator<WalkedPage, void, undefined> {
  const given = company === null ? variables : { ...variables, [COMPANY_VARIABLE]: company.companyId };
  const pages = walkPages(table, given, { run, context }, start);
  return tellsOutcomes(table) ? withOutcomes(table, pages) : pages;
}

async function* withOutcomes(table: Table, pages: AsyncGenerator<WalkedPage, void, undefined>) {
  for await (const page of pages) yield { ...page, rows: page.rows.map((row) => toAnsweredRow(table, row)) };
}

/** Reads the first page from there. Throws as `walkPages` does. */
export async function resumeWalk(
  options: WalkOptions,
  company: TableCompany | null,
  start: WalkStart,
): Promise<OpenedWalk> {
  const rest = walkCompany(options, company, start);
  const { value } = await rest.next();
  return { company, gap: null, first: value ?? toEmptyPage([]), rest };
}

/** Reads the first page. @throws AppError where that is nobody's gap: RATE_LIMITED, BAD_USER_INPUT, or no company */
export async function openWalk(
  options: WalkOptions,
  company: TableCompany | null,
  start: WalkStart = FROM_THE_BEGINNING,
): Promise<OpenedWalk> {
  try {
    return await resumeWalk(options, company, start);
  } catch (error) {
    if (!(error instanceof AppError) || company === null) throw error;
    const gap = toGap(company, error);
    const { table } = options;
    const first = toEmptyPage(tellsOutcomes(table) ? [toGapRow(table, company, gap)] : []);
    return { company, gap, first, rest: toNothing() };
  }
}

function toEmptyPage(rows: WalkedPage['rows']): WalkedPage {
  return { rows, totalCount: rows.length, next: null, asOfMs: Date.now() };
}

async function* toNothing(): AsyncGenerator<WalkedPage, void, undefined> {}
