/**
 * What Keepnet's answers mean, decoded: the names, units and dates that every room above uses. Types only.
 * Dates are ISO 8601; numbers are numbers; an empty text is null. A date that Keepnet sent but nobody can read is an
 * `AppError` in its place: GraphQL turns it into null with a coded error on that field alone.
 */
import type { AppError } from '../errors.js';

declare const companyIdBrand: unique symbol;

/**
 * The resource id of a company that Keepnet itself listed for this credential. Only the decoder of the company list makes one,
 * so a scoped call cannot be written with an id that merely came from a client.
 */
export type CompanyId = string & { readonly [companyIdBrand]: true };

/** ISO 8601 instant, null where Keepnet sent none, or the error that tells why it cannot be read. */
export type Instant = string | null | AppError;

export interface NamedRef {
  readonly resourceId: string | null;
  readonly name: string;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly totalCount: number;
}

export interface CompanyLicense {
  readonly type: NamedRef | null;
  /** Licence limit in users; null where unlimited or unreadable. */
  readonly seats: number | null;
  readonly isLimited: boolean;
  readonly isExpired: boolean;
  readonly endsAt: Instant;
  /** Whole days until `endsAt`, negative after it; null where that is unknown. */
  readonly daysRemaining: number | null;
  /** Limited, and more active users than seats. */
  readonly isOverLimit: boolean;
}

export interface CompanyRow {
  readonly companyId: CompanyId;
  readonly name: string;
  readonly resellerName: string | null;
  readonly industry: NamedRef | null;
  readonly tags: readonly string[];
  readonly createdAt: Instant;
  /** False where the customer closed its data to the reseller (`privacyDurationId` 0); null where Keepnet does not say. */
  readonly isOpen: boolean | null;
  readonly license: CompanyLicense;
  readonly userTotals: {
    readonly active: number;
    readonly inactive: number;
    readonly deleted: number;
    readonly addedThisMonth: number;
  };
}

/** One node of `companies/my`: the account tree, and until when each account is open. */
export interface MyCompanyRow {
  readonly resourceId: string;
  readonly name: string;
  readonly openUntil: Instant;
  readonly children: readonly MyCompanyRow[];
}

export interface CompanyDetailsRow {
  readonly description: string | null;
  readonly country: NamedRef | null;
  readonly countryCode: string | null;
  readonly address: string | null;
  readonly websiteUrl: string | null;
  readonly logoUrl: string | null;
  readonly licenseStartsAt: Instant;
  readonly licenseEndsAt: Instant;
  readonly licensePeriod: NamedRef | null;
  /** Ids of licensed modules; Keepnet sends no names here. */
  readonly licenseModuleIds: readonly string[];
  readonly seats: number | null;
  readonly preferredLanguage: NamedRef | null;
  readonly groups: readonly NamedRef[];
  readonly status: string | null;
  readonly timeZone: string | null;
  readonly dateFormat: string | null;
  readonly timeFormat: string | null;
  readonly hasAgenticAiLicense: boolean;
}

export interface LicenseCheckRow {
  readonly isLimited: boolean;
  readonly seats: number | null;
  readonly activeUsers: number;
  readonly totalUsers: number;
  readonly isExceeded: boolean;
}

export interface CountSummaryRow {
  readonly active: number;
  readonly inactive: number;
  readonly deleted: number;
  /** Oldest first; Keepnet counts from December 2025. `periodStart` is `YYYY-MM-DD`. */
  readonly monthlyActiveUsers: readonly {
    readonly periodStart: Instant;
    readonly label: string;
    readonly count: number;
  }[];
}

export type TargetUserStatus = 'ACTIVE' | 'INACTIVE' | 'DELETED' | 'UNKNOWN';
export type ProvisioningSource = 'SCIM' | 'LDAP' | 'MANUAL';

/** What both `target-users/search` and `target-users/by-resource-ids` tell. */
export interface TargetUserBriefRow {
  readonly resourceId: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** First and last name, else the e-mail address, else the resource id. */
  readonly displayName: string;
  readonly phoneNumber: string | null;
  readonly status: TargetUserStatus;
  /** Keepnet's own text or number for it. */
  readonly rawStatus: string | null;
}

