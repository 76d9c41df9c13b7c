/**
 * Keepnet's company endpoints: the customer list, the account tree, one company, its licence.
 * The list's decoder is the only place that makes a `CompanyId`.
 */
import {
  type CredentialEndpoint,
  type DecodeContext,
  isCompanyId,
  type ScopedEndpoint,
  ShapeError,
} from '../endpoint.js';
import { toCompanyFilter } from '../filters.js';
import type {
  CompanyDetailsRow,
  CompanyId,
  CompanyLicense,
  CompanyOrderField,
  CompanyRow,
  CompanySearch,
  LicenseCheckRow,
  MyCompanyRow,
  Page,
} from '../rows.js';
import type {
  WireCompanyDetails,
  WireCompanyRow,
  WireCompanySearchRequest,
  WireLicenseCheck,
  WireMyCompany,
} from '../wire.js';
import {
  parseKnown,
  parsePage,
  parseRows,
  parseText,
  type Raw,
  requireList,
  toCount,
  toFlag,
  toInstant,
  toNamedRef,
  toNumber,
  toText,
  toTexts,
} from '../wire-values.js';

export const searchCompanies: CredentialEndpoint<CompanySearch, Page<CompanyRow>> = {
  scoped: false,
  method: 'POST',
  path: 'companies/search',
  repeatable: true,
  toRequest({ pageNumber, pageSize, order, filter: wanted }) {
    const { filter, isOverLimit } = toCompanyFilter(wanted);
    const orderBy = ORDER_FIELDS[order.field];
    const body: WireCompanySearchRequest = {
      pageNumber,
      pageSize,
      orderBy,
      ascending: order.direction === 'ASC',
      filter,
    };
    return { body: isOverLimit ? { ...body, isTargetUserCountExceededLimit: true } : body };
  },
  decode: (data, context) => parsePage<WireCompanyRow, CompanyRow>(data, (raw) => parseCompany(raw, context)),
};

export const myCompanies: CredentialEndpoint<void, readonly MyCompanyRow[]> = {
  scoped: false,
  method: 'GET',
  path: 'companies/my',
  repeatable: true,
  toRequest: () => ({}),
  decode: (data, context) => parseAccounts(requireList(data, 'data'), context, 1),
};

export const companyDetails: ScopedEndpoint<void, CompanyDetailsRow> = {
  scoped: true,
  method: 'GET',
  path: 'companies/{resourceId}',
  repeatable: true,
  toRequest: (_input, companyId) => ({ pathValues: { resourceId: companyId } }),
  decode: (data, context) =>
    parseDetails(parseKnown<WireCompanyDetails>(data, 'data', ['resourceId', 'name']), context),
};

export const licenseCheck: ScopedEndpoint<void, LicenseCheckRow> = {
  scoped: true,
  method: 'GET',
  path: 'companies/{resourceId}/license-check',
  repeatable: true,
  toRequest: (_input, companyId) => ({ pathValues: { resourceId: companyId } }),
  decode(data) {
    const raw = parseKnown<WireLicenseCheck>(data, 'data', ['isLimited', 'activeUserCount']);
    const isLimited = toFlag(raw.isLimited);
    return {
      isLimited,
      seats: isLimited ? toNumber(raw.licenseLimit) : null,
      activeUsers: toCount(raw.activeUserCount),
      totalUsers: toCount(raw.totalUserCount),
      isExceeded: toFlag(raw.isLicenseExceeded),
    };
  },
};

const ORDER_FIELDS: Record<CompanyOrderField, string> = {
  NAME: 'CompanyName',
  CREATED_AT: 'CreateTime',
  LICENSE_ENDS_AT: 'LicenseEndDate',
  ACTIVE_USERS: 'TargetUserCount',
  SEATS: 'NumberOfUsers',
  RESELLER_NAME: 'ResellerName',
  INDUSTRY: 'IndustryName',
  LICENSE_TYPE: 'LicenseTypeName',
};

const DAY_MS = 86_400_000;
/** Resellers under resellers go a few levels deep; a tree below this is no account tree. */
const MAX_TREE_DEPTH = 20;

