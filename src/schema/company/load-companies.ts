/**
 * A whole list of companies: ⌈N/100⌉ list calls, all but the first at once; without a filter the directory has it, cold for as many,
 * warm for none. Each company is in it once. What Keepnet counts and does not list is told, not dropped; whether that is a failure
 * is for the asker to say.
 */
import { AppError } from '../../errors.js';
import type { CompanyFilter, CompanyRow, CompanySearch } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { MAX_PAGE_SIZE } from '../connection.js';

export interface LoadedCompanies {
  /** Each once. */
  readonly rows: readonly CompanyRow[];
  /** How many more Keepnet counted: the list changed while it was read. */
  readonly missing: number;
}

export interface CompaniesToLoad {
  /** Null for all companies that the caller sees. */
  readonly filter: CompanyFilter | null;
  /** Told how many there are before the other pages of a filter are asked; throws where they are too many. */
  readonly checkCount?: (count: number) => void;
}

/** More would be a broken total rather than a reseller. */
const MOST_LISTED = 100_000;

/** Oldest first, as in the directory: a company that is added meanwhile comes at the end and shifts no page. */
const ORDER: CompanySearch['order'] = { field: 'CREATED_AT', direction: 'ASC' };

/** `filter` has been checked. @throws AppError: a page that fails fails the list */
export async function loadCompanies(
  { filter, checkCount = () => undefined }: CompaniesToLoad,
  loaders: Loaders,
): Promise<LoadedCompanies> {
  if (filter === null) {
    const { companies, missing } = await loaders.directory();
    checkCount(companies.length + missing);
    return { rows: companies, missing };
  }
  const loadPage = (pageNumber: number) =>
    loaders.companies({ filter, order: ORDER, pageNumber, pageSize: MAX_PAGE_SIZE });
  const { totalCount, rows: firstRows } = await loadPage(1);
  checkCount(totalCount);
  if (totalCount > MOST_LISTED) {
    throw new AppError('UPSTREAM_BAD_RESPONSE', 'Keepnet tells of more companies than the server can list.');
  }
  const others = Math.max(0, Math.ceil(totalCount / MAX_PAGE_SIZE) - 1);
  const pages = await Promise.all(Array.from({ length: others }, (_, index) => loadPage(index + 2)));
  const listed = [...firstRows, ...pages.flatMap(({ rows }) => rows)];
  const rows = [...new Map(listed.map((row) => [row.companyId, row])).values()];
  return { rows, missing: Math.max(0, totalCount - rows.length) };
}
