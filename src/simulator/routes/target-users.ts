/** `target-users/*`: search and its export, counts per status and month, users by id. Deleted users are found by default. */
import type { WireCountSummary, WireTargetUserBrief, WireTargetUserRow } from '../../keepnet/wire.js';
import { type Answer, refuseInput, toPage, toSuccess } from '../answer.js';
import type { Call } from '../call.js';
import { toMonthOf } from '../dates.js';
import { isAllPages, toFile } from '../files.js';
import {
  type Columns,
  listFields,
  type PageRequest,
  type Predicate,
  readFilter,
  readFilterBody,
  readOrder,
  readPageRequest,
  slicePage,
} from '../filters.js';
import type { TimeSpan } from '../world/activity.js';
import { LANGUAGES } from '../world/names.js';
import { allTargetUsers, countCreated, type TargetUser, toStanding, toTargetUser } from '../world/target-users.js';
import type { World } from '../world/world.js';

export function searchTargetUsers(call: Call): Answer {
  const page = readPageRequest(call.body);
  const found = findUsers(call, page);
  const results = found.rows(page).map((user) => toRow(call, user));
  return toSuccess(toPage(results, found.total, page.pageNumber, page.pageSize));
}

export function exportTargetUsers(call: Call): Promise<Answer> {
  const page = readPageRequest(call.body);
  const found = findUsers(call, page);
  const wanted = isAllPages(call.body) ? { ...page, pageNumber: 1, pageSize: Math.max(1, found.total) } : page;
  const rows = found
    .rows(wanted)
    .map((user) => [
      user.firstName,
      user.lastName,
      user.email,
      user.phoneNumber,
      user.department,
      user.priority,
      LANGUAGES[user.language] ?? '',
      toStatusText(user),
      call.date(user.createdMs) ?? '',
      call.date(user.updatedMs, true) ?? '',
    ]);
  return toFile({ name: 'Target Users', headings: EXPORT_HEADINGS, rows }, call.body);
}

export function countTargetUsers(call: Call): Answer {
  const sum = (key: 'active' | 'inactive' | 'deleted') =>
    call.companies.reduce((total, company) => total + company.users[key], 0);
  const summary: WireCountSummary = {
    totalNumberOfActiveUsers: sum('active'),
    totalNumberOfInActiveUsers: sum('inactive'),
    totalNumberOfDeletedUsers: sum('deleted'),
    monthlyActiveUsers: toMonths(call.world.nowMs).map((month) => ({
      period: `${MONTH_NAMES[new Date(month.fromMs).getUTCMonth()]} ${new Date(month.fromMs).getUTCFullYear()}`,
      periodStart: call.date(month.fromMs),
      count: call.companies.reduce((total, company) => total + countCreated(call.world, company, month), 0),
    })),
  };
  return toSuccess(summary);
}

/** Deleted and unknown users are left out, and so are users of other companies. */
export function findTargetUsersByIds(call: Call): Answer {
  const ids = call.body.targetuserresourceids;
  if (!Array.isArray(ids) || ids.length > MAX_IDS) return refuseInput('TargetUserResourceIds is not valid');
  const users = ids.flatMap((id) => findUser(call, id) ?? []).filter((user) => !user.isDeleted);
  const rows = users.map(toBrief);
  return toSuccess(call.settings.byIdsOrder === 'reversed' ? rows.reverse() : rows);
}

/** The user of an id, where it belongs to a company of the call. */
export function findUser(call: Call, resourceId: unknown): TargetUser | null {
  const parsed = call.world.ids.readId(String(resourceId));
  if (parsed === null || parsed.kind !== 'user') return null;
  const company = call.companies.find((each) => each.index === parsed.owner);
  if (company === undefined || parsed.index >= company.users.total) return null;
  return toTargetUser(call.world, company, parsed.index);
}

export function languageId(world: World, language: number): string {
  return world.ids.toId('lookup', 21, language);
}

const MAX_IDS = 1_000;
const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** Keepnet began to count in this month. */
const FIRST_MONTH_MS = Date.UTC(2025, 11, 1);

const EXPORT_HEADINGS = [
  'First Name',
  'Last Name',
  'Email',
  'Phone Number',
  'Department',
  'Priority',
  'Preferred Language',
  'Status',
  'Date Created',
  'Last Updated',
];

function toColumns(world: World): Columns<TargetUser> {
  return {
    firstname: { kind: 'text', read: (user) => user.firstName },
    lastname: { kind: 'text', read: (user) => user.lastName },
    email: { kind: 'text', read: (user) => user.email },
    phonenumber: { kind: 'text', read: (user) => user.phoneNumber },
    department: { kind: 'text', read: (user) => user.department },
    managerfullname: { kind: 'text', read: () => '' },
    manageremail: { kind: 'text', read: () => '' },
    priority: { kind: 'set', read: (user) => user.priority },
    status: { kind: 'set', read: (user) => (user.isActive ? '1' : '0') },
    isdeleted: { kind: 'deleted', read: (user) => user.isDeleted, isUnsortable: true },
    preferredlanguage: { kind: 'text', read: (user) => LANGUAGES[user.language] ?? '' },
    preferredlanguageid: { kind: 'set', read: (user) => languageId(world, user.language), isUnsortable: true },
    timezoneid: { kind: 'set', read: (user) => (user.timeZoneId === '' ? 'Blank' : user.timeZoneId) },
    createtime: { kind: 'date', read: (user) => user.createdMs },
    updatetime: { kind: 'date', read: (user) => user.updatedMs },
    monthlyactiveuser: { kind: 'month', read: (user) => user.createdMs, isUnsortable: true },
    ofis: { kind: 'text', read: (user) => user.office },
  };
}

