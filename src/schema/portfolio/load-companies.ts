/** The companies of a portfolio, whole: ⌈N/100⌉ list calls cold. What Keepnet counts and does not list is told, not dropped. */
import type { CompanyRow, CompanySearch, PageRequest } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { MAX_PAGE_SIZE } from '../connection.js';

export interface PortfolioCompanies {
  /** Each once. */
  readonly rows: readonly CompanyRow[];
  /** How many more Keepnet counted: the list changed while it was read. */
  readonly missing: number;
}

/** `toSearch` is null for all companies, which the directory has. @throws AppError: a page that fails fails the list. */
export async function loadCompanies(
  toSearch: ((page: PageRequest) => CompanySearch) | null,
  loaders: Loaders,
): Promise<PortfolioCompanies> {
  if (toSearch === null) {
    const { companies, missing } = await loaders.directory();
    return { rows: companies, missing };
  }
  const loadPage = (pageNumber: number) => loaders.companies(toSearch({ pageNumber, pageSize: MAX_PAGE_SIZE }));
  const first = await loadPage(1);
  const others = Math.max(0, Math.ceil(first.totalCount / MAX_PAGE_SIZE) - 1);
  const pages = await Promise.all(Array.from({ length: others }, (_, index) => loadPage(index + 2)));
  const listed = [first, ...pages].flatMap((page) => page.rows);
  const rows = [...new Map(listed.map((row) => [row.companyId, row])).values()];
  return { rows, missing: Math.max(0, first.totalCount - rows.length) };
}
