import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { createDateReader } from '../../src/keepnet/dates.js';
import { type DecodeContext, ShapeError } from '../../src/keepnet/endpoint.js';
import * as companies from '../../src/keepnet/endpoints/companies.js';
import * as reports from '../../src/keepnet/endpoints/executive-reports.js';
import * as leaderboards from '../../src/keepnet/endpoints/leaderboard.js';
import * as users from '../../src/keepnet/endpoints/target-users.js';
import { toOutcome } from '../../src/keepnet/timeline-outcomes.js';

const unreadable = new AppError('UPSTREAM_BAD_RESPONSE', 'unreadable');
const context: DecodeContext = {
  dates: createDateReader({ timeZone: 'Europe/Istanbul', dateFormat: 'DD/MM/YYYY' }),
  nowMs: Date.UTC(2026, 1, 14, 9),
  unreadableDate: () => unreadable,
};

const company = {
  companyName: 'İğne & Çelik "A.Ş." 🪡',
  companyResourceId: 'xC5kfGz7w2Nz',
  resellerName: '',
  industryName: 'Retail',
  industryResourceId: 'in4',
  licenseTypeName: null,
  licenseTypeResourceId: null,
  isNumberOfUsersLimited: true,
  numberOfUsers: '50',
  privacyDurationId: 1,
  licenceExpired: false,
  licenseEndDate: '24/02/2026 12:00',
  createTime: '01/02/2025 00:30:15',
  targetUserCount: 51,
  inactiveTargetUserCount: 2,
  deletedTargetUserCount: 3,
  monthlyActiveUserCount: 4,
  tags: ['gold', null],
  enrolledVendorNames: 'A , B',
};
const decodeCompany = (change: object) =>
  companies.searchCompanies.decode({ results: [{ ...company, ...change }], totalNumberOfRecords: 1 }, context).rows[0];

describe('companies', () => {
  it('decodes a list row', () => {
    expect(decodeCompany({})).toEqual({
      companyId: 'xC5kfGz7w2Nz',
      name: 'İğne & Çelik "A.Ş." 🪡',
      resellerName: null,
      industry: { resourceId: 'in4', name: 'Retail' },
      tags: ['gold'],
      createdAt: '2025-01-31T21:30:15.000Z',
      isOpen: true,
      license: {
        type: null,
        seats: 50,
        isLimited: true,
        isExpired: false,
        endsAt: '2026-02-24T09:00:00.000Z',
        daysRemaining: 10,
        isOverLimit: true,
      },
      userTotals: { active: 51, inactive: 2, deleted: 3, addedThisMonth: 4 },
    });
  });

  it.each([
    [
      'unlimited with leftovers',
      { isNumberOfUsersLimited: false, numberOfUsers: '0' },
      { seats: null, isOverLimit: false },
    ],
    ['seats that are text', { numberOfUsers: 'Unlimited' }, { seats: null, isOverLimit: false }],
    ['seats as a number', { numberOfUsers: 51 }, { seats: 51, isOverLimit: false }],
    [
      'an expired licence',
      { licenceExpired: true, licenseEndDate: '13/02/2026 12:00' },
      { isExpired: true, daysRemaining: -1 },
    ],
    ['no end', { licenseEndDate: '' }, { endsAt: null, daysRemaining: null }],
    ['an end nobody can read', { licenseEndDate: '02/24/2026' }, { endsAt: unreadable, daysRemaining: null }],
  ])('licence: %s', (_name, change, expected) => {
    expect(decodeCompany(change)?.license).toMatchObject(expected);
  });

  it.each([
    [0, false],
    ['0', false],
    [1, true],
    [5, true],
    [undefined, null],
    [null, null],
  ])('privacy %p is open: %p', (id, isOpen) => {
    expect(decodeCompany({ privacyDurationId: id })?.isOpen).toBe(isOpen);
  });

  it.each([undefined, null, '', 'a/../b', '42,43', 'xC5kfGz7w2Nz\n', 12345678])('makes no company id of %j', (id) => {
    expect(() => decodeCompany({ companyResourceId: id })).toThrow(ShapeError);
  });

  it('decodes the account tree, and not one without end', () => {
    const node = { resourceId: 'r1', name: 'R', privacyDurationEndTime: '14/02/2026 12:00', children: null };
    expect(companies.myCompanies.decode([{ ...node, children: [{ resourceId: 'c1' }] }], context)).toEqual([
      {
        resourceId: 'r1',
        name: 'R',
        openUntil: '2026-02-14T09:00:00.000Z',
        children: [{ resourceId: 'c1', name: 'c1', openUntil: null, children: [] }],
      },
    ]);
    let deep: object = node;
    for (let depth = 0; depth < 30_000; depth += 1) deep = { ...node, children: [deep] };
    expect(() => companies.myCompanies.decode([deep], context)).toThrow(ShapeError);
  });

  it('decodes details and the licence check', () => {
    expect(
      companies.companyDetails.decode(
        {
          resourceId: 'x',
          name: 'X',
          isNumberOfUsersLimited: true,
          numberOfUsers: 40,
          companyGroups: [{ name: 'G' }],
          licenseModules: ['m1'],
        },
        context,
      ),
    ).toMatchObject({ seats: 40, groups: [{ resourceId: null, name: 'G' }], licenseModuleIds: ['m1'], status: null });
    expect(companies.licenseCheck.decode({ isLimited: false, licenseLimit: 0, activeUserCount: 3 }, context)).toEqual({
      isLimited: false,
      seats: null,
      activeUsers: 3,
      totalUsers: 0,
      isExceeded: false,
    });
  });
});

