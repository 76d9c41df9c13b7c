/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** All properties must hold; bounds are inclusive. Keepnet filters, not this server. */
export type CompanyFilter = {
  /** At most so many active target users. */
  activeUsersMax?: number | null | undefined;
  /** At least so many active target users. */
  activeUsersMin?: number | null | undefined;
  /** The month, `YYYY-MM`, that `userTotals.addedThisMonth` counts instead of this one. From 2025-12 on. */
  addedUsersMonth?: string | null | undefined;
  /** Created on this day or later. */
  createdFrom?: string | null | undefined;
  /** Created on this day or earlier. */
  createdTo?: string | null | undefined;
  /** Any of these industries: `industry.resourceId`. */
  industryIds?: Array<string> | null | undefined;
  /** Whether the licence has ended. */
  isLicenseExpired?: boolean | null | undefined;
  /** True: only companies with more active users than seats. */
  isOverLimit?: boolean | null | undefined;
  /** Licence ends on this day or later. */
  licenseEndsFrom?: string | null | undefined;
  /** Licence ends on this day or earlier. */
  licenseEndsTo?: string | null | undefined;
  /** Any of these licence types: `license.type.resourceId`. */
  licenseTypeIds?: Array<string> | null | undefined;
  /** Part of the reseller's name. */
  resellerName?: string | null | undefined;
  /** Part of the name of the company, its reseller or a tag. */
  search?: string | null | undefined;
  /** Part of a tag. */
  tag?: string | null | undefined;
  /** Keepnet's own filter groups, for anything else. */
  where?: WhereInput | null | undefined;
};

/** Companies: by their ids, by a filter, or all. Exactly one of these. */
export type CompanySelector =
  {   /** All that you may see; only `true` says so. */
  all: boolean; filter?: never; ids?: never; }
  |  { all?: never;   /** Those that match now. 1 Keepnet call for each 100 that do. */
  filter: CompanyFilter; ids?: never; }
  |  { all?: never; filter?: never;   /** These: global or raw ids, 1 to 10,000. */
  ids: Array<string>; };

/** What went wrong: the codes of `errors[].extensions.code`. */
export type ErrorCode =
  /** An argument has a value that cannot be used; the message names the argument. */
  | 'BAD_USER_INPUT'
  /** The operation needs more Keepnet calls than it may make; what was answered is kept. */
  | 'BUDGET_EXCEEDED'
  /** No company with this id is among the companies that you may see. */
  | 'COMPANY_NOT_FOUND'
  /** The customer has closed its data to the reseller. No scoped call is made. */
  | 'COMPANY_PRIVACY_DENIED'
  /** The operation ran out of its time; what had arrived is answered. */
  | 'DEADLINE_EXCEEDED'
  /** No export of yours has this id, or no file of it has this name. */
  | 'EXPORT_NOT_FOUND'
  /** The export is still being made. */
  | 'EXPORT_NOT_READY'
  /** You may not do this, as the message says; or Keepnet refuses this company's data to the server (not managed by the credential, or an IP restriction). */
  | 'FORBIDDEN'
  /** The idempotency key was used for another export before. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The public keys of the JWT issuer cannot be fetched now, so that a token could not be checked. */
  | 'IDENTITY_UNAVAILABLE'
  /** A fault of this server. Nothing more is told; the request id leads to the log. */
  | 'INTERNAL'
  /** The address of the file was good for a quarter of an hour, and that is over. */
  | 'LINK_EXPIRED'
  /** The address of the file is not as this server gave it out. */
  | 'LINK_INVALID'
  /** A list changed while all its pages were read, so that rows would be missing or there twice. */
  | 'LIST_CHANGED'
  /** The Keepnet credential's role or permissions do not cover the call. */
  | 'MISSING_PERMISSION'
  /** OData allows what was asked, and Keepnet cannot answer it: it would have to be read whole and sifted here. */
  | 'NOT_PUSHED_DOWN'
  /** The server answers registered operations only, and this is none of them. */
  | 'OPERATION_NOT_TRUSTED'
  /** The server is doing as much of this as it can. */
  | 'OVERLOADED'
  /** More was asked, or more wrong credentials were tried, than one caller may in a minute. */
  | 'RATE_LIMITED'
  /** Keepnet's answer is larger than the server accepts. */
  | 'RESPONSE_TOO_LARGE'
  /** The server has no room left for the file or the job. */
  | 'STORAGE_FULL'
  /** The database that keeps export jobs cannot be used now. */
  | 'STORE_UNAVAILABLE'
  /** Some companies cannot be read, and the request wants them all: `require=complete`, or OData; the message says how many. */
  | 'TABLE_INCOMPLETE'
  /** There is no table, and no operation to stream, of this name. */
  | 'TABLE_NOT_FOUND'
  /** The request carries no credential, or one that is not accepted: unknown, expired, revoked or malformed. */
  | 'UNAUTHENTICATED'
  /** Keepnet answered with something that is not what it promises (shape, content type, a date that cannot be read). */
  | 'UPSTREAM_BAD_RESPONSE'
  /** Keepnet answers that too many calls were made. */
  | 'UPSTREAM_RATE_LIMITED'
  /** Keepnet refused the request as invalid. */
  | 'UPSTREAM_REJECTED'
  /** Keepnet did not finish its answer within the time of one call. */
  | 'UPSTREAM_TIMEOUT'
  /** Keepnet does not accept the credential or its token. */
  | 'UPSTREAM_UNAUTHENTICATED'
  /** Keepnet cannot be reached or answers with a server error. */
  | 'UPSTREAM_UNAVAILABLE';

