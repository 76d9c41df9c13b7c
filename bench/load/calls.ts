/**
 * A dashboard as the calls that it costs, in Keepnet's own words: what a plain script would send. The server is measured beside
 * these; that both ask the same is checked by the counts of the stub.
 */
import type {
  WireCompanySearchRequest,
  WireLeaderboardRequest,
  WireTargetUserSearchRequest,
} from '../../src/keepnet/wire.js';

export interface PlainCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly companyId: string | null;
  readonly body: string | null;
}

export interface DashboardShape {
  readonly companies: number;
  /** 0 asks for none; else each company costs one call more. */
  readonly targetUsers: number;
}

/** Pages are counted from 1. */
export function toListCall({ companies }: DashboardShape, pageNumber: number): PlainCall {
  const body: WireCompanySearchRequest = {
    pageNumber,
    pageSize: companies,
    orderBy: 'CreateTime',
    ascending: false,
    filter: EMPTY_FILTER,
  };
  return toPost('companies/search', null, body);
}

/** What one company of the dashboard costs. */
export function toCompanyCalls({ targetUsers }: DashboardShape, companyId: string): PlainCall[] {
  const calls: PlainCall[] = [
    { method: 'GET', path: 'target-users/count-summary', companyId, body: null },
    toPost('leaderboard/get-all', companyId, TOP_TEN),
    toPost('executive-report/search', companyId, { name: '' }),
  ];
  if (targetUsers > 0) calls.push(toPost('target-users/search', companyId, { ...FIRST_USERS, pageSize: targetUsers }));
  return calls;
}

/** A page of a company's users, in the largest pages that Keepnet is certain to give, and in the order of the table. */
export function toUsersCall(companyId: string, pageNumber: number): PlainCall {
  const page = { pageNumber, pageSize: USERS_PER_PAGE, ascending: true };
  return toPost('target-users/search', companyId, { ...FIRST_USERS, ...page });
}

export const USERS_PER_PAGE = 100;

/** List, then three or four calls for each company. */
export function countCalls({ companies, targetUsers }: DashboardShape): number {
  return 1 + companies * (targetUsers > 0 ? 4 : 3);
}

const EMPTY_FILTER = { condition: 'AND' as const, searchInputTextValue: '', filterGroups: [] };

const TOP_TEN: WireLeaderboardRequest = {
  datePeriod: 0,
  startDate: null,
  endDate: null,
  filter: EMPTY_FILTER,
  pagination: { pageNumber: 1, pageSize: 10, orderBy: 'rank', ascending: true },
};

const FIRST_USERS: Omit<WireTargetUserSearchRequest, 'pageSize'> = {
  pageNumber: 1,
  orderBy: 'CreateTime',
  ascending: false,
  filter: EMPTY_FILTER,
};

function toPost(path: string, companyId: string | null, body: object): PlainCall {
  return { method: 'POST', path, companyId, body: JSON.stringify(body) };
}
