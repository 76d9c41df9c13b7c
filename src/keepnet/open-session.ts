/**
 * One operation's view of Keepnet: each session method is an endpoint and its input. Questions with nothing to ask (no ids)
 * are answered without a call.
 */
import type { Asker } from './answers.js';
import type { DirectorySource } from './directory.js';
import type { FileSource } from './download.js';
import type { Call } from './endpoint.js';
import * as companies from './endpoints/companies.js';
import * as reports from './endpoints/executive-reports.js';
import * as exports from './endpoints/exports.js';
import * as leaderboards from './endpoints/leaderboard.js';
import * as users from './endpoints/target-users.js';
import type { LearnedAccess } from './learned-access.js';
import type { CompanyId, TargetUserRow, TargetUserSearch } from './rows.js';
import type { CompaniesExport, CompanyDirectory, CompanyExport, KeepnetSession } from './session.js';
import type { TokenSource } from './token.js';

export interface SessionParts {
  readonly asker: Asker;
  /** Bound to `asker`. */
  readonly call: Call;
  readonly token: TokenSource;
  readonly directory: DirectorySource;
  readonly files: FileSource;
  readonly learned: LearnedAccess;
}

export function openSession({ asker, call, token, directory, files, learned }: SessionParts): KeepnetSession {
  return {
    credential: async () => (await token.current(asker.signal)).credential,
    directory: onceUnlessItFails(() => directory.get(asker)),
    lastDirectory: () => directory.last(),
    searchCompanies: (search) => call(companies.searchCompanies, search),
    myCompanies: () => call(companies.myCompanies, undefined),
    companyDetails: (companyId) => call(companies.companyDetails, undefined, companyId),
    licenseCheck: (companyId) => call(companies.licenseCheck, undefined, companyId),
    countSummary: (companyId) => call(users.countSummary, undefined, companyId),
    searchTargetUsers: (companyId, search) => call(users.searchTargetUsers, search, companyId),
    targetUsersByIds: async (companyId, resourceIds) =>
      resourceIds.length === 0 ? [] : call(users.targetUsersByIds, resourceIds, companyId),
    livingUsersByEmail: (companyId, emails) => findLivingUsers(call, companyId, emails),
    leaderboardOptions: (companyId) => call(leaderboards.leaderboardOptions, undefined, companyId),
    leaderboard: (companyId, search) => call(leaderboards.leaderboard, search, companyId),
    topPerformers: (companyId, period) => call(leaderboards.topPerformers, period, companyId),
    userTimeline: (companyId, search) => call(leaderboards.userTimeline, search, companyId),
    userPerformance: (companyId, query) => call(leaderboards.userPerformance, query, companyId),
    executiveReports: (companyId, name) => call(reports.executiveReports, name, companyId),
    executiveReport: (companyId, resourceId) => call(reports.executiveReport, resourceId, companyId),
    executiveMetrics: (companyId) => call(reports.executiveMetrics, undefined, companyId),
    widgets: async (companyId, query) => (query.widgetIds.length === 0 ? [] : call(reports.widgets, query, companyId)),
    exportFile: (companyId: CompanyId | null, query: CompaniesExport | CompanyExport) =>
      openFile({ asker, files }, companyId, query),
    receipt: () => asker.ledger.receipt(),
    learnedAccess: (companyId) => learned.look(companyId),
  };
}

/** A deleted user may share his address with his successor. */
async function findLivingUsers(
  call: Call,
  companyId: CompanyId,
  emails: readonly string[],
): Promise<readonly TargetUserRow[]> {
  if (emails.length === 0) return [];
  const search: TargetUserSearch = {
    pageNumber: 1,
    pageSize: emails.length,
    filter: { emails, statuses: ['ACTIVE', 'INACTIVE'] },
    order: { field: 'EMAIL', direction: 'ASC' },
  };
  return (await call(users.searchTargetUsers, search, companyId)).rows;
}

/** Within one operation the directory is walked once, also where nothing is kept between operations. */
function onceUnlessItFails(load: () => Promise<CompanyDirectory>): () => Promise<CompanyDirectory> {
  let loading: Promise<CompanyDirectory> | null = null;
  return () => {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

function openFile(
  { asker, files }: Pick<SessionParts, 'asker' | 'files'>,
  companyId: CompanyId | null,
  query: CompaniesExport | CompanyExport,
) {
  switch (query.kind) {
    case 'COMPANIES':
      return files.open(asker, exports.exportCompanies, query, null);
    case 'TARGET_USERS':
      return files.open(asker, exports.exportTargetUsers, query, companyId);
    case 'LEADERBOARD':
      return files.open(asker, exports.exportLeaderboard, query, companyId);
    case 'USER_TIMELINE':
      return files.open(asker, exports.exportUserTimeline, query, companyId);
  }
}
