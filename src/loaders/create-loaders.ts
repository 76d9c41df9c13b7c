/**
 * Every question that a resolver can ask, each answered once per request. Made anew for each request on a Keepnet session
 * that carries that request's deadline: nothing here outlives the caller.
 */

import type {
  CompanyDetailsRow,
  CompanyId,
  CompanyRow,
  CompanySearch,
  CountSummaryRow,
  LeaderboardOptionsRow,
  LeaderboardRow,
  LeaderboardSearch,
  LicenseCheckRow,
  MetricGroupRow,
  Page,
  Period,
  ReportDetailsRow,
  ReportRow,
  TargetUserBriefRow,
  TargetUserRow,
  TargetUserSearch,
  TimelineRow,
  TimelineSearch,
  UserPerformanceRow,
  WidgetRow,
} from '../keepnet/rows.js';
import type { CompanyDirectory, CredentialInfo, KeepnetSession } from '../keepnet/session.js';
import { type AccountTree, toAccountTree } from './account-tree.js';
import {
  createAccessGuard,
  createCallLoader,
  createMergedLoader,
  type MergedQuestion,
  type ScopedLoad,
  toKey,
} from './scoped-loader.js';

export interface Loaders {
  credential(): Promise<CredentialInfo>;
  directory(): Promise<CompanyDirectory>;
  accountTree(): Promise<AccountTree>;
  companies(search: CompanySearch): Promise<Page<CompanyRow>>;
  learnedAccess(companyId: CompanyId): 'PRIVACY_DENIED' | 'FORBIDDEN' | null;

  readonly companyDetails: ScopedLoad<null, CompanyDetailsRow>;
  readonly licenseCheck: ScopedLoad<null, LicenseCheckRow>;
  readonly countSummary: ScopedLoad<null, CountSummaryRow>;
  readonly targetUsers: ScopedLoad<TargetUserSearch, Page<TargetUserRow>>;
  /** By resource id; merged into one `by-resource-ids` per company. */
  readonly targetUserBrief: ScopedLoad<MergedQuestion<null>, TargetUserBriefRow | null>;
  /** The whole row of a living user; `id` is the address in lower case, merged into one search per company. */
  readonly targetUserByEmail: ScopedLoad<MergedQuestion<null>, TargetUserRow | null>;
  readonly leaderboard: ScopedLoad<LeaderboardSearch, Page<LeaderboardRow>>;
  readonly leaderboardOptions: ScopedLoad<null, LeaderboardOptionsRow>;
  readonly topPerformers: ScopedLoad<Period, readonly LeaderboardRow[]>;
  readonly userTimeline: ScopedLoad<TimelineSearch, Page<TimelineRow>>;
  readonly userPerformance: ScopedLoad<{ targetUserResourceId: string; period: Period }, UserPerformanceRow>;
  readonly executiveReports: ScopedLoad<string, readonly ReportRow[]>;
  readonly executiveReportDetails: ScopedLoad<string, ReportDetailsRow | null>;
  readonly executiveMetrics: ScopedLoad<null, readonly MetricGroupRow[]>;
  /** By widget id; merged into one `get-widget-datas` per company and period. */
  readonly widget: ScopedLoad<MergedQuestion<Period>, WidgetRow | null>;
}

/** Loaders over one session; they die with the request that the session was opened for. */
export function createLoaders(keepnet: KeepnetSession): Loaders {
  const pages = new Map<string, Promise<Page<CompanyRow>>>();
  return {
    credential: once(() => keepnet.credential()),
    directory: once(() => keepnet.directory()),
    accountTree: once(async () => toAccountTree(await keepnet.myCompanies())),
    learnedAccess: (companyId) => keepnet.learnedAccess(companyId),
    companies(search) {
      const key = toKey(search);
      const page = pages.get(key) ?? keepnet.searchCompanies(search);
      pages.set(key, page);
      return page;
    },
    ...createScopedLoaders(keepnet),
  };
}

type CredentialLoaders = 'credential' | 'directory' | 'accountTree' | 'companies' | 'learnedAccess';

function createScopedLoaders(keepnet: KeepnetSession): Omit<Loaders, CredentialLoaders> {
  const guard = createAccessGuard((companyId) => keepnet.learnedAccess(companyId));
  return {
    companyDetails: createCallLoader(guard, (companyId) => keepnet.companyDetails(companyId)),
    licenseCheck: createCallLoader(guard, (companyId) => keepnet.licenseCheck(companyId)),
    countSummary: createCallLoader(guard, (companyId) => keepnet.countSummary(companyId)),
    targetUsers: createCallLoader(guard, (companyId, search) => keepnet.searchTargetUsers(companyId, search)),
    targetUserBrief: createMergedLoader(
      guard,
      (companyId, _group, ids) => keepnet.targetUsersByIds(companyId, ids),
      (user) => user.resourceId,
    ),
    targetUserByEmail: createMergedLoader(
      guard,
      (companyId, _group, emails) => keepnet.livingUsersByEmail(companyId, emails),
      (user) => (user.email ?? '').toLowerCase(),
    ),
    leaderboard: createCallLoader(guard, (companyId, search) => keepnet.leaderboard(companyId, search)),
    leaderboardOptions: createCallLoader(guard, (companyId) => keepnet.leaderboardOptions(companyId)),
    topPerformers: createCallLoader(guard, (companyId, period) => keepnet.topPerformers(companyId, period)),
    userTimeline: createCallLoader(guard, (companyId, search) => keepnet.userTimeline(companyId, search)),
    userPerformance: createCallLoader(guard, (companyId, query) => keepnet.userPerformance(companyId, query)),
    executiveReports: createCallLoader(guard, (companyId, name) => keepnet.executiveReports(companyId, name)),
    executiveReportDetails: createCallLoader(guard, (companyId, id) => keepnet.executiveReport(companyId, id)),
    executiveMetrics: createCallLoader(guard, (companyId) => keepnet.executiveMetrics(companyId)),
    widget: createMergedLoader(
      guard,
      (companyId, period: Period, widgetIds) => keepnet.widgets(companyId, { widgetIds, period }),
      (widget) => widget.resourceId,
    ),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
