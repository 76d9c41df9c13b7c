/**
 * The session of a caller who does not see all companies: the directory, searches and the account tree hold only his. A
 * `CompanyId` comes from nowhere else, so nothing can be asked about the others. Keepnet's own filter knows no callers: a search
 * walks its list to the end, by kept answers where there are some, so that totals, order and pages speak of his companies alone.
 */
import { AppError } from '../errors.js';
import type { CompanyId, CompanyRow, CompanySearch, MyCompanyRow, Page } from './rows.js';
import type { CompaniesExport, CompanyDirectory, CompanyExport, KeepnetSession } from './session.js';
import { walkCompanies } from './walk-companies.js';

export type CompanyTest = (company: CompanyRow) => boolean;

type SearchCompanies = KeepnetSession['searchCompanies'];

export interface ScopedParts {
  /** Whether the caller sees the company. */
  readonly sees: CompanyTest;
  /** As the session's own, past all that is kept. */
  readonly searchAnew: SearchCompanies;
}

/** `whole` sees every company of the credential; its scoped methods are left as they are. */
export function toScopedSession(whole: KeepnetSession, { sees, searchAnew }: ScopedParts): KeepnetSession {
  const directory = async () => narrowDirectory(await whole.directory(), sees);
  const walks = new Map<string, Promise<readonly CompanyRow[]>>();
  const listSeen = (search: CompanySearch) => {
    const key = JSON.stringify([search.filter, search.order]);
    // Once in an operation: the second page then belongs to the same list as the first.
    const walk = walks.get(key) ?? listCompanies(search, [whole.searchCompanies, searchAnew], sees);
    walks.set(key, walk);
    walk.catch(() => walks.delete(key));
    return walk;
  };
  return {
    ...whole,
    directory,
    lastDirectory() {
      const last = whole.lastDirectory();
      return last && narrowDirectory(last, sees);
    },
    searchCompanies: async (search) => toPage(await listSeen(search), search),
    async myCompanies() {
      const [accounts, { find }] = await Promise.all([whole.myCompanies(), directory()]);
      return prune(accounts, find);
    },
    exportFile: async (companyId: CompanyId | null, query: CompaniesExport | CompanyExport) => {
      if (query.kind === 'COMPANIES') throw refuseWholeList();
      return whole.exportFile(companyId as CompanyId, query);
    },
  };
}

/** Keepnet makes its own file of all companies that match. */
export function refuseWholeList(): AppError {
  return new AppError(
    'FORBIDDEN',
    "source: Keepnet's own file of the list would hold companies that you may not see; take BUILT.",
    { argument: 'source' },
  );
}

/** Nothing is looked at before it is asked for: most operations find one company and leave the list alone. */
function narrowDirectory(directory: CompanyDirectory, sees: CompanyTest): CompanyDirectory {
  let seen: readonly CompanyRow[] | undefined;
  return {
    // Whose they are is not known: they may be his.
    missing: directory.missing,
    find(resourceId) {
      const row = directory.find(resourceId);
      return row !== undefined && sees(row) ? row : undefined;
    },
    get companies() {
      seen ??= directory.companies.filter(sees);
      return seen;
    },
  };
}

/** A list that changes under the walk, or whose kept pages do not fit together, is read a second time before it is given up. */
async function listCompanies(
  search: CompanySearch,
  ways: readonly SearchCompanies[],
  sees: CompanyTest,
): Promise<readonly CompanyRow[]> {
  for (const loadPage of ways) {
    const { companies, promised } = await walkCompanies(search, loadPage);
    if (companies.length >= promised) return companies.filter(sees);
  }
  throw new AppError('LIST_CHANGED', 'The list of companies changed while it was read; ask again.', {
    upstream: { operation: 'POST companies/search', status: 200 },
  });
}

function toPage(companies: readonly CompanyRow[], { pageNumber, pageSize }: CompanySearch): Page<CompanyRow> {
  const start = (pageNumber - 1) * pageSize;
  return { rows: companies.slice(start, start + pageSize), totalCount: companies.length };
}

/** What is below an account that he does not see moves up to the nearest one that he does, or to the top. */
function prune(accounts: readonly MyCompanyRow[], find: CompanyDirectory['find']): MyCompanyRow[] {
  return accounts.flatMap(({ resourceId, name, openUntil, children }) => {
    const below = prune(children, find);
    return find(resourceId) === undefined ? below : [{ resourceId, name, openUntil, children: below }];
  });
}
