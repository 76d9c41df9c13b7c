/**
 * Everything one operation may ask of Keepnet, in Keepnet's words. A session is made per request, carries its deadline and
 * its abort, and dies with it. Each method is one Keepnet call unless it says otherwise; each throws `AppError` only.
 * Methods that take a `CompanyId` are scoped: both company headers carry it. The others answer for the credential.
 */
import type { ByteStream } from './download-body.js';
import type { FileFormat } from './endpoint.js';
import type { Unpaged } from './endpoints/exports.js';
import type { Receipt } from './ledger.js';
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
  MyCompanyRow,
  Page,
  PageRequest,
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
} from './rows.js';

/** What the token says of the credential. */
export interface CredentialInfo {
  /** Normalised without blanks: `Reseller`, `CompanyAdmin`, … null where the token does not say. */
  readonly role: string | null;
  /** The credential's own company: for a reseller never a customer. */
  readonly companyName: string | null;
  readonly companyResourceId: string | null;
  /** `companies/search|POST` and so on; null where Keepnet does not tell. */
  readonly permissions: readonly string[] | null;
  /** ISO 8601. */
  readonly tokenExpiresAt: string;
}

/** Every company of the credential, from a walk of `companies/search` in pages of 100; kept for a short while. */
export interface CompanyDirectory {
  find(resourceId: string): CompanyRow | undefined;
  readonly companies: readonly CompanyRow[];
  /** How many more Keepnet counted than it listed, of all its companies; 0 unless the list changed under the walk. */
  readonly missing: number;
}

/** What Keepnet makes a file of: a table with all its pages. */
export type CompaniesExport = ExportOf<'COMPANIES', CompanySearch>;
export type CompanyExport =
  | ExportOf<'TARGET_USERS', TargetUserSearch>
  | ExportOf<'LEADERBOARD', LeaderboardSearch>
  | ExportOf<'USER_TIMELINE', TimelineSearch>;

interface ExportOf<Kind extends string, Search extends PageRequest> {
  readonly kind: Kind;
  readonly format: FileFormat;
  readonly search: Unpaged<Search>;
}

/** A file on its way from Keepnet, as Keepnet made it. */
export interface KeepnetDownload {
  readonly mediaType: string;
  readonly extension: 'csv' | 'xlsx' | 'pdf';
  /** As Keepnet counted them a moment before; the file's own rows are not looked at. */
  readonly rows: number;
  /**
   * To be read once, as fast as its reader likes. It holds a turn and a socket, so whoever does not read it to its end calls
   * `return()`, as `for await` does when it is left. Throws AppError only; the bytes until then are no file.
   */
  readonly body: ByteStream;
}

export interface KeepnetSession {
  /** No call beyond the token. */
  credential(): Promise<CredentialInfo>;
  /** ⌈N/100⌉ calls cold, none warm. */
  directory(): Promise<CompanyDirectory>;
  /** The last one that anybody read, however old: enough to guess by. Null before the first. */
  lastDirectory(): CompanyDirectory | null;
  searchCompanies(search: CompanySearch): Promise<Page<CompanyRow>>;
  myCompanies(): Promise<readonly MyCompanyRow[]>;

  companyDetails(companyId: CompanyId): Promise<CompanyDetailsRow>;
  licenseCheck(companyId: CompanyId): Promise<LicenseCheckRow>;
  countSummary(companyId: CompanyId): Promise<CountSummaryRow>;
  searchTargetUsers(companyId: CompanyId, search: TargetUserSearch): Promise<Page<TargetUserRow>>;
  /** In any order; unknown and deleted users are absent. */
  targetUsersByIds(companyId: CompanyId, resourceIds: readonly string[]): Promise<readonly TargetUserBriefRow[]>;
  /** Those with one of these addresses, in lower case. Living users only: among them an address is unique. At most 100 addresses. */
  livingUsersByEmail(companyId: CompanyId, emails: readonly string[]): Promise<readonly TargetUserRow[]>;
  leaderboardOptions(companyId: CompanyId): Promise<LeaderboardOptionsRow>;
  leaderboard(companyId: CompanyId, search: LeaderboardSearch): Promise<Page<LeaderboardRow>>;
  topPerformers(companyId: CompanyId, period: Period): Promise<readonly LeaderboardRow[]>;
  userTimeline(companyId: CompanyId, search: TimelineSearch): Promise<Page<TimelineRow>>;
  userPerformance(
    companyId: CompanyId,
    query: { readonly targetUserResourceId: string; readonly period: Period },
  ): Promise<UserPerformanceRow>;
  /** `name` is matched in part by Keepnet; empty means all. */
  executiveReports(companyId: CompanyId, name: string): Promise<readonly ReportRow[]>;
  /** Null where Keepnet has no such report in the company. */
  executiveReport(companyId: CompanyId, resourceId: string): Promise<ReportDetailsRow | null>;
  executiveMetrics(companyId: CompanyId): Promise<readonly MetricGroupRow[]>;
  /** In any order; unknown widgets are absent. */
  widgets(
    companyId: CompanyId,
    query: { readonly widgetIds: readonly string[]; readonly period: Period },
  ): Promise<readonly WidgetRow[]>;
  /**
   * Two calls and more: one counts the rows, the others ask for the file until it is ready. Null where there is no row: Keepnet
   * makes no file of an empty table. Resolves with the first bytes; neither kept nor shared.
   */
  exportFile(companyId: null, query: CompaniesExport): Promise<KeepnetDownload | null>;
  exportFile(companyId: CompanyId, query: CompanyExport): Promise<KeepnetDownload | null>;
  /** What this operation asked of Keepnet so far, and what it was spared. */
  receipt(): Receipt;
  /** What earlier 403 answers taught about the company, for a short while; null where nothing is known against it. */
  learnedAccess(companyId: CompanyId): 'PRIVACY_DENIED' | 'FORBIDDEN' | null;
}
