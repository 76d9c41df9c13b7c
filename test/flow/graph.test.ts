/** The nested fields of a company, each through the door: what is answered and what it cost. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CompanyByIdDocument,
  CompanyDetailsDocument,
  CompanyTreeDocument,
  FilteredCompaniesDocument,
  LeaderboardWithUsersDocument,
  NodesByIdsDocument,
  ReportsInDepthDocument,
  TargetUsersPageDocument,
  UserInDepthDocument,
  WhoamiDocument,
  WidgetsOfCompanyDocument,
} from '../../src/generated/operations.js';
import { type House, openHouse } from '../support/house.js';

let house: House;
let companyId: string;

beforeAll(async () => {
  house = await openHouse({ env: { SIMULATOR_USERS: '60' } });
  const { body } = await house.ask(FilteredCompaniesDocument, {
    first: 25,
    orderBy: { field: 'ACTIVE_USERS', direction: 'DESC' },
  });
  companyId = body.data?.companies?.nodes[0]?.resourceId ?? '';
  expect(companyId).toHaveLength(12);
});

beforeEach(() => house.simulator.clearJournal());
afterAll(() => house.close());

async function listScopedPaths(): Promise<string[]> {
  return (await house.asked())
    .map(({ path }) => path)
    .filter((path) => path.startsWith('/api/') && !path.startsWith('/api/companies/search'))
    .sort();
}

describe('viewer', () => {
  it('tells the credential and where answers come from, without a call', async () => {
    const { body } = await house.ask(WhoamiDocument);
    expect(body.data?.viewer).toMatchObject({ upstream: 'SIMULATOR', credential: { role: 'Reseller' } });
    expect(body.data?.viewer.credential?.permissions).toContain('companies/search|POST');
    expect(Date.parse(body.data?.viewer.credential?.tokenExpiresAt ?? '')).toBeGreaterThan(Date.now());
    expect(await house.asked()).toEqual([]);
  });
});

describe('company(id:)', () => {
  it('takes the raw and the global id, and asks the directory only while it is cold', async () => {
    const house = await openHouse({ env: { CACHE_TTL_SECONDS: '60' } });
    const raw = await house.ask(CompanyByIdDocument, { id: companyId });
    const global = await house.ask(CompanyByIdDocument, { id: `Company:${companyId}` });
    expect(raw.body.data?.company).toMatchObject({ id: `Company:${companyId}`, resourceId: companyId });
    expect(global.body).toEqual(raw.body);
    expect((await house.asked()).map(({ path }) => path)).toEqual(['/connect/token', '/api/companies/search']);
    await house.close();
  });

  it('is COMPANY_NOT_FOUND for an id that is not in the directory, without a scoped call', async () => {
    const { body } = await house.ask(CompanyDetailsDocument, { id: 'zzzzzzzzzzzz' });
    expect(body).toMatchObject({
      data: { company: null },
      errors: [{ path: ['company'], extensions: { code: 'COMPANY_NOT_FOUND', companyId: 'zzzzzzzzzzzz' } }],
    });
    expect(await listScopedPaths()).toEqual([]);
  });

  it('gives details, licence check and counts that agree with the list row', async () => {
    const { body } = await house.ask(CompanyDetailsDocument, { id: companyId });
    expect(body.errors).toBeUndefined();
    const company = body.data?.company;
    expect(company?.countSummary).toMatchObject({ ...company?.userTotals });
    expect(company?.licenseCheck?.activeUsers).toBe(company?.userTotals.active);
    expect(company?.licenseCheck?.seats).toBe(company?.license.seats);
    expect(company?.countSummary?.monthlyActiveUsers).toHaveLength(2);
    for (const month of company?.countSummary?.monthlyActiveUsers ?? [])
      expect(month.periodStart).toMatch(/^\d{4}-\d{2}-01$/);
    expect(await listScopedPaths()).toEqual([
      `/api/companies/${companyId}`,
      `/api/companies/${companyId}/license-check`,
      '/api/target-users/count-summary',
    ]);
  });
});

describe('the reseller tree', () => {
  it('is one companies/my call for all companies', async () => {
    const { body } = await house.ask(CompanyTreeDocument, { first: 100 });
    expect(body.errors).toBeUndefined();
    const companies = body.data?.companies?.nodes ?? [];
    const parents = companies.filter(({ children }) => (children ?? []).length > 0);
    expect(parents.length).toBeGreaterThan(0);
    for (const parent of parents) {
      for (const child of parent.children ?? []) {
        expect(companies.find(({ resourceId }) => resourceId === child.resourceId)?.parent?.resourceId).toBe(
          parent.resourceId,
        );
      }
    }
    expect(companies.some(({ access }) => /^20\d\d-.*Z$/.test(String(access.until)))).toBe(true);
    expect(await listScopedPaths()).toEqual(['/api/companies/my']);
  });
});

describe('targetUsers', () => {
  it('is walked by its cursors: every living user once, one call per page', async () => {
    const seen: string[] = [];
    let after: string | null | undefined = null;
    let pages = 0;
    let totalCount = 0;
    do {
      const { body }: Awaited<ReturnType<typeof askPage>> = await askPage(after);
      const page = body.data?.company?.targetUsers;
      seen.push(...(page?.nodes.map(({ resourceId }) => resourceId) ?? []));
      totalCount = page?.totalCount ?? 0;
      after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      pages += 1;
    } while (after && pages < 50);
    expect(seen.length).toBe(totalCount);
    expect(new Set(seen).size).toBe(totalCount);
    expect(await listScopedPaths()).toEqual(Array(Math.ceil(totalCount / 25)).fill('/api/target-users/search'));
  });

  function askPage(after: string | null | undefined) {
    return house.ask(TargetUsersPageDocument, { id: companyId, first: 25, after });
  }

  it('leaves deleted users out unless they are asked for', async () => {
    const living = await house.ask(TargetUsersPageDocument, { id: companyId, first: 1 });
    const deleted = await house.ask(TargetUsersPageDocument, {
      id: companyId,
      first: 100,
      filter: { statuses: ['DELETED'] },
    });
    const all = await house.ask(TargetUsersPageDocument, {
      id: companyId,
      first: 1,
      filter: { statuses: ['ACTIVE', 'INACTIVE', 'DELETED'] },
    });
    const active = await house.ask(TargetUsersPageDocument, {
      id: companyId,
      first: 100,
      filter: { statuses: ['ACTIVE'] },
    });
    const mixed = await house.ask(TargetUsersPageDocument, {
      id: companyId,
      first: 1,
      filter: { statuses: ['ACTIVE', 'DELETED'] },
    });
    const count = (answer: typeof living) => answer.body.data?.company?.targetUsers?.totalCount ?? Number.NaN;
    expect(deleted.body.data?.company?.targetUsers?.nodes.map(({ status }) => status)).toEqual(
      Array(count(deleted)).fill('DELETED'),
    );
    expect(active.body.data?.company?.targetUsers?.nodes.map(({ status }) => status)).toEqual(
      Array(count(active)).fill('ACTIVE'),
    );
    expect(count(deleted)).toBeGreaterThan(0);
    expect(count(all)).toBe(count(living) + count(deleted));
    expect(count(mixed)).toBe(count(active) + count(deleted));
  });

  it('searches and orders at Keepnet', async () => {
    const { body } = await house.ask(TargetUsersPageDocument, {
      id: companyId,
      first: 5,
      orderBy: { field: 'EMAIL', direction: 'ASC' },
    });
    const emails = body.data?.company?.targetUsers?.nodes.map(({ email }) => String(email)) ?? [];
    expect(emails).toHaveLength(5);
    expect(emails).toEqual([...emails].sort());
    const found = await house.ask(TargetUsersPageDocument, { id: companyId, filter: { search: emails[0] } });
    expect(found.body.data?.company?.targetUsers?.nodes.map(({ email }) => email)).toEqual([emails[0]]);
  });
});

describe('the leaderboard', () => {
  it('resolves all its users through one call, and what that leaves out through one more', async () => {
    const { body } = await house.ask(LeaderboardWithUsersDocument, { id: companyId, first: 10 });
    expect(body.errors).toBeUndefined();
    const entries = body.data?.company?.leaderboard?.nodes ?? [];
    expect(entries).toHaveLength(10);
    for (const entry of entries) {
      expect(entry.targetUser).toMatchObject({
        id: entry.targetUserId,
        email: entry.email,
        company: { resourceId: companyId },
      });
      expect(entry.targetUser?.department).toBe(entry.department);
      expect(entry.targetUser?.createdAt).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    }
    expect(entries.map(({ rank }) => rank)).toEqual(
      [...entries.map(({ rank }) => rank)].sort((left, right) => left - right),
    );
    expect(await listScopedPaths()).toEqual([
      '/api/leaderboard/get-all',
      '/api/target-users/by-resource-ids',
      '/api/target-users/search',
    ]);
  });

  it('gives a user in depth by its global id', async () => {
    const board = await house.ask(LeaderboardWithUsersDocument, { id: companyId, first: 1 });
    const entry = board.body.data?.company?.leaderboard?.nodes[0];
    await house.simulator.clearJournal();
    const { body } = await house.ask(UserInDepthDocument, { id: entry?.targetUserId ?? '' });
    expect(body.errors).toBeUndefined();
    expect(body.data?.node).toMatchObject({
      email: entry?.email,
      performance: { rank: entry?.rank, points: entry?.points },
    });
    const user = body.data?.node as { timeline: { nodes: { occurredAt: string }[] } } | undefined;
    const times = (user?.timeline.nodes ?? []).map(({ occurredAt }) => occurredAt);
    expect(times.length).toBeGreaterThan(0);
    expect(times).toEqual([...times].sort().reverse());
    expect(await listScopedPaths()).toEqual([
      '/api/leaderboard/get-user-timeline',
      '/api/leaderboard/user-performance',
      '/api/target-users/by-resource-ids',
      '/api/target-users/search',
    ]);
  });
});

describe('nodes', () => {
  it('answer in the order of the ids, null for what is not there, users of a company in one call', async () => {
    const page = await house.ask(TargetUsersPageDocument, {
      id: companyId,
      first: 3,
      filter: { statuses: ['ACTIVE'] },
    });
    const users = page.body.data?.company?.targetUsers?.nodes ?? [];
    await house.simulator.clearJournal();
    const ids = [
      users[2]?.id ?? '',
      `Company:${companyId}`,
      `TargetUser:${companyId}:zzzzzzzzzzzz`,
      users[0]?.id ?? '',
      `ExecutiveReport:${companyId}:zzzzzzzzzzzz`,
      users[1]?.id ?? '',
    ];
    const { body } = await house.ask(NodesByIdsDocument, { ids });
    expect(body.errors).toBeUndefined();
    expect(body.data?.nodes.map((node) => node?.id ?? null)).toEqual([ids[0], ids[1], null, ids[3], null, ids[5]]);
    expect(await listScopedPaths()).toEqual(['/api/executive-report/search', '/api/target-users/by-resource-ids']);
  });

  it('say of a company that is not there COMPANY_NOT_FOUND in its place alone', async () => {
    const { body } = await house.ask(NodesByIdsDocument, { ids: [`Company:${companyId}`, 'Company:zzzzzzzzzzzz'] });
    expect(body.data?.nodes.map((node) => node?.id ?? null)).toEqual([`Company:${companyId}`, null]);
    expect(body.errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'COMPANY_NOT_FOUND' } }]);
  });
});

describe('executive reports', () => {
  it('carry their widgets, their layout and their period, one call per report', async () => {
    const { body } = await house.ask(ReportsInDepthDocument, { id: companyId });
    expect(body.errors).toBeUndefined();
    const reports = body.data?.company?.executiveReports ?? [];
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports) {
      expect(report.widgets?.length).toBeGreaterThan(0);
      expect(report.layout?.map(({ widgetResourceId }) => widgetResourceId).sort()).toEqual(
        report.widgets?.map(({ resourceId }) => resourceId).sort(),
      );
      expect(report.createdAt).toMatch(/Z$/);
      expect(report.period).not.toBeNull();
    }
    const paths = await listScopedPaths();
    expect(paths.filter((path) => /executive-report\/[A-Za-z0-9]{12}$/.test(path))).toHaveLength(reports.length);
    expect(paths).toHaveLength(reports.length + 2);
  });

  it('ask for the widgets of two fields and one period in one call, and match them by id', async () => {
    const catalogue = await house.ask(ReportsInDepthDocument, { id: companyId });
    const ids = (catalogue.body.data?.company?.executiveMetrics ?? []).flatMap(({ widgets }) =>
      widgets.map(({ resourceId }) => resourceId),
    );
    const [a, b] = [ids.slice(0, 3), [...ids.slice(2, 5), 'zzzzzzzzzzzz']];
    await house.simulator.clearJournal();
    const { body } = await house.ask(WidgetsOfCompanyDocument, {
      id: companyId,
      a,
      b,
      period: { preset: 'LAST_3_MONTHS' },
    });
    expect(body.errors).toBeUndefined();
    expect(body.data?.company?.a?.map(({ resourceId }) => resourceId)).toEqual(a);
    expect(body.data?.company?.b?.map(({ resourceId }) => resourceId)).toEqual(b.slice(0, 3));
    expect(await listScopedPaths()).toEqual(['/api/executive-report/get-widget-datas']);
  });
});

describe('companies', () => {
  it('are filtered by Keepnet', async () => {
    const over = await house.ask(FilteredCompaniesDocument, { filter: { isOverLimit: true } });
    const expired = await house.ask(FilteredCompaniesDocument, { filter: { isLicenseExpired: true } });
    expect(over.body.data?.companies?.nodes.map(({ license }) => license.isOverLimit)).toEqual([true]);
    expect(expired.body.data?.companies?.nodes.map(({ license }) => license.isExpired)).toEqual([true]);
    const calls = await house.asked();
    expect(calls.map(({ path }) => path)).toEqual(['/api/companies/search', '/api/companies/search']);
    expect(calls[0]?.body).toMatchObject({ isTargetUserCountExceededLimit: true });
  });

  it('are ordered and paged by Keepnet, one call per page', async () => {
    const seen: string[] = [];
    let after: string | null | undefined = null;
    for (let page = 0; page < 3; page += 1) {
      const { body }: Awaited<ReturnType<typeof askPage>> = await askPage(after);
      seen.push(...(body.data?.companies?.nodes.map(({ createdAt }) => String(createdAt)) ?? []));
      expect(body.data?.companies?.pageInfo.hasNextPage).toBe(page < 2);
      after = body.data?.companies?.pageInfo.endCursor;
    }
    expect(seen).toHaveLength(25);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(await house.asked()).toHaveLength(3);
  });

  function askPage(after: string | null | undefined) {
    return house.ask(FilteredCompaniesDocument, {
      first: 10,
      after,
      orderBy: { field: 'CREATED_AT', direction: 'DESC' },
    });
  }

  it("take conditions in Keepnet's own words, and tell when Keepnet does not know them", async () => {
    const where = (field: string) => ({
      where: { groups: [{ items: [{ field, operator: 'GREATER' as const, value: '0' }] }] },
    });
    const known = await house.ask(FilteredCompaniesDocument, { filter: where('TargetUserCount'), first: 100 });
    expect(known.body.data?.companies?.nodes.every(({ userTotals }) => userTotals.active > 0)).toBe(true);
    expect(known.body.data?.companies?.totalCount).toBeLessThan(25);
    const unknown = await house.ask(FilteredCompaniesDocument, { filter: where('NoSuchField') });
    expect(unknown.body.errors).toMatchObject([{ path: ['companies'], extensions: { code: 'UPSTREAM_REJECTED' } }]);
  });
});