interface FoundUsers {
  readonly total: number;
  rows(page: PageRequest): readonly TargetUser[];
}

function findUsers(call: Call, page: PageRequest): FoundUsers {
  const columns = toColumns(call.world);
  const filter = readFilterBody(call.body);
  const passes = readFilter(filter, columns, call.style);
  // An empty order is accepted here, and here only; it is the order of creation.
  const named = page.orderBy === '' ? { ...page, orderBy: 'createtime', isAscending: true } : page;
  const order = readOrder(named, columns);
  const isKnownByNumber = listFields(filter).every((field) => field === 'status' || field === 'isdeleted');
  if (isKnownByNumber && named.orderBy === 'createtime' && call.companies.length === 1) {
    return toNaturalOrder(call, passes, named.isAscending);
  }
  return toSorted(call, passes, order);
}

/**
 * Users are numbered by creation, and the number tells the status too: a page of that order, of all or by status, is made without
 * making any other user.
 */
function toNaturalOrder(call: Call, passes: Predicate<TargetUser> | null, isAscending: boolean): FoundUsers {
  const company = call.companies[0] as Call['companies'][number];
  const all = Array.from({ length: company.users.total }, (_, index) => index);
  const numbers = passes === null ? all : all.filter((index) => passes(toStanding(company, index) as TargetUser));
  if (!isAscending) numbers.reverse();
  return {
    total: numbers.length,
    rows: (page) => slicePage(numbers, page).map((index) => toTargetUser(call.world, company, index)),
  };
}

function toSorted(
  call: Call,
  passes: Predicate<TargetUser> | null,
  order: (one: TargetUser, other: TargetUser) => number,
): FoundUsers {
  const makeList = () => {
    const all = call.companies.flatMap((company) => allTargetUsers(call.world, company));
    return (passes === null ? all : all.filter(passes)).sort(order);
  };
  const users = call.world.listCache.getOrMake(toQuestion(call), makeList, (list) => list.length);
  return { total: users.length, rows: (page) => slicePage(users, page) };
}

/** What a list is made of, but for the page: whoever walks one to its end asks for it a hundred times. */
function toQuestion({ companies, body, style }: Call): string {
  const { pagenumber: _number, pagesize: _size, ...asked } = body;
  const { dateFormat, timeFormat } = style;
  return JSON.stringify([companies.map(({ index }) => index), asked, dateFormat, timeFormat]);
}

function toRow(call: Call, user: TargetUser): WireTargetUserRow & Record<string, unknown> {
  return {
    resourceId: user.resourceId,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    department: user.department,
    priority: user.priority,
    status: toStatusText(user),
    customFieldValues: [toOffice(call.world, user)],
    createTime: call.date(user.createdMs),
    updateTime: call.date(user.updatedMs, true),
    isEditable: user.provisionedBy === null,
    scimSettingName: user.provisionedBy === 'SCIM' ? 'Entra ID' : null,
    ldapConfigName: user.provisionedBy === 'LDAP' ? 'ldap-01' : null,
    phoneNumber: user.phoneNumber,
    timeZone: user.timeZoneId,
    preferredLanguage: LANGUAGES[user.language] ?? null,
    isDeleted: user.isDeleted,
    preferredLanguageId: languageId(call.world, user.language),
    managerFullName: '',
    managerEmail: '',
    Ofis: user.office,
  };
}

function toOffice(world: World, user: TargetUser) {
  const resourceId = world.ids.toId('lookup', 30, user.company.index);
  return { resourceId, name: 'Ofis', dataType: 'Text', value: user.office, timestampValue: null };
}

function toBrief(user: TargetUser): WireTargetUserBrief {
  return {
    id: user.index + 1,
    resourceId: user.resourceId,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    phoneNumber: user.phoneNumber,
    isDeleted: user.isDeleted,
    status: user.isActive ? 1 : 0,
  };
}

/** The row's own text; a deleted user keeps a status, and `isDeleted` decides. */
function toStatusText(user: TargetUser): string {
  return user.isActive ? 'Active' : 'Inactive';
}

function toMonths(nowMs: number): TimeSpan[] {
  const months: TimeSpan[] = [];
  for (let month = toMonthOf(FIRST_MONTH_MS); month.fromMs <= nowMs; month = toMonthOf(month.toMs + 1))
    months.push(month);
  return months;
}
