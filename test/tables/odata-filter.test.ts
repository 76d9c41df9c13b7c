/** `$filter`: what is read out of it, what is refused and how, and what Keepnet is asked instead. The real schema says what it can be. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import type { AppError } from '../../src/errors.js';
import { buildGraphSchema } from '../../src/schema/build.js';
import { type Capabilities, readCapabilities } from '../../src/tables/odata/capabilities.js';
import { toCondition } from '../../src/tables/odata/condition.js';
import { parseFilter } from '../../src/tables/odata/filter-syntax.js';
import { type FilterValues, operatorsOf, pushDown } from '../../src/tables/odata/push-down.js';
import { parseTable, type Table } from '../../src/tables/table.js';

let schema: GraphQLSchema;
const tables = new Map<string, Table>();

beforeAll(async () => {
  schema = await buildGraphSchema();
  for (const name of ['companies', 'target_users', 'leaderboard', 'user_timeline']) {
    const text = readFileSync(new URL(`../../src/tables/documents/${name}.graphql`, import.meta.url), 'utf8');
    tables.set(name, parseTable(name, text, schema));
  }
});

function capabilitiesOf(name: string): Capabilities {
  return readCapabilities(tables.get(name) as Table, schema);
}

function push(name: string, filter: string, given: FilterValues = {}) {
  const { columns } = tables.get(name) as Table;
  const conditions = parseFilter(filter).map((each) => toCondition(each, columns));
  return pushDown(conditions, capabilitiesOf(name), given);
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    const { code, argument } = error as AppError;
    return `${code} ${argument}`;
  }
  return 'nothing thrown';
}

describe('a $filter', () => {
  it.each([
    ["email eq 'a@b.c'", [['email', 'eq', 'TEXT', 'a@b.c']]],
    ["name eq 'it''s'", [['name', 'eq', 'TEXT', "it's"]]],
    ['points gt -5', [['points', 'gt', 'NUMBER', '-5']]],
    ['performance le 1.5e1', [['performance', 'le', 'NUMBER', '1.5e1']]],
    ["contains( department , 'fin' )", [['department', 'contains', 'TEXT', 'fin']]],
    ['is_over_limit', [['is_over_limit', 'eq', 'BOOLEAN', 'true']]],
    ['created_at ge 2026-01-31T09:00:00.5Z', [['created_at', 'ge', 'DATE', '2026-01-31T09:00:00.5Z']]],
    ['created_at ge 2026-01-31', [['created_at', 'ge', 'DATE', '2026-01-31']]],
    ['manager eq null', [['manager', 'eq', 'NULL', 'null']]],
    ['id eq 01234567-89ab-cdef-0123-456789abcdef', [['id', 'eq', 'OTHER', '01234567-89ab-cdef-0123-456789abcdef']]],
    [
      "((points ge 1) and (rank lt 10 and (startswith(email,'a'))))",
      [
        ['points', 'ge', 'NUMBER', '1'],
        ['rank', 'lt', 'NUMBER', '10'],
        ['email', 'startswith', 'TEXT', 'a'],
      ],
    ],
  ])('%s is read as its conditions', (text, expected) => {
    const found = parseFilter(text).map(({ column, operator, literal }) => [
      column,
      operator,
      literal.kind,
      literal.text,
    ]);
    expect(found).toEqual(expected);
  });

  it.each([
    "a eq 'x' or b eq 'y'",
    "not (a eq 'x')",
    "not contains(a,'x')",
    "a in ('x','y')",
    "tolower(a) eq 'x'",
    'a add 1 eq 2',
    'a/b eq 1',
    'a eq b',
    'a eq @p',
    "contains(a,'x') eq false",
    "tags/any(t:t eq 'x')",
  ])('%s is OData, and refused as not pushed down', (text) => {
    expect(codeOf(() => parseFilter(text))).toBe('NOT_PUSHED_DOWN $filter');
  });

  it.each([
    '',
    'a',
    'a eq',
    "a eq 'x",
    "a eq 'x' and",
    "(a eq 'x'",
    "a eq 'x')",
    "a eq 'x' b",
    "a EQ 'x'",
    "contains(a 'x')",
    'a eq #',
    '= 1',
  ])('%s is no OData, unless it is a truth value by itself', (text) => {
    const expected = text === 'a' ? 'nothing thrown' : 'BAD_USER_INPUT $filter';
    expect(codeOf(() => parseFilter(text))).toBe(expected);
  });

  it('may be as deep as a URL can be long', () => {
    const deep = `${'('.repeat(8_000)}a eq 1${')'.repeat(8_000)}`;
    expect(parseFilter(deep)).toHaveLength(1);
  });

  it.each([
    ['companies', "seats eq 'x'", 'BAD_USER_INPUT $filter'],
    ['companies', 'nothing eq 1', 'BAD_USER_INPUT $filter'],
    ['leaderboard', 'performance lt 1e999', 'BAD_USER_INPUT $filter'],
    ['companies', 'contains(active_users,1)', 'BAD_USER_INPUT $filter'],
    ['companies', "is_license_expired eq 'true'", 'BAD_USER_INPUT $filter'],
    ['companies', 'license_ends_at ge 2026-01-01', 'NOT_PUSHED_DOWN $filter'],
    ['companies', 'seats gt 5', 'NOT_PUSHED_DOWN $filter'],
    ['companies', "reseller_name ne 'x'", 'NOT_PUSHED_DOWN $filter'],
    ['companies', 'reseller_name eq null', 'NOT_PUSHED_DOWN $filter'],
    ['companies', "company_id eq 'x'", 'NOT_PUSHED_DOWN $filter'],
    ['companies', 'active_users lt 99999999999', 'NOT_PUSHED_DOWN $filter'],
    ['companies', 'active_users eq 1.5', 'NOT_PUSHED_DOWN $filter'],
    ['companies', 'active_users ge 1 and active_users ge 2', 'NOT_PUSHED_DOWN $filter'],
    ['target_users', "status eq 'NOBODY'", 'BAD_USER_INPUT $filter'],
    ['target_users', "status eq 'ACTIVE' and status eq 'INACTIVE'", 'NOT_PUSHED_DOWN $filter'],
    ['target_users', "priority ne 'Low'", 'NOT_PUSHED_DOWN $filter'],
    ['target_users', "company_id gt 'x'", 'NOT_PUSHED_DOWN $filter'],
  ])('of %s, %s is refused: %s', (name, filter, expected) => {
    expect(codeOf(() => push(name, filter))).toBe(expected);
  });

  it.each<[string, string, FilterValues, boolean]>([
    ['companies', 'is_license_expired eq false', { isLicenseExpired: false }, true],
    ['companies', 'is_license_expired ne false', { isLicenseExpired: true }, true],
    ['companies', 'is_over_limit', { isOverLimit: true }, true],
    ['companies', 'active_users gt 10 and active_users lt 20', { activeUsersMin: 11, activeUsersMax: 19 }, true],
    ['companies', 'active_users ge 10.5 and active_users le 20.5', { activeUsersMin: 11, activeUsersMax: 20 }, true],
    ['companies', 'active_users eq 10', { activeUsersMin: 10, activeUsersMax: 10 }, true],
    ['companies', "contains(reseller_name,'x')", { resellerName: 'x' }, false],
    ['target_users', "status eq 'DELETED'", { statuses: ['DELETED'] }, true],
    ['target_users', "priority eq 'Low'", { priorities: ['Low'] }, false],
    ['target_users', "time_zone eq 'UTC'", { timeZones: ['UTC'] }, false],
    ['target_users', "email eq 'a@b.c'", { emails: ['a@b.c'] }, false],
    ['target_users', "startswith(email,'a')", { email: 'a' }, false],
    ['target_users', "department eq 'Finance'", { department: 'Finance' }, false],
    ['leaderboard', 'points ge 5 and points le 5', { pointsMin: 5, pointsMax: 5 }, true],
    ['leaderboard', 'performance gt 50', { performanceMin: 50 }, false],
    ['leaderboard', "endswith(email,'.tr') and points lt 0", { email: '.tr', pointsMax: -1 }, false],
  ])('of %s, %s asks Keepnet for %j, counted exactly: %s', (name, filter, expected, isExact) => {
    const pushed = push(name, filter);
    expect(pushed.filter).toEqual(expected);
    expect(pushed.isExact).toBe(isExact);
  });

  it('leaves those that are not wanted out of what is listed, and out of what the request lists', () => {
    expect(push('target_users', "status ne 'ACTIVE'").filter).toEqual({ statuses: ['INACTIVE'] });
    const given = { statuses: ['ACTIVE', 'INACTIVE', 'DELETED'], search: 'x' };
    expect(push('target_users', "status eq 'DELETED'", given).filter).toEqual({ statuses: ['DELETED'], search: 'x' });
    expect(codeOf(() => push('target_users', "department eq 'a'", { department: 'b' }))).toMatch(/^NOT_PUSHED_DOWN/);
  });

  it('narrows the companies where it is about them', () => {
    const companies = [
      { companyId: 'aaaaaaaaaaaa', companyName: 'Alpha' },
      { companyId: 'bbbbbbbbbbbb', companyName: 'Beta' },
    ];
    const wanted = (filter: string) =>
      companies.filter(push('leaderboard', filter).isWanted).map(({ companyName }) => companyName);
    expect(wanted("company_id eq 'aaaaaaaaaaaa'")).toEqual(['Alpha']);
    expect(wanted("company_id ne 'aaaaaaaaaaaa'")).toEqual(['Beta']);
    expect(wanted("contains(company_name,'et') and points ge 1")).toEqual(['Beta']);
    expect(wanted("company_name eq 'alpha'")).toEqual([]);
    expect(push('leaderboard', "company_id eq 'aaaaaaaaaaaa'")).toMatchObject({ filter: {}, isExact: true });
  });
});

describe('what Keepnet can be asked', () => {
  it('of each shipped list is found by the names in the schema', () => {
    const found = ['companies', 'target_users', 'leaderboard'].map((name) => {
      const { filters, orders } = capabilitiesOf(name);
      const { columns } = tables.get(name) as Table;
      const compared = columns.flatMap((column) => {
        const inputs = filters.get(column.name);
        return inputs ? [`${column.name}: ${operatorsOf(column, inputs).join(' ')}`] : [];
      });
      return { compared, sorted: [...orders].map(([column, value]) => `${column} ${value}`).sort() };
    });
    expect(found).toEqual([
      {
        compared: [
          'reseller_name: eq contains startswith endswith',
          'is_license_expired: eq ne',
          'is_over_limit: eq ne',
          'active_users: eq gt ge lt le',
        ],
        sorted: [
          'active_users ACTIVE_USERS',
          'company_name NAME',
          'created_at CREATED_AT',
          'industry INDUSTRY',
          'license_ends_at LICENSE_ENDS_AT',
          'license_type LICENSE_TYPE',
          'reseller_name RESELLER_NAME',
          'seats SEATS',
        ],
      },
      {
        compared: [
          'email: eq contains startswith endswith',
          'department: eq contains startswith endswith',
          'status: eq ne',
          'priority: eq',
          'time_zone: eq',
        ],
        sorted: [
          'created_at CREATED_AT',
          'department DEPARTMENT',
          'email EMAIL',
          'first_name FIRST_NAME',
          'last_name LAST_NAME',
          'priority PRIORITY',
          'status STATUS',
          'updated_at UPDATED_AT',
        ],
      },
      {
        compared: [
          'points: eq gt ge lt le',
          'performance: eq gt ge lt le',
          'email: eq contains startswith endswith',
          'department: eq contains startswith endswith',
        ],
        sorted: [
          'department DEPARTMENT',
          'email EMAIL',
          'first_name FIRST_NAME',
          'last_name LAST_NAME',
          'performance PERFORMANCE',
          'points POINTS',
          'rank RANK',
        ],
      },
    ]);
  });

  it('belongs to the field that a column is, whatever the document calls it, and not to another thing with such a field', () => {
    const own = parseTable(
      'own',
      `query ($filter: CompanyFilter, $first: Int!, $after: String) {
        companies(filter: $filter, first: $first, after: $after) {
          totalCount pageInfo { hasNextPage endCursor }
          nodes { row_key: id active_users: name lead: resellerName parent { reseller_name: resellerName } }
        }
      }`,
      schema,
    );
    expect([...readCapabilities(own, schema).filters.keys()]).toEqual(['lead']);
    expect(readCapabilities(own, schema).orderVariable).toBeNull();
  });

  it('is nothing of a list whose document has made the choice', () => {
    const own = parseTable(
      'own',
      `query ($company: ID!, $first: Int!, $after: String) {
        company(id: $company) { customer: resourceId targetUsers(filter: { search: "a" }, first: $first, after: $after) {
          totalCount pageInfo { hasNextPage endCursor } nodes { row_key: id status } } }
      }`,
      schema,
    );
    const { filters, companies } = readCapabilities(own, schema);
    expect([...filters]).toEqual([]);
    expect([...companies]).toEqual([['customer', 'companyId']]);
  });
});
