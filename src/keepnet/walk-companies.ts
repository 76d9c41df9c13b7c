/**
 * Reads a list of companies to its end in the largest pages that are certain to be accepted, all but the first of them at once.
 * Each company is in it once. Whether fewer than were promised is a failure is for the asker to say.
 */
import { AppError } from '../errors.js';
import type { CompanyRow, CompanySearch, Page } from './rows.js';

export interface WalkedCompanies {
  /** In the order of the list. */
  readonly companies: readonly CompanyRow[];
  /** What the first page said. */
  readonly promised: number;
}

const WALK_PAGE_SIZE = 100;
/** More would be a broken total rather than a reseller. */
const MAX_PAGES = 1000;

/** @throws AppError: a page that fails fails the walk */
export async function walkCompanies(
  { filter, order }: Pick<CompanySearch, 'filter' | 'order'>,
  loadPage: (search: CompanySearch) => Promise<Page<CompanyRow>>,
): Promise<WalkedCompanies> {
  const load = (pageNumber: number) => loadPage({ pageNumber, pageSize: WALK_PAGE_SIZE, order, filter });
  const first = await load(1);
  const pageCount = Math.ceil(first.totalCount / WALK_PAGE_SIZE);
  if (pageCount > MAX_PAGES) {
    throw new AppError('UPSTREAM_BAD_RESPONSE', 'Keepnet tells of more companies than the server can list.');
  }
  const others = Array.from({ length: Math.max(0, pageCount - 1) }, (_, index) => load(index + 2));
  const rows = [first, ...(await Promise.all(others))].flatMap((page) => page.rows);
  const unique = new Map(rows.map((row) => [row.companyId, row]));
  return { companies: [...unique.values()], promised: first.totalCount };
}