function parseCompany(raw: Raw<WireCompanyRow>, context: DecodeContext): CompanyRow {
  const companyId = parseCompanyId(raw.companyResourceId);
  const active = toCount(raw.targetUserCount);
  return {
    companyId,
    name: toText(raw.companyName) ?? companyId,
    resellerName: toText(raw.resellerName),
    industry: toNamedRef(raw.industryResourceId, raw.industryName),
    tags: toTexts(raw.tags),
    createdAt: toInstant(raw.createTime, context),
    isOpen: toIsOpen(raw.privacyDurationId),
    license: toLicense(raw, active, context),
    userTotals: {
      active,
      inactive: toCount(raw.inactiveTargetUserCount),
      deleted: toCount(raw.deletedTargetUserCount),
      addedThisMonth: toCount(raw.monthlyActiveUserCount),
    },
  };
}

/** 0 closes; every other number opens for some time or for ever. */
function toIsOpen(privacyDurationId: unknown): boolean | null {
  const duration = toNumber(privacyDurationId);
  return duration === null ? null : duration !== 0;
}

function parseCompanyId(value: unknown): CompanyId {
  if (!isCompanyId(value)) throw new ShapeError('companyResourceId: expected 6 to 64 letters and digits');
  return value;
}

function toLicense(raw: Raw<WireCompanyRow>, active: number, context: DecodeContext): CompanyLicense {
  const isLimited = toFlag(raw.isNumberOfUsersLimited);
  const seats = isLimited ? toNumber(raw.numberOfUsers) : null;
  const endsAt = toInstant(raw.licenseEndDate, context);
  return {
    type: toNamedRef(raw.licenseTypeResourceId, raw.licenseTypeName),
    seats,
    isLimited,
    isExpired: toFlag(raw.licenceExpired),
    endsAt,
    daysRemaining: typeof endsAt === 'string' ? Math.floor((Date.parse(endsAt) - context.nowMs) / DAY_MS) : null,
    isOverLimit: seats !== null && active > seats,
  };
}

function parseAccounts(items: unknown, context: DecodeContext, depth: number): MyCompanyRow[] {
  if (depth > MAX_TREE_DEPTH) throw new ShapeError(`children: deeper than ${MAX_TREE_DEPTH} levels`);
  return parseRows<WireMyCompany, MyCompanyRow>(items, 'children', (raw) => {
    const resourceId = parseText(raw.resourceId, 'resourceId');
    return {
      resourceId,
      name: toText(raw.name) ?? resourceId,
      openUntil: toInstant(raw.privacyDurationEndTime, context),
      children: parseAccounts(raw.children, context, depth + 1),
    };
  });
}

function parseDetails(raw: Raw<WireCompanyDetails>, context: DecodeContext): CompanyDetailsRow {
  const groups = parseRows<{ resourceId: unknown; name: unknown }, ReturnType<typeof toNamedRef>>(
    raw.companyGroups,
    'companyGroups',
    (group) => toNamedRef(group.resourceId, group.name),
  );
  return {
    description: toText(raw.description),
    country: toNamedRef(raw.countryResourceId, raw.countryName),
    countryCode: toText(raw.countryCode),
    address: toText(raw.address),
    websiteUrl: toText(raw.websiteUrl),
    logoUrl: toText(raw.logoUrl),
    licenseStartsAt: toInstant(raw.licenseStartDate, context),
    licenseEndsAt: toInstant(raw.licenseEndDate, context),
    licensePeriod: toNamedRef(raw.licensePeriodTypeResourceId, raw.licensePeriodTypeName),
    licenseModuleIds: toTexts(raw.licenseModules),
    seats: toFlag(raw.isNumberOfUsersLimited) ? toNumber(raw.numberOfUsers) : null,
    preferredLanguage: toNamedRef(raw.preferredLanguageTypeResourceId, raw.preferredLanguageTypeName),
    groups: groups.filter((group) => group !== null),
    status: toText(raw.statusName),
    timeZone: toText(raw.timeZoneId),
    dateFormat: toText(raw.dateFormat),
    timeFormat: toText(raw.timeFormat),
    hasAgenticAiLicense: toFlag(raw.hasAgenticAILicense),
  };
}
