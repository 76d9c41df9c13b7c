/**
 * Keepnet's REST API as it travels: requests that the project sends and responses that Keepnet gives, in Keepnet's own names.
 * Types only. `keepnet/endpoints/` decodes them; the simulator produces them; no other room may know them.
 * `test/keepnet/wire.test.ts` compares these with Keepnet's published description where that is at hand.
 * Response fields are optional or nullable wherever Keepnet's description allows it: a decoder must not trust them.
 */

/** `{ data, status, message, validationMessages }` around every answer but files and the token. */
export interface WireEnvelope<T> {
  data: T | null;
  status?: string;
  message?: string | null;
  validationMessages?: string[] | null;
}

export interface WireTokenResponse {
  access_token: string;
  expires_in: number;
  token_type: string;
  scope: string;
  /** `companies/search|POST` and so on. Absent means unknown, not "nothing allowed". */
  permissions?: string[];
}

export interface WireFilterItem {
  fieldName: string;
  operator: string;
  /** Text, except `IsDeleted`, whose value is a JSON boolean. */
  value: string | boolean;
}

export interface WireFilterGroup {
  condition: 'AND' | 'OR';
  filterItems: WireFilterItem[];
  filterGroups?: WireFilterGroup[];
}

export interface WireFilter {
  condition: 'AND' | 'OR';
  searchInputTextValue: string;
  filterGroups: WireFilterGroup[];
}

export interface WirePagination {
  pageNumber: number;
  pageSize: number;
  orderBy: string;
  ascending: boolean;
}

/** 0 LastMonth, 1 Last3Months, 2 Last6Months, 3 LastYear, 4 ThisYear, 5 Custom. Responses may carry the names. */
export type WireDatePeriod = 0 | 1 | 2 | 3 | 4 | 5;

export interface WirePeriod {
  datePeriod: WireDatePeriod;
  startDate: string | null;
  endDate: string | null;
}

export interface WireCompanySearchRequest extends WirePagination {
  filter: WireFilter;
  isTargetUserCountExceededLimit?: boolean;
  isClustered?: boolean;
}

export interface WireTargetUserSearchRequest extends WirePagination {
  filter: WireFilter;
}

export interface WireLeaderboardRequest extends WirePeriod {
  filter?: WireFilter;
  pagination?: WirePagination;
}

export interface WireTimelineRequest extends WirePeriod {
  targetUserResourceId: string;
  actionTypes: string[];
  difficultyTypes: string[];
  products: string[];
  showOnlyFailedEvents: boolean;
  pagination: WirePagination;
}

export interface WireUserPerformanceRequest extends WirePeriod {
  targetUserResourceId: string;
}

export interface WireWidgetDataRequest extends WirePeriod {
  widgetIds: string[];
}

/** Beside the body of a search, to have what it finds as a file. With `reportAllPages` the page in that body is ignored. */
export type WireExportChoice = {
  reportAllPages: boolean;
  exportType: 'CSV' | 'Excel' | 'PDF';
};

export interface WirePage<T> {
  pageNumber?: number;
  pageSize?: number;
  totalNumberOfPages?: number;
  totalNumberOfRecords?: number;
  results?: T[] | null;
}

export interface WireCompanyPage extends WirePage<WireCompanyRow> {
  limitExceededCompanyCount?: number;
}

export interface WireCompanyRow {
  companyName?: string | null;
  companyResourceId?: string | null;
  resellerName?: string | null;
  industryName?: string | null;
  industryResourceId?: string | null;
  licenseTypeName?: string | null;
  licenseTypeResourceId?: string | null;
  isNumberOfUsersLimited?: boolean;
  /** The licence limit: a string here, an integer in the detail. */
  numberOfUsers?: string | null;
  /** 0 deny, 1 always, 2 = 2 h, 3 = 8 h, 4 = 1 day, 5 = 7 days. */
  privacyDurationId?: number;
  licenceExpired?: boolean;
  licenseEndDate?: string | null;
  createTime?: string | null;
  targetUserCount?: number;
  children?: WireCompanyRow[] | null;
  tags?: string[] | null;
  deletedTargetUserCount?: number;
  inactiveTargetUserCount?: number;
  /** Users added in the selected month, whatever the name says. */
  monthlyActiveUserCount?: number;
}

export interface WireMyCompany {
  name?: string | null;
  resourceId?: string | null;
  logoUrl?: string | null;
  privacyDurationId?: number;
  licenceExpired?: boolean;
  privacyDurationStartTime?: string | null;
  privacyDurationEndTime?: string | null;
  children?: WireMyCompany[] | null;
}

export interface WireCompanyDetails {
  resourceId?: string | null;
  name?: string | null;
  description?: string | null;
  industryResourceId?: string | null;
  industryName?: string | null;
  countryResourceId?: string | null;
  countryName?: string | null;
  countryCode?: string | null;
  address?: string | null;
  websiteUrl?: string | null;
  logoUrl?: string | null;
  licenseTypeResourceId?: string | null;
  licenseTypeName?: string | null;
  licensePeriodTypeResourceId?: string | null;
  licensePeriodTypeName?: string | null;
  licenseStartDate?: string | null;
  licenseEndDate?: string | null;
  isNumberOfUsersLimited?: boolean;
  numberOfUsers?: number | null;
  preferredLanguageTypeResourceId?: string | null;
  preferredLanguageTypeName?: string | null;
  companyGroups?: { resourceId?: string | null; name?: string | null }[] | null;
  parentId?: number | null;
  statusId?: number | null;
  statusName?: string | null;
  /** Ids, not names. */
  licenseModules?: string[] | null;
  targetUserCount?: number;
  /** A Windows id such as `Turkey Standard Time`. */
  timeZoneId?: string | null;
  dateFormat?: string | null;
  timeFormat?: string | null;
  tags?: string[] | null;
  hasAgenticAILicense?: boolean;
}

