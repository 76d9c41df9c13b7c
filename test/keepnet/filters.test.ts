import { describe, expect, it } from '@jest/globals';
import { toCompanyFilter, toLeaderboardFilter, toTargetUserFilter } from '../../src/keepnet/filters.js';
import type { TargetUserFilter, WhereFilter } from '../../src/keepnet/rows.js';

const shell = { condition: 'AND', searchInputTextValue: '' };

describe('the filter of companies', () => {
  it('is the full minimal body where nothing is asked for', () => {
    expect(toCompanyFilter({})).toEqual({ filter: { ...shell, filterGroups: [] }, isOverLimit: false });
    const nothing = { search: '', resellerName: null, industryIds: [], where: { match: 'ANY' as const, groups: [] } };
    expect(toCompanyFilter(nothing).filter.filterGroups).toEqual([]);
  });

  it('says every typed filter in Keepnet words, all values as text', () => {
    const { filter } = toCompanyFilter({
      resellerName: 'Güven',
      tag: 'gold',
      industryIds: ['aaa', 'bbb'],
      licenseTypeIds: ['ccc'],
      activeUsersMin: 0,
      activeUsersMax: 50,
      licenseEndsFrom: '2026-01-01',
      licenseEndsTo: '2026-01-31',
      createdFrom: '2025-05-01',
      isLicenseExpired: false,
      addedUsersMonth: '2026-02',
    });
    expect(filter).toEqual({
      ...shell,
      filterGroups: [
        {
          condition: 'AND',
          filterItems: [
            { fieldName: 'ResellerName', operator: 'Contains', value: 'Güven' },
            { fieldName: 'Tags', operator: 'Contains', value: 'gold' },
            { fieldName: 'IndustryResourceId', operator: 'Include', value: 'aaa,bbb' },
            { fieldName: 'LicenseTypeResourceId', operator: 'Include', value: 'ccc' },
            { fieldName: 'TargetUserCount', operator: '>=', value: '0' },
            { fieldName: 'TargetUserCount', operator: '<=', value: '50' },
            { fieldName: 'LicenseEndDate', operator: '>=', value: '2026-01-01T00:00:00' },
            { fieldName: 'LicenseEndDate', operator: '<=', value: '2026-01-31T23:59:59' },
            { fieldName: 'CreateTime', operator: '>=', value: '2025-05-01T00:00:00' },
            { fieldName: 'LicenceExpired', operator: '=', value: 'false' },
            { fieldName: 'MonthlyActiveUser', operator: '=', value: '2026-02' },
          ],
        },
      ],
    });
  });

  it('searches free text by one Contains per column, in an OR group of its own', () => {
    expect(toCompanyFilter({ search: 'şirket', tag: 'x' }).filter.filterGroups[1]).toEqual({
      condition: 'OR',
      filterItems: ['CompanyName', 'ResellerName', 'Tags'].map((fieldName) => ({
        fieldName,
        operator: 'Contains',
        value: 'şirket',
      })),
    });
  });

  it('has a flag for "over the limit"', () => {
    expect(toCompanyFilter({ isOverLimit: true }).isOverLimit).toBe(true);
  });
});

describe('the filter of target users', () => {
  const status = (...values: string[]) => ({ fieldName: 'Status', operator: 'Include', value: values.join(',') });
  const deleted = (value: boolean) => ({ fieldName: 'IsDeleted', operator: 'Contains', value });
  it.each<[TargetUserFilter['statuses'], unknown[]]>([
    [undefined, []],
    [[], []],
    [['ACTIVE', 'INACTIVE', 'DELETED'], []],
    [['ACTIVE'], [{ condition: 'AND', filterItems: [status('1'), deleted(false)] }]],
    [['INACTIVE'], [{ condition: 'AND', filterItems: [status('0'), deleted(false)] }]],
    [['INACTIVE', 'ACTIVE'], [{ condition: 'AND', filterItems: [status('1', '0'), deleted(false)] }]],
    [['DELETED'], [{ condition: 'OR', filterItems: [deleted(true)] }]],
    [['DELETED', 'ACTIVE'], [{ condition: 'OR', filterItems: [status('1'), deleted(true)] }]],
  ])('statuses %j', (statuses, groups) => {
    expect(toTargetUserFilter({ statuses: statuses ?? null }).filterGroups).toEqual(groups);
  });

  it('keeps status, search and addresses apart, since each is a choice of its own', () => {
    const { filterGroups } = toTargetUserFilter({
      statuses: ['ACTIVE', 'DELETED'],
      search: 'ay',
      emails: ['a@x.test', 'b@x.test'],
    });
    expect(filterGroups.map((group) => [group.condition, group.filterItems.length])).toEqual([
      ['OR', 2],
      ['OR', 5],
      ['OR', 2],
    ]);
  });
});

describe('where', () => {
  const item = (field: string, value = '1') => ({ field, operator: '=', value });
  const wire = (fieldName: string, value: string | boolean = '1') => ({ fieldName, operator: '=', value });
  const groupsOf = (where: WhereFilter) => toLeaderboardFilter({ where }).filterGroups;

  it('appends each group under ALL', () => {
    expect(
      groupsOf({
        match: 'ALL',
        groups: [
          { match: 'ANY', items: [item('a'), item('b')] },
          { match: 'ALL', items: [] },
          { match: 'ALL', items: [item('c')] },
        ],
      }),
    ).toEqual([
      { condition: 'OR', filterItems: [wire('a'), wire('b')] },
      { condition: 'AND', filterItems: [wire('c')] },
    ]);
  });

  it('joins alternatives into one flat group where that says the same', () => {
    expect(
      groupsOf({
        match: 'ANY',
        groups: [
          { match: 'ANY', items: [item('a'), item('b')] },
          { match: 'ALL', items: [item('c')] },
        ],
      }),
    ).toEqual([{ condition: 'OR', filterItems: [wire('a'), wire('b'), wire('c')] }]);
  });

  it('nests where it must', () => {
    const both = { match: 'ALL' as const, items: [item('a'), item('b')] };
    expect(groupsOf({ match: 'ANY', groups: [both, { match: 'ALL', items: [item('c')] }] })).toEqual([
      {
        condition: 'OR',
        filterItems: [],
        filterGroups: [
          { condition: 'AND', filterItems: [wire('a'), wire('b')] },
          { condition: 'AND', filterItems: [wire('c')] },
        ],
      },
    ]);
  });

  it('sends IsDeleted as a boolean and everything else as text', () => {
    expect(
      groupsOf({ match: 'ALL', groups: [{ match: 'ALL', items: [item('isDeleted', 'TRUE'), item('x', 'true')] }] }),
    ).toEqual([{ condition: 'AND', filterItems: [wire('isDeleted', true), wire('x', 'true')] }]);
  });
});