describe('pages', () => {
  const row = { targetUserResourceId: 'u1', rank: 3, points: -50, performance: 0, totalRowCount: 70 };
  it.each<[string, unknown, number]>([
    ['a page', { results: [row], totalNumberOfRecords: 71 }, 71],
    ['a page without total', { results: [row] }, 70],
    ['a plain list', [row], 70],
    ['a plain list without totals', [{ ...row, totalRowCount: undefined }], 1],
    ['results null', { results: null, totalNumberOfRecords: 0 }, 0],
    ['an empty list', [], 0],
  ])('%s', (_name, data, totalCount) => {
    const page = leaderboards.leaderboard.decode(data, context);
    expect(page.totalCount).toBe(totalCount);
    expect(page.rows.every(({ rank, displayName }) => rank === 3 && displayName === 'u1')).toBe(true);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'x'],
    ['an object that is no page', { users: [], totalUserCount: 0 }],
    ['results that are an object', { results: {} }],
    ['rows that are texts', { results: ['a'] }],
    ['a row without its id', { results: [{ rank: 1 }] }],
  ])('%s is none', (_name, data) => {
    expect(() => leaderboards.leaderboard.decode(data, context)).toThrow(ShapeError);
  });

  it('never repeats a value of the answer in its complaint', () => {
    expect(() => leaderboards.leaderboard.decode({ results: ['ayse@x.test'] }, context)).toThrow(/^(?!.*ayse)/);
  });
});

describe('shapes', () => {
  it.each<[string, { decode(data: unknown, context: DecodeContext): unknown }]>([
    ['companies/my', companies.myCompanies],
    ['companies/{id}', companies.companyDetails],
    ['license-check', companies.licenseCheck],
    ['count-summary', users.countSummary],
    ['by-resource-ids', users.targetUsersByIds],
    ['form-details', leaderboards.leaderboardOptions],
    ['user-performance', leaderboards.userPerformance],
    ['executive-report/search', reports.executiveReports],
    ['metrics', reports.executiveMetrics],
    ['get-widget-datas', reports.widgets],
  ])('%s refuses what is something else', (_name, endpoint) => {
    for (const data of [null, 'text', 7, { something: 'else' }, [7]]) {
      expect(() => endpoint.decode(data, context)).toThrow(ShapeError);
    }
  });
});

describe('target users', () => {
  const user = {
    resourceId: 'u1',
    email: 'u1@x.test',
    firstName: 'Şule',
    lastName: '',
    department: '',
    status: 'Active',
  };
  const decode = (change: object) => users.searchTargetUsers.decode([{ ...user, ...change }], context).rows[0];

  it.each<[object, string, string | null]>([
    [{ status: 'Active' }, 'ACTIVE', 'Active'],
    [{ status: 'Inactive' }, 'INACTIVE', 'Inactive'],
    [{ status: 'Passive' }, 'INACTIVE', 'Passive'],
    [{ status: 'Active', isDeleted: true }, 'DELETED', 'Active'],
    [{ status: 1 }, 'ACTIVE', '1'],
    [{ status: 0 }, 'INACTIVE', '0'],
    [{ status: 'Paused' }, 'UNKNOWN', 'Paused'],
    [{ status: 'constructor' }, 'UNKNOWN', 'constructor'],
    [{ status: null }, 'UNKNOWN', null],
  ])('%j is %s', (change, status, rawStatus) => {
    expect(decode(change)).toMatchObject({ status, rawStatus });
  });

  it('names a user by what there is', () => {
    expect(decode({})?.displayName).toBe('Şule');
    expect(decode({ firstName: '' })?.displayName).toBe('u1@x.test');
    expect(decode({ firstName: null, email: '' })?.displayName).toBe('u1');
  });

  it('tells where a user comes from, and reads empty text as null', () => {
    expect(decode({ scimSettingName: 'Okta' })?.provisionedBy).toBe('SCIM');
    expect(decode({ ldapConfigName: 'AD', scimSettingName: '' })?.provisionedBy).toBe('LDAP');
    expect(decode({})).toMatchObject({ provisionedBy: 'MANUAL', department: null, lastName: null });
  });

  it('counts by month, and keeps the first of the month where it stands', () => {
    const data = {
      totalNumberOfActiveUsers: 120,
      totalNumberOfInActiveUsers: 7,
      totalNumberOfDeletedUsers: 15,
      monthlyActiveUsers: [{ period: 'December 2025', periodStart: '01/12/2025 00:00', count: 131 }],
    };
    expect(users.countSummary.decode(data, context)).toEqual({
      active: 120,
      inactive: 7,
      deleted: 15,
      monthlyActiveUsers: [{ periodStart: '2025-12-01', label: 'December 2025', count: 131 }],
    });
  });
});