export interface WireLicenseCheck {
  isLimited?: boolean;
  licenseLimit?: number | null;
  activeUserCount?: number;
  totalUserCount?: number;
  isLicenseExceeded?: boolean;
}

export interface WireCustomFieldValue {
  resourceId?: string | null;
  name?: string | null;
  dataType?: string | number | null;
  value?: string | null;
  timestampValue?: string | null;
}

export interface WireTargetUserRow {
  resourceId?: string | null;
  email?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  department?: string | null;
  priority?: string | null;
  /** Text here; an integer in `by-resource-ids`. */
  status?: string | null;
  customFieldValues?: WireCustomFieldValue[] | null;
  createTime?: string | null;
  updateTime?: string | null;
  isEditable?: boolean;
  scimSettingName?: string | null;
  ldapConfigName?: string | null;
  phoneNumber?: string | null;
  timeZone?: string | null;
  preferredLanguage?: string | null;
  /** Not in the published description, but sent; the authority on deletion. */
  isDeleted?: boolean;
}

export interface WireTargetUserBrief {
  id?: number;
  resourceId?: string | null;
  email?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  phoneNumber?: string | null;
  isDeleted?: boolean;
  status?: number;
}

export interface WireCountSummary {
  totalNumberOfActiveUsers?: number;
  /** The capital A is Keepnet's. */
  totalNumberOfInActiveUsers?: number;
  totalNumberOfDeletedUsers?: number;
  monthlyActiveUsers?: { period?: string | null; periodStart?: string | null; count?: number }[] | null;
}

export interface WireLeaderboardRow {
  rank?: number;
  targetUserResourceId?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  email?: string | null;
  department?: string | null;
  preferredLanguage?: string | null;
  phoneNumber?: string | null;
  points?: number;
  performance?: number;
  /** A leaked window column; only a fallback total. */
  totalRowCount?: number;
}

export interface WireTimelineEvent {
  /** The campaign or enrolment, not unique per event. */
  resourceId?: string | null;
  name?: string | null;
  timeZoneId?: string | null;
  campaignPerformance?: number | null;
  difficultyType?: string | null;
  points?: number;
  ActionTime?: string | null;
  ActionTimeWithDay?: string | null;
  trainingType?: number | null;
  categoryDescription?: string | null;
  result?: string | null;
  campaignType?: string | null;
  productType?: string | null;
  ActionType?: string | null;
  pointRule?: {
    ruleName?: string | null;
    earned?: boolean;
    lostPoints?: number;
    rulePoint?: number;
    lastPoint?: number;
  } | null;
}

/** One row per licensed product; totals and rank are repeated on each. */
export interface WireUserPerformanceRow {
  rank?: number;
  phishingTypeId?: number;
  phishingType?: string | null;
  performance?: number;
  totalPerformance?: number;
  totalPoints?: number;
}

export interface WireOption {
  text?: string | null;
  value?: string | null;
  extraDatas?: WireOption[] | null;
}

export interface WireFormDetails {
  gamificationActionTypes?: WireOption[] | null;
  gamificationProductTypes?: WireOption[] | null;
  gamificationScenarioDifficultyTypes?: WireOption[] | null;
  gamificationTrainingCategories?: WireOption[] | null;
}

export interface WireReportRow {
  resourceId?: string | null;
  companyId?: number;
  name?: string | null;
  isEditable?: boolean;
  isDeletable?: boolean;
  description?: string | null;
  isSupportManager?: boolean;
}

export interface WireWidgetValue {
  value?: number;
  label?: string | null;
  name?: string | null;
  annotations?: unknown;
}

export interface WireWidgetData {
  date?: string | null;
  dataObject?: unknown;
  values?: WireWidgetValue[] | null;
  tableValues?: Record<string, unknown>[] | null;
  tableDefinitions?: { name?: string | null; label?: string | null }[] | null;
}

export interface WireWidget {
  resourceId?: string | null;
  name?: string | null;
  description?: string | null;
  chartType?: string | null;
  widgetType?: string | null;
  widgetDatas?: WireWidgetData[] | null;
}

export interface WireReport {
  resourceId?: string | null;
  companyId?: number;
  name?: string | null;
  companyName?: string | null;
  description?: string | null;
  dateCreated?: string | null;
  /** JSON inside a string. */
  widgetLayout?: string | null;
  widgets?: WireWidget[] | null;
  /** A name here, such as `Last3Months`; an integer in requests. */
  datePeriod?: string | number | null;
  dateRange?: string | null;
  startDate?: string | null;
  endDate?: string | null;
  isSupportManager?: boolean;
}

export interface WireMetricWidget {
  resourceId?: string | null;
  name?: string | null;
  description?: string | null;
  widgetType?: string | null;
  chartType?: string | null;
  imageUrl?: string | null;
  isSupportManager?: boolean;
}

export interface WireMetrics {
  metrics?: { name?: string | null; widgets?: WireMetricWidget[] | null }[] | null;
}
