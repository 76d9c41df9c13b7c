/**
 * Keepnet's target user endpoints: search, the counts of one company, and users by id.
 * `isDeleted` is the authority on deletion; the status beside it is text in one endpoint and a number in the other.
 */
import type { DecodeContext, ScopedEndpoint } from '../endpoint.js';
import { toTargetUserFilter } from '../filters.js';
import type {
  CountSummaryRow,
  Page,
  ProvisioningSource,
  TargetUserBriefRow,
  TargetUserOrderField,
  TargetUserRow,
  TargetUserSearch,
  TargetUserStatus,
} from '../rows.js';
import type {
  WireCountSummary,
  WireCustomFieldValue,
  WireTargetUserBrief,
  WireTargetUserRow,
  WireTargetUserSearchRequest,
} from '../wire.js';
import {
  parseKnown,
  parsePage,
  parseRows,
  parseText,
  type Raw,
  requireList,
  toCount,
  toDay,
  toFlag,
  toInstant,
  toText,
} from '../wire-values.js';

export const searchTargetUsers: ScopedEndpoint<TargetUserSearch, Page<TargetUserRow>> = {
  scoped: true,
  method: 'POST',
  path: 'target-users/search',
  repeatable: true,
  toRequest({ pageNumber, pageSize, order, filter }) {
    const body: WireTargetUserSearchRequest = {
      pageNumber,
      pageSize,
      orderBy: ORDER_FIELDS[order.field],
      ascending: order.direction === 'ASC',
      filter: toTargetUserFilter(filter),
    };
    return { body };
  },
  decode: (data, context) => parsePage<WireTargetUserRow, TargetUserRow>(data, (raw) => parseUser(raw, context)),
};

export const countSummary: ScopedEndpoint<void, CountSummaryRow> = {
  scoped: true,
  method: 'GET',
  path: 'target-users/count-summary',
  repeatable: true,
  toRequest: () => ({}),
  decode(data, context) {
    const raw = parseKnown<WireCountSummary>(data, 'data', ['totalNumberOfActiveUsers', 'totalNumberOfInActiveUsers']);
    return {
      active: toCount(raw.totalNumberOfActiveUsers),
      inactive: toCount(raw.totalNumberOfInActiveUsers),
      deleted: toCount(raw.totalNumberOfDeletedUsers),
      monthlyActiveUsers: parseMonths(raw.monthlyActiveUsers, context),
    };
  },
};

/** Hides deleted and unknown users, and answers in an order of its own. */
export const targetUsersByIds: ScopedEndpoint<readonly string[], readonly TargetUserBriefRow[]> = {
  scoped: true,
  method: 'POST',
  path: 'target-users/by-resource-ids',
  repeatable: true,
  toRequest: (targetUserResourceIds) => ({ body: { targetUserResourceIds } }),
  decode: (data) => parseRows<WireTargetUserBrief, TargetUserBriefRow>(requireList(data, 'data'), 'data', parseBrief),
};

/** First and last name, else the e-mail address, else the id. */
export function toDisplayName(user: {
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  resourceId: string;
}): string {
  const { firstName, lastName, email, resourceId } = user;
  const name = firstName !== null && lastName !== null ? `${firstName} ${lastName}` : (firstName ?? lastName ?? '');
  return name.trim() || email || resourceId;
}

const ORDER_FIELDS: Record<TargetUserOrderField, string> = {
  CREATED_AT: 'CreateTime',
  UPDATED_AT: 'UpdateTime',
  FIRST_NAME: 'FirstName',
  LAST_NAME: 'LastName',
  EMAIL: 'Email',
  DEPARTMENT: 'Department',
  PRIORITY: 'Priority',
  STATUS: 'Status',
};

/** `Passive` is what one of Keepnet's neighbouring endpoints says; the numbers are those of `by-resource-ids`. */
const STATUSES: ReadonlyMap<string, TargetUserStatus> = new Map([
  ['active', 'ACTIVE'],
  ['1', 'ACTIVE'],
  ['inactive', 'INACTIVE'],
  ['passive', 'INACTIVE'],
  ['0', 'INACTIVE'],
  ['deleted', 'DELETED'],
]);

function parseBrief(raw: Raw<WireTargetUserBrief | WireTargetUserRow>): TargetUserBriefRow {
  const names = {
    resourceId: parseText(raw.resourceId, 'resourceId'),
    email: toText(raw.email),
    firstName: toText(raw.firstName),
    lastName: toText(raw.lastName),
  };
  const rawStatus = toText(raw.status);
  return {
    displayName: toDisplayName(names),
    phoneNumber: toText(raw.phoneNumber),
    status: toFlag(raw.isDeleted) ? 'DELETED' : (STATUSES.get(rawStatus?.toLowerCase() ?? '') ?? 'UNKNOWN'),
    rawStatus,
    ...names,
  };
}

function parseUser(raw: Raw<WireTargetUserRow>, context: DecodeContext): TargetUserRow {
  return {
    department: toText(raw.department),
    priority: toText(raw.priority),
    preferredLanguage: toText(raw.preferredLanguage),
    timeZone: toText(raw.timeZone),
    provisionedBy: toSource(raw),
    customFields: parseRows<WireCustomFieldValue, { name: string; value: string | null }>(
      raw.customFieldValues,
      'customFieldValues',
      (field) => ({ name: parseText(field.name, 'name'), value: toText(field.value) ?? toText(field.timestampValue) }),
    ),
    createdAt: toInstant(raw.createTime, context),
    updatedAt: toInstant(raw.updateTime, context),
    // Last, as wherever a row is made from another: what is written after a spread costs microseconds (bench/README.md).
    ...parseBrief(raw),
  };
}

function toSource(raw: Raw<WireTargetUserRow>): ProvisioningSource {
  if (toText(raw.scimSettingName) !== null) return 'SCIM';
  return toText(raw.ldapConfigName) === null ? 'MANUAL' : 'LDAP';
}

function parseMonths(months: unknown, context: DecodeContext): CountSummaryRow['monthlyActiveUsers'] {
  return parseRows<
    { period: unknown; periodStart: unknown; count: unknown },
    CountSummaryRow['monthlyActiveUsers'][number]
  >(months, 'monthlyActiveUsers', (month) => ({
    periodStart: toDay(month.periodStart, context),
    label: toText(month.period) ?? '',
    count: toCount(month.count),
  }));
}