export interface TargetUserRow extends TargetUserBriefRow {
  readonly department: string | null;
  readonly priority: string | null;
  readonly preferredLanguage: string | null;
  readonly timeZone: string | null;
  readonly provisionedBy: ProvisioningSource;
  readonly customFields: readonly { readonly name: string; readonly value: string | null }[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface LeaderboardRow {
  readonly rank: number;
  readonly points: number;
  /** Percent, 0–100. */
  readonly performance: number | null;
  readonly targetUserResourceId: string;
  readonly displayName: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly department: string | null;
}

export type TimelineOutcome = 'FAIL' | 'GOOD' | 'OPENED' | 'NEUTRAL' | 'WARNING' | 'UNKNOWN';

export interface TimelineRow {
  readonly occurredAt: Instant;
  readonly rawOccurredAt: string | null;
  readonly action: string;
  readonly outcome: TimelineOutcome;
  readonly product: string | null;
  readonly campaignName: string | null;
  readonly campaignId: string | null;
  readonly difficulty: string | null;
  readonly points: number;
  readonly campaignPerformance: number | null;
  readonly result: string | null;
  readonly category: string | null;
}

export interface UserPerformanceRow {
  /** Null where Keepnet knows of no activity in the period. */
  readonly rank: number | null;
  readonly points: number;
  readonly performance: number | null;
  readonly products: readonly { readonly product: string; readonly performance: number | null }[];
}

export interface OptionRow {
  /** What Keepnet shows. */
  readonly text: string;
  /** What a filter must be given. */
  readonly value: string;
}

export interface LeaderboardOptionsRow {
  readonly actionTypes: readonly OptionRow[];
  readonly products: readonly OptionRow[];
  readonly difficultyTypes: readonly OptionRow[];
  readonly trainingCategories: readonly OptionRow[];
}

export type ChartType = 'BAR' | 'STACKED_BAR' | 'LINE' | 'AREA' | 'PIE' | 'DOUGHNUT' | 'GAUGE' | 'TABLE' | 'UNKNOWN';

export interface WidgetPointRow {
  readonly date: Instant;
  /** Which measure: Keepnet's `name`, or its `label` where only that tells the series apart. */
  readonly series: string;
  /** Which bucket, person, department or company the value belongs to; null where there is but one. */
  readonly label: string | null;
  /** Values that Keepnet multiplies by 100 are divided again. */
  readonly value: number;
}

export interface WidgetRow {
  readonly resourceId: string;
  readonly name: string;
  readonly description: string | null;
  /** Keepnet's `widgetType`. */
  readonly metric: string | null;
  readonly chart: ChartType;
  readonly rawChart: string | null;
  readonly points: readonly WidgetPointRow[];
  readonly table: {
    readonly columns: readonly { readonly name: string; readonly label: string }[];
    readonly rows: readonly Record<string, unknown>[];
  } | null;
  /** Keepnet's `dataObject`s, in order, where it sends any. */
  readonly raw: readonly unknown[] | null;
}

export interface ReportRow {
  readonly resourceId: string;
  readonly name: string;
  readonly description: string | null;
  readonly isEditable: boolean;
  readonly isDeletable: boolean;
}

export interface WidgetLayoutRow {
  readonly widgetResourceId: string;
  readonly metric: string | null;
  readonly title: string | null;
  readonly chart: ChartType;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ReportDetailsRow {
  readonly resourceId: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdAt: Instant;
  readonly period: {
    readonly preset: PeriodPreset | null;
    readonly from: Instant;
    readonly to: Instant;
    readonly label: string | null;
  } | null;
  /** Null where Keepnet sends none; an error where its JSON text cannot be parsed. */
  readonly layout: readonly WidgetLayoutRow[] | null | AppError;
  readonly widgets: readonly WidgetRow[];
}

export interface MetricGroupRow {
  readonly name: string;
  readonly widgets: readonly {
    readonly resourceId: string;
    readonly name: string;
    readonly description: string | null;
    readonly metric: string | null;
    readonly chart: ChartType;
    readonly rawChart: string | null;
    readonly isManagerMetric: boolean;
  }[];
}

export type PeriodPreset = 'LAST_MONTH' | 'LAST_3_MONTHS' | 'LAST_6_MONTHS' | 'LAST_YEAR' | 'THIS_YEAR';

/** A preset, or a range of days: `from` and `to` are `YYYY-MM-DD`, both inclusive. */
export type Period = { readonly preset: PeriodPreset } | { readonly from: string; readonly to: string };

/** Keepnet's filter groups, for what the typed filters cannot say. `field` and `operator` are Keepnet's. */
export interface WhereFilter {
  readonly match: 'ALL' | 'ANY';
  readonly groups: readonly {
    readonly match: 'ALL' | 'ANY';
    readonly items: readonly { readonly field: string; readonly operator: string; readonly value: string }[];
  }[];
}

/** A page in Keepnet's own counting: numbers from 1. */
export interface PageRequest {
  readonly pageNumber: number;
  readonly pageSize: number;
}

export interface Order<Field extends string> {
  readonly field: Field;
  readonly direction: 'ASC' | 'DESC';
}

export type CompanyOrderField =
  | 'NAME'
  | 'CREATED_AT'
  | 'LICENSE_ENDS_AT'
  | 'ACTIVE_USERS'
  | 'SEATS'
  | 'RESELLER_NAME'
  | 'INDUSTRY'
  | 'LICENSE_TYPE';

/** All bounds are inclusive; days are `YYYY-MM-DD`. An absent or null property does not filter. */
export interface CompanyFilter {
  readonly search?: string | null;
  readonly resellerName?: string | null;
  readonly tag?: string | null;
  readonly industryIds?: readonly string[] | null;
  readonly licenseTypeIds?: readonly string[] | null;
  readonly activeUsersMin?: number | null;
  readonly activeUsersMax?: number | null;
  readonly licenseEndsFrom?: string | null;
  readonly licenseEndsTo?: string | null;
  readonly createdFrom?: string | null;
  readonly createdTo?: string | null;
  readonly isLicenseExpired?: boolean | null;
  /** Only true selects; Keepnet cannot select what is within its limit. */
  readonly isOverLimit?: boolean | null;
  /** `YYYY-MM`: the month that `userTotals.addedThisMonth` counts. */
  readonly addedUsersMonth?: string | null;
  readonly where?: WhereFilter | null;
}

export interface CompanySearch extends PageRequest {
  readonly filter: CompanyFilter;
  readonly order: Order<CompanyOrderField>;
}

export type TargetUserOrderField =
  | 'CREATED_AT'
  | 'UPDATED_AT'
  | 'FIRST_NAME'
  | 'LAST_NAME'
  | 'EMAIL'
  | 'DEPARTMENT'
  | 'PRIORITY'
  | 'STATUS';

export interface TargetUserFilter {
  readonly search?: string | null;
  /** Empty or absent: every status, deleted users included. */
  readonly statuses?: readonly Exclude<TargetUserStatus, 'UNKNOWN'>[] | null;
  readonly department?: string | null;
  readonly email?: string | null;
  /** Any of these addresses, exactly. */
  readonly emails?: readonly string[] | null;
  readonly priorities?: readonly string[] | null;
  readonly preferredLanguageIds?: readonly string[] | null;
  readonly timeZones?: readonly string[] | null;
  readonly createdFrom?: string | null;
  readonly createdTo?: string | null;
  readonly updatedFrom?: string | null;
  readonly updatedTo?: string | null;
  /** `YYYY-MM`. */
  readonly addedInMonth?: string | null;
  readonly where?: WhereFilter | null;
}

export interface TargetUserSearch extends PageRequest {
  readonly filter: TargetUserFilter;
  readonly order: Order<TargetUserOrderField>;
}

export type LeaderboardOrderField =
  | 'RANK'
  | 'POINTS'
  | 'PERFORMANCE'
  | 'FIRST_NAME'
  | 'LAST_NAME'
  | 'EMAIL'
  | 'DEPARTMENT';

export interface LeaderboardFilter {
  readonly search?: string | null;
  readonly email?: string | null;
  readonly department?: string | null;
  readonly preferredLanguageIds?: readonly string[] | null;
  readonly pointsMin?: number | null;
  readonly pointsMax?: number | null;
  readonly performanceMin?: number | null;
  readonly performanceMax?: number | null;
  readonly where?: WhereFilter | null;
}

export interface LeaderboardSearch extends PageRequest {
  readonly period: Period;
  readonly filter: LeaderboardFilter;
  readonly order: Order<LeaderboardOrderField>;
}

/** Values come from `leaderboardOptions`. */
export interface TimelineFilter {
  readonly actionTypes?: readonly string[] | null;
  readonly difficultyTypes?: readonly string[] | null;
  readonly products?: readonly string[] | null;
  readonly failedOnly?: boolean | null;
}

export interface TimelineSearch extends PageRequest {
  readonly targetUserResourceId: string;
  readonly period: Period;
  readonly filter: TimelineFilter;
  /** By time. */
  readonly direction: 'ASC' | 'DESC';
}
