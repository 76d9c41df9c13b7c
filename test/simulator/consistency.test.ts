/** The simulator's numbers agree with each other, whatever the seed: lists, counts, boards, timelines, filters. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPANIES_PER_BLOCK, HEALTH_BY_POSITION } from '../../src/simulator/world/health.js';
import { ask, fetchToken, startSimulator, type TestSimulator } from '../support/simulator.js';

const FILTER = { condition: 'AND', searchInputTextValue: '' };
const SEARCH = { pageNumber: 1, pageSize: 1_000, orderBy: 'CreateTime', ascending: false, filter: FILTER };
const USERS = 137;

interface User {
  readonly resourceId: string;
  readonly email: string;
  readonly firstName: string;
  readonly department: string;
  readonly status: string;
  readonly isDeleted: boolean;
  readonly createTime: string;
}

let simulator: TestSimulator;
let token: string;
// biome-ignore lint/suspicious/noExplicitAny: rows of a foreign API
let companies: any[];

beforeAll(async () => {
  simulator = await startSimulator({ companies: 30, users: USERS, seed: 7 });
  token = await fetchToken(simulator.url);
  companies = (await post('companies/search', SEARCH)).results;
});
afterAll(() => simulator.stop());

const post = async (path: string, body: object, companyId?: string) => {
  const answer = await ask(simulator.url, token, `POST /api/${path}`, { body, companyId });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.json.data;
};
const get = async (path: string, companyId: string) =>
  (await ask(simulator.url, token, `GET /api/${path}`, { companyId })).json.data;
const users = async (companyId: string, filterGroups: object[] = [], more: object = {}) => {
  const page = await post(
    'target-users/search',
    { ...SEARCH, filter: { ...FILTER, filterGroups }, ...more },
    companyId,
  );
  return page.results as User[];
};
const item = (fieldName: string, operator: string, value: unknown) => ({ fieldName, operator, value });
const and = (...filterItems: object[]) => ({ condition: 'AND', filterItems });
const or = (...filterItems: object[]) => ({ condition: 'OR', filterItems });
const first = () => companies.find((row) => row.companyName === 'Şişli Tekstil A.Ş.').companyResourceId as string;

describe('a company', () => {
  it('has the same totals in list, count summary, licence check and user list', async () => {
    const readable = companies.filter((row) => row.privacyDurationId !== 0);
    let compared = 0;
    for (const row of readable) {
      const id = row.companyResourceId as string;
      const summary = await get('target-users/count-summary', id);
      if (summary === null) continue; // IP restricted
      const license = await get(`companies/${id}/license-check`, id);
      const all = await users(id);
      const alive = all.filter((user) => !user.isDeleted);
      const counted = [
        alive.filter((user) => user.status === 'Active').length,
        alive.filter((user) => user.status === 'Inactive').length,
        all.length - alive.length,
      ];
      expect([row.targetUserCount, row.inactiveTargetUserCount, row.deletedTargetUserCount]).toEqual(counted);
      expect(Object.values(summary).slice(0, 3)).toEqual(counted);
      expect(license).toMatchObject({ activeUserCount: counted[0], totalUserCount: all.length });
      expect(license.isLicenseExceeded).toBe(
        row.isNumberOfUsersLimited && row.targetUserCount > Number(row.numberOfUsers),
      );
      compared += 1;
    }
    expect(compared).toBe(27);
  });

  it('counts as many users per month as the month filter finds, from December 2025 on', async () => {
    const { monthlyActiveUsers } = await get('target-users/count-summary', first());
    expect(monthlyActiveUsers[0].period).toBe('December 2025');
    for (const { periodStart, count } of monthlyActiveUsers) {
      const [, month, year] = /^01\/(\d\d)\/(\d{4}) 00:00$/.exec(periodStart) ?? [];
      const found = await users(first(), [and(item('MonthlyActiveUser', '=', `${year}-${month}`))]);
      expect(found).toHaveLength(count);
    }
    const month = and(item('MonthlyActiveUser', '=', '2025-12'));
    const listed = await post('companies/search', { ...SEARCH, filter: { ...FILTER, filterGroups: [month] } });
    const row = listed.results.find((each: { companyResourceId: string }) => each.companyResourceId === first());
    expect(row.monthlyActiveUserCount).toBe(monthlyActiveUsers[0].count);
    expect(listed.results).toHaveLength(30);
  });

  it('has its health by position, in each block', () => {
    const over = companies.filter(
      (row) => row.isNumberOfUsersLimited && row.targetUserCount > Number(row.numberOfUsers),
    );
    expect(HEALTH_BY_POSITION).toHaveLength(COMPANIES_PER_BLOCK);
    expect(companies).toHaveLength(30);
    expect(over).toHaveLength(2);
    expect(companies.filter((row) => row.privacyDurationId === 0)).toHaveLength(2);
    expect(companies.filter((row) => row.licenceExpired)).toHaveLength(1);
    expect(companies.filter((row) => !row.isNumberOfUsersLimited)).toHaveLength(1);
    expect(companies.filter((row) => row.targetUserCount === 0)).toHaveLength(1);
    expect(new Set(companies.map((row) => row.companyName)).size).toBe(30);
  });
});

describe('users', () => {
  it('are the same one by one, by page, by id and under another order; e-mails are unique', async () => {
    const all = await users(first());
    const byEmail = await users(first(), [], { orderBy: 'Email', ascending: true });
    const third = await users(first(), [], { pageNumber: 3, pageSize: 20 });
    expect(all).toHaveLength(USERS);
    expect(new Set(all.map((user) => user.email)).size).toBe(USERS);
    expect(new Set(all.map((user) => user.resourceId)).size).toBe(USERS);
    expect(
      [...byEmail].sort(
        (a, b) =>
          all.findIndex((u) => u.resourceId === a.resourceId) - all.findIndex((u) => u.resourceId === b.resourceId),
      ),
    ).toEqual(all);
    expect(byEmail).not.toEqual(all);
    expect(third).toEqual(all.slice(40, 60));
  });

  it('come in creation order, both ways, without a special path for either', async () => {
    const down = await users(first());
    const up = await users(first(), [], { ascending: true });
    const sorted = await users(first(), [or(item('Email', 'Contains', '@'))], { ascending: true });
    expect([...up].reverse()).toEqual(down);
    expect(sorted).toEqual(up);
  });

  it.each([
    [
      'active',
      [and(item('status', 'Include', '1'), item('IsDeleted', 'Contains', false))],
      (user: User) => !user.isDeleted && user.status === 'Active',
    ],
    [
      'inactive',
      [and(item('status', 'Include', '0'), item('IsDeleted', 'Contains', false))],
      (user: User) => !user.isDeleted && user.status === 'Inactive',
    ],
    [
      'both',
      [and(item('status', 'Include', '1,0'), item('IsDeleted', 'Contains', false))],
      (user: User) => !user.isDeleted,
    ],
    ['deleted', [and(item('IsDeleted', 'Contains', true))], (user: User) => user.isDeleted],
    [
      'deleted or active',
      [or(item('IsDeleted', 'Contains', true), item('status', 'Include', '1'))],
      (user: User) => user.isDeleted || user.status === 'Active',
    ],
    ['first name, folded', [and(item('FirstName', 'Contains', 'AYŞ'))], (user: User) => user.firstName === 'Ayşe'],
    ['not a department', [and(item('Department', '!=', 'Satış'))], (user: User) => user.department !== 'Satış'],
    [
      'two groups',
      [and(item('Department', '=', 'Hukuk')), or(item('Email', 'Contains', '1@'), item('Email', 'Contains', '2@'))],
      (user: User) => user.department === 'Hukuk' && /[12]@/.test(user.email),
    ],
    [
      'nested groups',
      [
        {
          condition: 'AND',
          filterItems: [item('Department', '=', 'Hukuk')],
          filterGroups: [or(item('Email', 'Contains', '1@'))],
        },
      ],
      (user: User) => user.department === 'Hukuk' && user.email.includes('1@'),
    ],
    ['an empty group', [and(), or(item('Department', '=', 'Hukuk'))], (user: User) => user.department === 'Hukuk'],
  ])('are filtered: %s', async (_name, groups, isWanted) => {
    const all = await users(first());
    const found = await users(first(), groups);
    expect(found).toEqual(all.filter(isWanted));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(all.length);
  });

  it('are filtered by creation between two instants', async () => {
    const all = await users(first(), [], { ascending: true });
    const toIso = (text: string) => text.replace(/^(\d\d)\/(\d\d)\/(\d{4}) /, '$3-$2-$1T');
    const [from, to] = [all[30]?.createTime ?? '', all[60]?.createTime ?? ''];
    const iso = await users(first(), [and(item('CreateTime', '>=', toIso(from)), item('CreateTime', '<', toIso(to)))], {
      ascending: true,
    });
    const formatted = await users(first(), [and(item('CreateTime', '>=', from), item('CreateTime', '<', to))], {
      ascending: true,
    });
    expect(iso).toEqual(all.slice(30, 60));
    expect(formatted).toEqual(iso);
  });
});

describe('the leaderboard', () => {
  const board = (body: object, companyId = first()) => {
    const pagination = { pageNumber: 1, pageSize: 1_000, orderBy: 'rank', ascending: true };
    return post(
      'leaderboard/get-all',
      { startDate: null, endDate: null, filter: FILTER, pagination, ...body },
      companyId,
    );
  };
  const timeline = async (targetUserResourceId: string, body: object) => {
    const pagination = { pageNumber: 1, pageSize: 1_000, orderBy: 'ActionTime', ascending: true };
    return (await post('leaderboard/get-user-timeline', { targetUserResourceId, pagination, ...body }, first()))
      .results;
  };

  it.each([
    { datePeriod: 0 },
    { datePeriod: 2 },
    { datePeriod: 'LastYear' },
    { datePeriod: 5, startDate: '2026-03-01', endDate: '2026-06-30T23:59:59' },
  ])('has the points of the timelines: %j', async (period) => {
    const { results } = await board(period);
    const active = companies.find((row) => row.companyResourceId === first()).targetUserCount;
    expect(results).toHaveLength(active);
    expect(results.map((row: { rank: number }) => row.rank)).toEqual(
      results.map((_: unknown, place: number) => place + 1),
    );
    for (const row of [...results.slice(0, 4), ...results.slice(-4)]) {
      const events = await timeline(row.targetUserResourceId, period);
      expect(events.reduce((sum: number, event: { points: number }) => sum + event.points, 0)).toBe(row.points);
      const products = await post(
        'leaderboard/user-performance',
        { targetUserResourceId: row.targetUserResourceId, ...period },
        first(),
      );
      if (events.length === 0) expect(products).toEqual([]);
      else
        expect(products[0]).toMatchObject({
          rank: row.rank,
          totalPoints: row.points,
          totalPerformance: row.performance,
        });
    }
  });

  it('keeps ranks under filters and other orders', async () => {
    const { results } = await board({ datePeriod: 3 });
    const groups = [and(item('points', '>', '100'), item('department', '=', 'Satış'))];
    const pagination = { pageNumber: 1, pageSize: 1_000, orderBy: 'points', ascending: false };
    const found = await board({ datePeriod: 3, filter: { ...FILTER, filterGroups: groups }, pagination });
    const wanted = results.filter(
      (row: { points: number; department: string }) => row.points > 100 && row.department === 'Satış',
    );
    const plain = (rows: { rank: number; points: number }[]) => rows.map(({ rank, points }) => ({ rank, points }));
    expect(plain(found.results)).toEqual(plain(wanted));
    expect(wanted.length).toBeGreaterThan(0);
  });

  it('differs by period, and the three best head it', async () => {
    const [month, year] = [await board({ datePeriod: 0 }), await board({ datePeriod: 3 })];
    const best = await post(
      'leaderboard/get-top-performers',
      { datePeriod: 3, startDate: null, endDate: null },
      first(),
    );
    const ids = (rows: { targetUserResourceId: string }[]) => rows.map((row) => row.targetUserResourceId);
    expect(ids(best.results)).toEqual(ids(year.results).slice(0, 3));
    expect(ids(month.results)).not.toEqual(ids(year.results));
    expect(month.results[0].points).toBeLessThan(year.results[0].points);
  });

  it('filters a timeline by the values of form-details', async () => {
    const { results } = await board({ datePeriod: 3 });
    const user = results.at(-1).targetUserResourceId;
    const options = await get('leaderboard/form-details', first());
    const valueFor = (list: { text: string; value: string }[], text: string) =>
      list.find((each) => each.text === text)?.value;
    const all = await timeline(user, { datePeriod: 3 });
    const clicked = valueFor(options.gamificationActionTypes, 'Clicked Link');
    const phishing = valueFor(options.gamificationProductTypes, 'Phishing Simulator');
    const clicks = await timeline(user, {
      datePeriod: 3,
      actionTypes: [clicked],
      products: [phishing],
      difficultyTypes: [],
    });
    const failed = await timeline(user, { datePeriod: 3, showOnlyFailedEvents: true });
    expect(clicks).toEqual(
      all.filter(
        (event: { ActionType: string; productType: string }) =>
          event.ActionType === 'Clicked Link' && event.productType.startsWith('PHISHING SIMULATOR'),
      ),
    );
    expect(clicks.length).toBeGreaterThan(0);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every((event: { points: number }) => event.points < 0)).toBe(true);
  });

  it('shows everybody with nothing where there was no activity', async () => {
    const idle = companies.find((row) => row.companyName === 'Ilgaz Yatırım Bankası').companyResourceId;
    const { results } = await board({ datePeriod: 3 }, idle);
    const best = await post('leaderboard/get-top-performers', { datePeriod: 3, startDate: null, endDate: null }, idle);
    expect(results.length).toBeGreaterThan(50);
    expect(new Set(results.map((row: { points: number }) => row.points))).toEqual(new Set([0]));
    expect(best.results).toEqual([]);
  });
});

describe('companies', () => {
  it.each([
    [
      'name',
      [and(item('CompanyName', 'Contains', 'şişli'))],
      (row: { companyName: string }) => row.companyName.startsWith('Şişli'),
    ],
    [
      'active users',
      [and(item('TargetUserCount', '>=', '115'), item('TargetUserCount', '<=', '125'))],
      (row: { targetUserCount: number }) => row.targetUserCount >= 115 && row.targetUserCount <= 125,
    ],
    ['expiry', [and(item('LicenceExpired', '=', 'true'))], (row: { licenceExpired: boolean }) => row.licenceExpired],
    ['tag', [and(item('Tags', '=', 'vip'))], (row: { tags: string[] }) => row.tags.includes('vip')],
    ['no tag', [and(item('Tags', '!=', 'vip'))], (row: { tags: string[] }) => !row.tags.includes('vip')],
    [
      'reseller',
      [and(item('ResellerName', '=', 'Simulated Reseller'))],
      (row: { resellerName: string }) => row.resellerName === 'Simulated Reseller',
    ],
  ])('are filtered by %s', async (_name, filterGroups, isWanted) => {
    const { results } = await post('companies/search', { ...SEARCH, filter: { ...FILTER, filterGroups } });
    const names = (rows: { companyName: string }[]) => rows.map((row) => row.companyName);
    expect(names(results)).toEqual(names(companies.filter(isWanted)));
    expect(results.length).toBeGreaterThan(0);
    expect(results.length).toBeLessThan(companies.length);
  });

  it('are filtered by several industries', async () => {
    const industries = [...new Set(companies.map((row) => row.industryResourceId))].slice(0, 2);
    const filterGroups = [and(item('IndustryResourceId', 'Include', industries.join(',')))];
    const { results } = await post('companies/search', { ...SEARCH, filter: { ...FILTER, filterGroups } });
    expect(results).toEqual(companies.filter((row) => industries.includes(row.industryResourceId)));
  });
});

describe('the same options', () => {
  it('give the same world, another seed another', async () => {
    const nowMs = Date.UTC(2026, 5, 15, 12);
    const list = async (seed: number, atMs: number) => {
      const other = await startSimulator({ companies: 3, users: 10, seed, nowMs: atMs });
      const answer = await ask(other.url, await fetchToken(other.url), 'POST /api/companies/search', { body: SEARCH });
      await other.stop();
      return answer.text;
    };
    const text = await list(1, nowMs);
    expect(await list(1, nowMs + 3_600_000)).toBe(text);
    expect(await list(2, nowMs)).not.toBe(text);
  });
});
