/** A Keepnet session that knows companies and nothing else: for tests of what is asked about them. */
import type { CompanyId, CompanyRow, CompanySearch, Page } from '../../src/keepnet/rows.js';
import type { KeepnetSession } from '../../src/keepnet/session.js';

export interface FakeCompanies {
  readonly session: KeepnetSession;
  /** `directory`, and each search for companies. */
  readonly asked: ('directory' | CompanySearch)[];
}

export interface FakeCompaniesOptions {
  /** The company with this id refused a call a moment ago. */
  readonly learned?: string;
  /** How many companies match, and how many there are, as Keepnet says; as many as there are unless told. */
  readonly totalCount?: number;
}

export function createFakeCompanies(
  companies: readonly CompanyRow[],
  { learned, totalCount = companies.length }: FakeCompaniesOptions = {},
): FakeCompanies {
  const asked: FakeCompanies['asked'] = [];
  const told: Pick<KeepnetSession, 'directory' | 'searchCompanies' | 'learnedAccess' | 'receipt'> = {
    async directory() {
      asked.push('directory');
      const missing = Math.max(0, totalCount - companies.length);
      return { companies, missing, find: (resourceId) => companies.find(({ companyId }) => companyId === resourceId) };
    },
    async searchCompanies(search): Promise<Page<CompanyRow>> {
      asked.push(search);
      const start = (search.pageNumber - 1) * search.pageSize;
      return { rows: companies.slice(start, start + search.pageSize), totalCount };
    },
    receipt: () => ({
      calls: 0,
      callsByOperation: {},
      cached: 0,
      shared: 0,
      retried: 0,
      waitedMs: 0,
      stale: [],
      oldestAnswerAtMs: null,
    }),
    learnedAccess: (companyId) => (companyId === learned ? 'PRIVACY_DENIED' : null),
  };
  return { session: told as KeepnetSession, asked };
}

/** `company0001`, `company0002`, … with names that are not in that order; each unlike the others in nothing else. */
export function toCompanyRows(count: number): CompanyRow[] {
  return Array.from({ length: count }, (_, index) => toCompanyRow(index + 1, `Customer ${count - index}`));
}

export function toCompanyRow(number: number, name: string, isOpen: boolean | null = true): CompanyRow {
  return {
    companyId: `company${String(number).padStart(4, '0')}` as CompanyId,
    name,
    resellerName: null,
    industry: null,
    tags: [],
    createdAt: null,
    isOpen,
    license: {
      type: null,
      seats: null,
      isLimited: false,
      isExpired: false,
      endsAt: null,
      daysRemaining: null,
      isOverLimit: false,
    },
    userTotals: { active: 0, inactive: 0, deleted: 0, addedThisMonth: 0 },
  };
}