/** The kind of file. */
export type ExportFormat =
  /** Comma-separated values, UTF-8. */
  | 'CSV'
  /** One JSON object a line. Only BUILT. */
  | 'NDJSON'
  /** For reading. Only as KEEPNET_FILE. */
  | 'PDF'
  /** A workbook for Excel. */
  | 'XLSX';

/** How several companies lie in one download. */
export type ExportLayout =
  /** All rows in one table, with the company in each. */
  | 'COMBINED'
  /** A ZIP archive with a file for each company and a manifest. */
  | 'ONE_FILE_PER_COMPANY'
  /** A sheet for each company. Only XLSX that is BUILT. */
  | 'ONE_SHEET_PER_COMPANY';

/** An export of leaderboards. */
export type ExportLeaderboardInput = {
  /** Whether CSV begins with a byte order mark, by which Excel knows that it is UTF-8. */
  bom?: boolean;
  /** Which companies, 10,000 at most. */
  companies: CompanySelector;
  /** Which users of each company. */
  filter?: LeaderboardFilter | null | undefined;
  /** The kind of file. */
  format: ExportFormat;
  /** 8 to 200 visible ASCII characters. The same key with the same input gives the same export, for a day at least; with another input it is IDEMPOTENCY_KEY_REUSED. */
  idempotencyKey?: string | null | undefined;
  /** How the companies lie in the download. */
  layout?: ExportLayout;
  /** In which order; by rank unless told. */
  orderBy?: LeaderboardOrder | null | undefined;
  /** Which period; LAST_MONTH unless told. */
  period?: PeriodInput | null | undefined;
  /** Who makes the file. */
  source?: ExportSource;
};

/** Who makes the file. */
export type ExportSource =
  /** KEEPNET_FILE for PDF, otherwise BUILT. An export that was started has one of these two. */
  | 'AUTO'
  /** Made by this server from the rows of the graph: CSV, XLSX or NDJSON. */
  | 'BUILT'
  /** Keepnet's own file, one for each company, as it comes: CSV, XLSX or PDF. */
  | 'KEEPNET_FILE';

/** How far an export is. */
export type ExportState =
  /** It was cancelled; there is no file. */
  | 'CANCELLED'
  /** Its time is over; its files have been removed. */
  | 'EXPIRED'
  /** There is no file. `retryExport` tries again. */
  | 'FAILED'
  /** Some companies failed; the others are in its files. `retryExport` asks the failed ones again. */
  | 'PARTIAL'
  /** It is kept, and begins when there is room. */
  | 'QUEUED'
  /** It is being made. */
  | 'RUNNING'
  /** Every company that may be read is in its files. */
  | 'SUCCEEDED';

/** All properties must hold; bounds are inclusive. Keepnet filters, not this server. */
export type LeaderboardFilter = {
  /** Part of the department. */
  department?: string | null | undefined;
  /** Part of the e-mail address. */
  email?: string | null | undefined;
  /** At most so many percent. */
  performanceMax?: number | null | undefined;
  /** At least so many percent. */
  performanceMin?: number | null | undefined;
  /** At most so many points; may be negative. */
  pointsMax?: number | null | undefined;
  /** At least so many points; may be negative. */
  pointsMin?: number | null | undefined;
  /** Any of these languages, by Keepnet's resource id. */
  preferredLanguageIds?: Array<string> | null | undefined;
  /** Part of the full name, the e-mail address or the department. */
  search?: string | null | undefined;
  /** Keepnet's own filter groups, for anything else. */
  where?: WhereInput | null | undefined;
};

/** The order of a list of Leaderboard. */
export type LeaderboardOrder = {
  /** Which end comes first. */
  direction?: OrderDirection;
  /** What to order by. */
  field: LeaderboardOrderField;
};

/** What a list of Leaderboard can be ordered by. */
export type LeaderboardOrderField =
  /** Department. */
  | 'DEPARTMENT'
  /** E-mail address. */
  | 'EMAIL'
  /** First name. */
  | 'FIRST_NAME'
  /** Last name. */
  | 'LAST_NAME'
  /** Performance. */
  | 'PERFORMANCE'
  /** Points. */
  | 'POINTS'
  /** Place. */
  | 'RANK';

/** How conditions are joined. */
export type Match =
  /** Every one must hold. */
  | 'ALL'
  /** One is enough. */
  | 'ANY';

