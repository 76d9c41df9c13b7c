/**
 * The typed filters as Keepnet's filter groups. What leaves here is always the full body that Keepnet needs: a condition, a
 * search text and the groups, none of them null. Groups are joined by AND; every value is text but that of `IsDeleted`.
 */
import { toDayEnd, toDayStart } from './period.js';
import type { CompanyFilter, LeaderboardFilter, TargetUserFilter, WhereFilter } from './rows.js';
import type { WireFilter, WireFilterGroup, WireFilterItem } from './wire.js';

/** `isOverLimit` is no filter of Keepnet's but a flag beside it, which can only select what is over. */
export function toCompanyFilter(filter: CompanyFilter): { filter: WireFilter; isOverLimit: boolean } {
  const items = [
    ...contains('ResellerName', filter.resellerName),
    ...contains('Tags', filter.tag),
    ...include('IndustryResourceId', filter.industryIds),
    ...include('LicenseTypeResourceId', filter.licenseTypeIds),
    ...between('TargetUserCount', filter.activeUsersMin, filter.activeUsersMax),
    ...betweenDays('LicenseEndDate', filter.licenseEndsFrom, filter.licenseEndsTo),
    ...betweenDays('CreateTime', filter.createdFrom, filter.createdTo),
    ...equals('LicenceExpired', filter.isLicenseExpired),
    ...equals('MonthlyActiveUser', filter.addedUsersMonth),
  ];
  const search = anyContains(['CompanyName', 'ResellerName', 'Tags'], filter.search);
  return {
    filter: toFilter([all(items), search, ...whereGroups(filter.where)]),
    isOverLimit: filter.isOverLimit === true,
  };
}

export function toTargetUserFilter(filter: TargetUserFilter): WireFilter {
  const items = [
    ...contains('Department', filter.department),
    ...contains('Email', filter.email),
    ...include('Priority', filter.priorities),
    ...include('PreferredLanguageId', filter.preferredLanguageIds),
    ...include('TimeZoneId', filter.timeZones),
    ...betweenDays('CreateTime', filter.createdFrom, filter.createdTo),
    ...betweenDays('UpdateTime', filter.updatedFrom, filter.updatedTo),
    ...equals('MonthlyActiveUser', filter.addedInMonth),
  ];
  const search = anyContains(['FirstName', 'LastName', 'Email', 'Department', 'PhoneNumber'], filter.search);
  const emails = any((filter.emails ?? []).flatMap((email) => equals('Email', email)));
  return toFilter([all(items), statusGroup(filter.statuses), search, emails, ...whereGroups(filter.where)]);
}

export function toLeaderboardFilter(filter: LeaderboardFilter): WireFilter {
  const items = [
    ...contains('Email', filter.email),
    ...contains('Department', filter.department),
    ...include('PreferredLanguageId', filter.preferredLanguageIds),
    ...between('Points', filter.pointsMin, filter.pointsMax),
    ...between('Performance', filter.performanceMin, filter.performanceMax),
  ];
  const search = anyContains(['FullName', 'Email', 'Department'], filter.search);
  return toFilter([all(items), search, ...whereGroups(filter.where)]);
}

/**
 * Keepnet searches through deleted users unless told otherwise, and tells them by `IsDeleted` alone: they keep a status. So
 * "deleted or active" is an OR, and everything else an AND.
 */
function statusGroup(statuses: TargetUserFilter['statuses']): WireFilterGroup {
  const wanted = new Set(statuses ?? []);
  if (wanted.size === 0 || wanted.size === 3) return all([]);
  const values = [...(wanted.has('ACTIVE') ? ['1'] : []), ...(wanted.has('INACTIVE') ? ['0'] : [])];
  const items = [...include('Status', values), item('IsDeleted', 'Contains', wanted.has('DELETED'))];
  return wanted.has('DELETED') ? any(items) : all(items);
}

/** Each ALL group is one more condition; under ANY they become one group of alternatives. */
function whereGroups(where: WhereFilter | null | undefined): WireFilterGroup[] {
  const groups = (where?.groups ?? [])
    .filter((group) => group.items.length > 0)
    .map((group) => (group.match === 'ALL' ? all : any)(group.items.map(whereItem)));
  if (where?.match !== 'ANY' || groups.length < 2) return groups;
  const isFlat = groups.every((group) => group.condition === 'OR' || group.filterItems.length === 1);
  // Nested groups are in Keepnet's description only; one flat group says the same wherever it can.
  if (isFlat) return [any(groups.flatMap((group) => group.filterItems))];
  return [{ ...any([]), filterGroups: groups }];
}

function whereItem({ field, operator, value }: WhereFilter['groups'][number]['items'][number]): WireFilterItem {
  const isFlag = field.toLowerCase() === 'isdeleted' && /^(true|false)$/i.test(value);
  return item(field, operator, isFlag ? value.toLowerCase() === 'true' : value);
}

function toFilter(groups: WireFilterGroup[]): WireFilter {
  const filterGroups = groups.filter((group) => group.filterItems.length > 0 || group.filterGroups !== undefined);
  return { condition: 'AND', searchInputTextValue: '', filterGroups };
}

function all(filterItems: WireFilterItem[]): WireFilterGroup {
  return { condition: 'AND', filterItems };
}

function any(filterItems: WireFilterItem[]): WireFilterGroup {
  return { condition: 'OR', filterItems };
}

/** Keepnet's own screens search free text this way; its `searchInputTextValue` is not known to filter anything. */
function anyContains(fieldNames: string[], text: string | null | undefined): WireFilterGroup {
  return any(fieldNames.flatMap((fieldName) => contains(fieldName, text)));
}

type Maybe<T> = T | null | undefined;

function contains(fieldName: string, text: Maybe<string>): WireFilterItem[] {
  return text == null || text === '' ? [] : [item(fieldName, 'Contains', text)];
}

function equals(fieldName: string, value: Maybe<string | boolean>): WireFilterItem[] {
  return value == null || value === '' ? [] : [item(fieldName, '=', String(value))];
}

function include(fieldName: string, values: Maybe<readonly string[]>): WireFilterItem[] {
  return values == null || values.length === 0 ? [] : [item(fieldName, 'Include', values.join(','))];
}

function between(fieldName: string, min: Maybe<number | string>, max: Maybe<number | string>): WireFilterItem[] {
  return [
    ...(min == null ? [] : [item(fieldName, '>=', String(min))]),
    ...(max == null ? [] : [item(fieldName, '<=', String(max))]),
  ];
}

function betweenDays(fieldName: string, from: Maybe<string>, to: Maybe<string>): WireFilterItem[] {
  return between(fieldName, from == null ? null : toDayStart(from), to == null ? null : toDayEnd(to));
}

function item(fieldName: string, operator: string, value: string | boolean): WireFilterItem {
  return { fieldName, operator, value };
}