describe('leaderboard', () => {
  it('reads a user’s totals from the first product, and no rows as no activity', () => {
    const rows = [
      { rank: 4, phishingType: 'Phishing Simulator', performance: 66.7, totalPerformance: 71.5, totalPoints: -20 },
      { rank: 4, phishingType: 'Security Awareness', performance: null, totalPerformance: 71.5, totalPoints: -20 },
    ];
    expect(leaderboards.userPerformance.decode(rows, context)).toEqual({
      rank: 4,
      points: -20,
      performance: 71.5,
      products: [
        { product: 'Phishing Simulator', performance: 66.7 },
        { product: 'Security Awareness', performance: null },
      ],
    });
    expect(leaderboards.userPerformance.decode([], context)).toEqual({
      rank: null,
      points: 0,
      performance: null,
      products: [],
    });
  });

  it('reads the PascalCase keys of a timeline event', () => {
    const event = {
      resourceId: 'c1',
      name: 'Q1',
      points: -50,
      ActionTime: '14/02/2026 09:31',
      ActionType: 'Clicked Link',
    };
    expect(
      leaderboards.userTimeline.decode({ results: [event], totalNumberOfRecords: 1 }, context).rows[0],
    ).toMatchObject({
      occurredAt: '2026-02-14T06:31:00.000Z',
      rawOccurredAt: '14/02/2026 09:31',
      action: 'Clicked Link',
      outcome: 'FAIL',
      campaignId: 'c1',
      points: -50,
    });
  });

  it.each([
    ['Clicked Link', 'FAIL'],
    ['exam failed', 'FAIL'],
    ['Reported Email', 'GOOD'],
    ['SMS Sent', 'NEUTRAL'],
    ['Opened Email', 'OPENED'],
    ['Email Opened', 'OPENED'],
    ['Answered', 'WARNING'],
    ['Danced', 'UNKNOWN'],
    [null, 'UNKNOWN'],
  ])('%p is %s', (action, outcome) => {
    expect(toOutcome(action)).toBe(outcome);
  });
});

describe('requests', () => {
  const period = { from: '2026-01-01', to: '2026-01-31' };
  const paging = { pageNumber: 2, pageSize: 50, filter: {} };
  it.each<[string, { readonly body?: object }, object]>([
    [
      'companies/search',
      companies.searchCompanies.toRequest({
        ...paging,
        filter: { isOverLimit: true },
        order: { field: 'LICENSE_ENDS_AT', direction: 'ASC' },
      }),
      {
        pageNumber: 2,
        pageSize: 50,
        orderBy: 'LicenseEndDate',
        ascending: true,
        filter: { condition: 'AND', searchInputTextValue: '', filterGroups: [] },
        isTargetUserCountExceededLimit: true,
      },
    ],
    [
      'leaderboard/get-all',
      leaderboards.leaderboard.toRequest(
        { ...paging, period, order: { field: 'RANK', direction: 'ASC' } },
        'x' as never,
      ),
      {
        datePeriod: 5,
        startDate: '2026-01-01T00:00:00',
        endDate: '2026-01-31T23:59:59',
        filter: { condition: 'AND', searchInputTextValue: '', filterGroups: [] },
        pagination: { pageNumber: 2, pageSize: 50, orderBy: 'rank', ascending: true },
      },
    ],
    [
      'get-top-performers, with the dates alone',
      leaderboards.topPerformers.toRequest({ preset: 'THIS_YEAR' }, 'x' as never),
      { datePeriod: 4, startDate: null, endDate: null },
    ],
    [
      'get-user-timeline',
      leaderboards.userTimeline.toRequest(
        {
          ...paging,
          period: { preset: 'LAST_MONTH' },
          targetUserResourceId: 'u1',
          direction: 'DESC',
          filter: { failedOnly: true, products: ['P'] },
        },
        'x' as never,
      ),
      {
        targetUserResourceId: 'u1',
        datePeriod: 0,
        startDate: null,
        endDate: null,
        actionTypes: [],
        difficultyTypes: [],
        products: ['P'],
        showOnlyFailedEvents: true,
        pagination: { pageNumber: 2, pageSize: 50, orderBy: 'ActionTime', ascending: false },
      },
    ],
    ['executive-report/search', reports.executiveReports.toRequest('Q1', 'x' as never), { name: 'Q1' }],
  ])('%s', (_name, { body }, expected) => {
    expect(body).toEqual(expected);
  });
});