/** Which end comes first. */
export type OrderDirection =
  /** Smallest, earliest or first in the alphabet first. */
  | 'ASC'
  /** Largest, latest or last in the alphabet first. */
  | 'DESC';

/** A `preset`, or `from` and `to`; never both. */
export type PeriodInput = {
  /** First day, inclusive. Needs `to`. */
  from?: string | null | undefined;
  /** One of Keepnet's periods. */
  preset?: PeriodPreset | null | undefined;
  /** Last day, inclusive. Needs `from`. */
  to?: string | null | undefined;
};

/** Keepnet's own periods, counted back from now. */
export type PeriodPreset =
  /** The last three months. */
  | 'LAST_3_MONTHS'
  /** The last six months. */
  | 'LAST_6_MONTHS'
  /** The last month. */
  | 'LAST_MONTH'
  /** The last twelve months. */
  | 'LAST_YEAR'
  /** Since 1 January of this year. */
  | 'THIS_YEAR';

/** Some conditions, joined in one way. */
export type WhereGroupInput = {
  /** The conditions, 1 to 20. */
  items: Array<WhereItemInput>;
  /** How the items are joined. */
  match?: Match;
};

/** Keepnet's filter groups, for what the typed filters cannot say. */
export type WhereInput = {
  /** The groups, 1 to 5. */
  groups: Array<WhereGroupInput>;
  /** How the groups are joined. */
  match?: Match;
};

/** One condition in Keepnet's own words. */
export type WhereItemInput = {
  /** Keepnet's field name, for example `CompanyName`. */
  field: string;
  /** How to compare. */
  operator: WhereOperator;
  /** What to compare with, always as text; dates as `YYYY-MM-DD`. */
  value: string;
};

/** Keepnet's operators. */
export type WhereOperator =
  /** `Contains`: part of a text. */
  | 'CONTAINS'
  /** `=` */
  | 'EQUALS'
  /** `>` */
  | 'GREATER'
  /** `>=` */
  | 'GREATER_OR_EQUAL'
  /** `Include`: one of several, joined by commas in the value. */
  | 'INCLUDE'
  /** `<` */
  | 'LESS'
  /** `<=` */
  | 'LESS_OR_EQUAL'
  /** `!=` */
  | 'NOT_EQUALS';

export type DashboardPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type DashboardPageQuery = { companies: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, countSummary: { active: number } | null, leaderboard: { nodes: Array<{ displayName: string, points: number }> } | null }> } | null };

export type StartLeaderboardsMutationVariables = Exact<{
  input: ExportLeaderboardInput;
}>;


export type StartLeaderboardsMutation = { exportLeaderboard: { job: { id: string } } };

export type ExportResultQueryVariables = Exact<{
  id: string;
}>;


export type ExportResultQuery = { exportJob: { state: ExportState, pollAfterMs: number | null, progress: { percent: number }, coverage: { complete: boolean, gaps: Array<{ companyName: string, code: ErrorCode }> }, files: Array<{ name: string, url: string, bytes: number, sha256: string }> } | null };

export type PortfolioTotalsQueryVariables = Exact<{ [key: string]: never; }>;


export type PortfolioTotalsQuery = { portfolio: { companyCount: number, userTotals: { active: number, addedThisMonth: number }, license: { seats: number, seatsUsed: number, companiesOverLimit: number, companiesExpiring: number }, countSummary: { active: number | null, coverage: { complete: boolean, companiesInScope: number, answered: number, gaps: Array<{ companyName: string, code: ErrorCode, message: string }> } } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const DashboardPageDocument = new TypedDocumentString(`
    query DashboardPage($first: Int!, $after: String) {
  companies(first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      countSummary {
        active
      }
      leaderboard(first: 1) {
        nodes {
          displayName
          points
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DashboardPageQuery, DashboardPageQueryVariables>;
export const StartLeaderboardsDocument = new TypedDocumentString(`
    mutation StartLeaderboards($input: ExportLeaderboardInput!) {
  exportLeaderboard(input: $input) {
    job {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<StartLeaderboardsMutation, StartLeaderboardsMutationVariables>;
export const ExportResultDocument = new TypedDocumentString(`
    query ExportResult($id: ID!) {
  exportJob(id: $id) {
    state
    pollAfterMs
    progress {
      percent
    }
    coverage {
      complete
      gaps {
        companyName
        code
      }
    }
    files {
      name
      url
      bytes
      sha256
    }
  }
}
    `) as unknown as TypedDocumentString<ExportResultQuery, ExportResultQueryVariables>;
export const PortfolioTotalsDocument = new TypedDocumentString(`
    query PortfolioTotals {
  portfolio {
    companyCount
    userTotals {
      active
      addedThisMonth
    }
    license {
      seats
      seatsUsed
      companiesOverLimit
      companiesExpiring(withinDays: 60)
    }
    countSummary {
      active
      coverage {
        complete
        companiesInScope
        answered
        gaps {
          companyName
          code
          message
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PortfolioTotalsQuery, PortfolioTotalsQueryVariables>;