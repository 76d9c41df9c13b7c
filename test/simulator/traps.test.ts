/** Keepnet's documented and proven peculiarities, one row each: what is sent, and what has to come back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPANY_ADMIN_CREDENTIALS, OTHER_RESELLER_CREDENTIALS } from '../../src/simulator/credentials.js';
import { HEALTH_BY_POSITION } from '../../src/simulator/world/health.js';
import {
  type AskOptions,
  ask,
  fetchCompanyIds,
  fetchToken,
  startSimulator,
  type TestSimulator,
} from '../support/simulator.js';

const FILTER = { condition: 'AND', searchInputTextValue: '' };
const SEARCH = { pageNumber: 1, pageSize: 10, orderBy: 'CreateTime', ascending: false, filter: FILTER };
const BOARD = {
  datePeriod: 3,
  startDate: null,
  endDate: null,
  filter: FILTER,
  pagination: { pageNumber: 1, pageSize: 10, orderBy: 'rank', ascending: true },
};

let simulator: TestSimulator;
let token: string;
/** Resource ids in the order of `HEALTH_BY_POSITION`. */
let ids: string[];

beforeAll(async () => {
  simulator = await startSimulator();
  token = await fetchToken(simulator.url);
  ids = await fetchCompanyIds(simulator.url, token);
});
afterAll(() => simulator.stop());

const get = (call: string, options?: AskOptions) => ask(simulator.url, token, call, options);
const idOf = (health: string): string => ids[HEALTH_BY_POSITION.indexOf(health as never)] ?? '';

describe('token', () => {
  const form = {
    grant_type: 'client_credentials',
    client_id: 'simulator',
    client_secret: 'simulator-secret',
    scope: 'api1',
  };
  const post = (body: string, type: string) =>
    fetch(`${simulator.url}/connect/token`, { method: 'POST', body, headers: { 'content-type': type } });

  it('is given for a form, with claims and permissions', async () => {
    const response = await post(new URLSearchParams(form).toString(), 'application/x-www-form-urlencoded');
    const answer = (await response.json()) as Record<string, never>;
    expect(answer).toMatchObject({ expires_in: 3600, token_type: 'Bearer', scope: 'api1' });
    expect(answer.permissions).toEqual(expect.arrayContaining(['companies/search|POST', 'companies/{resourceId}|GET']));
    const claims = JSON.parse(Buffer.from(String(answer.access_token).split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ role: 'Reseller', scope: ['api1'], client_id: 'simulator' });
    expect(claims.exp - claims.iat).toBe(3600);
    expect(ids).not.toContain(claims.user_company_resourceid);
  });

  it.each([
    ['JSON', JSON.stringify(form), 'application/json', 500, { Status: 'INTERNAL_SERVER_ERROR' }],
    ['a form that says it is JSON', new URLSearchParams(form).toString(), 'application/json', 500, {}],
    [
      'a wrong secret',
      new URLSearchParams({ ...form, client_secret: 'no' }).toString(),
      'application/x-www-form-urlencoded',
      400,
      { error: 'invalid_client' },
    ],
  ])('is refused for %s', async (_name, body, type, status, expected) => {
    const response = await post(body, type);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(expected);
  });

  it('ends after its life: 401 without a body', async () => {
    await simulator.settings({ tokenLifetimeSeconds: 0 });
    const dead = await fetchToken(simulator.url);
    await simulator.settings({ tokenLifetimeSeconds: 3_600 });
    const answer = await ask(simulator.url, dead, 'GET /api/companies/my');
    expect(answer.status).toBe(401);
    expect(answer.text).toBe('');
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });
});

describe('who may see what', () => {
  it.each([
    ['privacyClosed', 403, 'PRIVACY_ERROR'],
    ['ipRestricted', 403, 'IP_RESTRICTED'],
  ])('%s answers %d %s on every scoped path, and is in the list', async (health, status, text) => {
    const companyId = idOf(health);
    for (const call of ['GET /api/target-users/count-summary', `GET /api/companies/${companyId}`]) {
      const answer = await get(call, { companyId });
      expect([answer.status, answer.json.status]).toEqual([status, text]);
    }
    const list = await get('POST /api/companies/search', { body: { ...SEARCH, pageSize: 100 } });
    const row = list.json.data.results.find(
      (each: { companyResourceId: string }) => each.companyResourceId === companyId,
    );
    expect(row.privacyDurationId).toBe(health === 'privacyClosed' ? 0 : 1);
  });

  it.each([403, 404, 400] as const)('a company that is not managed gives %d where so set', async (status) => {
    await simulator.settings({ unmanagedStatus: status });
    const answer = await get('GET /api/target-users/count-summary', { companyId: 'aaaaaaaaaaaa' });
    await simulator.settings({ unmanagedStatus: 403 });
    expect(answer.status).toBe(status);
    expect(answer.json.data).toBeNull();
  });

  it('a Company Admin may not list companies, and sees its own only', async () => {
    const admin = await fetchToken(simulator.url, COMPANY_ADMIN_CREDENTIALS);
    const list = await ask(simulator.url, admin, 'POST /api/companies/search', { body: SEARCH });
    const mine = await ask(simulator.url, admin, 'GET /api/companies/my');
    const other = await ask(simulator.url, admin, 'GET /api/target-users/count-summary', { companyId: ids[1] ?? '' });
    expect([list.status, mine.json.data.length, other.status]).toEqual([403, 1, 403]);
  });

  it('another reseller manages none of the same companies', async () => {
    const other = await fetchToken(simulator.url, OTHER_RESELLER_CREDENTIALS);
    const mine = await ask(simulator.url, other, 'GET /api/companies/my');
    const theirs = mine.json.data.map((company: { resourceId: string }) => company.resourceId);
    expect(theirs).toHaveLength(4);
    expect(theirs.filter((id: string) => ids.includes(id))).toEqual([]);
    const foreign = await ask(simulator.url, other, 'GET /api/target-users/count-summary', { companyId: ids[0] ?? '' });
    expect(foreign.status).toBe(403);
  });

  it('without the company header an answer mixes all companies', async () => {
    const mixed = await get('POST /api/target-users/search', { body: { ...SEARCH, pageSize: 1_000 } });
    const domains = new Set(mixed.json.data.results.map((user: { email: string }) => user.email.split('@')[1]));
    expect(domains.size).toBeGreaterThan(15);
    expect(mixed.json.data.totalNumberOfRecords).toBe(22 * 40);
  });

  it('knows both header names in any casing', async () => {
    const one = await get('GET /api/target-users/count-summary', { headers: { 'x-ir-company-id': ids[0] ?? '' } });
    const other = await get('GET /api/target-users/count-summary', {
      headers: { 'X-KEEPNET-COMPANY-ID': ids[0] ?? '' },
    });
    expect(one.json.data.totalNumberOfActiveUsers).toBeLessThan(41);
    expect(other.json).toEqual(one.json);
  });
});

describe('bodies', () => {
  const companies = 'POST /api/companies/search';
  const users = 'POST /api/target-users/search';
  const board = 'POST /api/leaderboard/get-all';
  const group = (item: object, condition = 'AND') => ({
    ...FILTER,
    filterGroups: [{ condition, filterItems: [item] }],
  });

  it.each([
    ['filter null', companies, { ...SEARCH, filter: null }, 500],
    ['no filter', companies, { ...SEARCH, filter: undefined }, 500],
    ['an empty object', companies, {}, 500],
    ['an empty body', companies, '', 500],
    ['filter null on the leaderboard', board, { ...BOARD, filter: null }, 500],
    ['no orderBy', companies, { ...SEARCH, orderBy: undefined }, 400],
    ['orderBy null', users, { ...SEARCH, orderBy: null }, 400],
    ['orderBy empty on companies', companies, { ...SEARCH, orderBy: '' }, 400],
    ['orderBy empty on target users', users, { ...SEARCH, orderBy: '' }, 200],
    ['orderBy unknown', companies, { ...SEARCH, orderBy: 'RenewalDate' }, 400],
    ['orderBy in another casing', companies, { ...SEARCH, orderBy: 'companyNAME' }, 200],
    ['condition null', companies, { ...SEARCH, filter: { ...FILTER, condition: null } }, 400],
    ['condition "Or"', companies, { ...SEARCH, filter: { ...FILTER, condition: 'Or' } }, 200],
    ['search text null', companies, { ...SEARCH, filter: { ...FILTER, searchInputTextValue: null } }, 400],
    [
      'group condition missing',
      companies,
      { ...SEARCH, filter: { ...FILTER, filterGroups: [{ filterItems: [] }] } },
      400,
    ],
    ['page size above the cap', companies, { ...SEARCH, pageSize: 1_001 }, 400],
    ['page size at the cap', companies, { ...SEARCH, pageSize: 1_000 }, 200],
    ['page number 0', companies, { ...SEARCH, pageNumber: 0 }, 400],
    ['unknown JSON properties', companies, { ...SEARCH, isClusteredd: true, x: { y: 1 } }, 200],
    [
      'PascalCase keys',
      companies,
      JSON.stringify({
        PageNumber: 1,
        PageSize: 5,
        OrderBy: 'createtime',
        Filter: { Condition: 'AND', SearchInputTextValue: '' },
      }),
      200,
    ],
    ['an unknown field', users, { ...SEARCH, filter: group({ fieldName: 'Salary', operator: '=', value: '1' }) }, 400],
    [
      'an unknown operator',
      users,
      { ...SEARCH, filter: group({ fieldName: 'Email', operator: 'Equals', value: '1' }) },
      400,
    ],
    [
      'a field of every object',
      users,
      { ...SEARCH, filter: group({ fieldName: 'constructor', operator: '=', value: '1' }) },
      400,
    ],
    ['a null value', users, { ...SEARCH, filter: group({ fieldName: 'Email', operator: '=', value: null }) }, 400],
    [
      'a date that is none',
      users,
      { ...SEARCH, filter: group({ fieldName: 'CreateTime', operator: '>=', value: '31/02/2026' }) },
      400,
    ],
    ['broken JSON', companies, '{"pageNumber":', 400],
    ['an array', companies, '[]', 400],
    ['a leaderboard without pagination', board, { ...BOARD, pagination: undefined }, 400],
    ['datePeriod 9', board, { ...BOARD, datePeriod: 9 }, 400],
    ['datePeriod by name', board, { ...BOARD, datePeriod: 'Last3Months' }, 200],
    ['Custom without dates', board, { ...BOARD, datePeriod: 5 }, 400],
    [
      'Custom with ISO dates',
      board,
      { ...BOARD, datePeriod: 5, startDate: '2026-01-01', endDate: '2026-03-31T23:59:59' },
      200,
    ],
    [
      'Custom with formatted dates',
      board,
      { ...BOARD, datePeriod: 5, startDate: '01/01/2026', endDate: '31/03/2026' },
      200,
    ],
    ['preset with empty dates', board, { ...BOARD, startDate: '', endDate: '' }, 200],
  ])('%s', async (_name, call, body, status) => {
    const answer = await get(call, { body, companyId: ids[0] ?? '' });
    expect(answer.status).toBe(status);
    if (status === 200) expect(Object.keys(answer.json)).toEqual(['data', 'status', 'message', 'validationMessages']);
    if (status === 400)
      expect(answer.json).toMatchObject({
        data: null,
        status: 'INPUT_ERROR',
        validationMessages: [expect.any(String)],
      });
    if (status === 500)
      expect(answer.json).toMatchObject({ Status: 'INTERNAL_SERVER_ERROR', Message: 'Internal server error' });
  });

  it('refuses application/json-patch+json unless told not to', async () => {
    const options = { body: SEARCH, headers: { 'content-type': 'application/json-patch+json' } };
    const strict = await get(companies, options);
    await simulator.settings({ strictPatchJson: false });
    const loose = await get(companies, options);
    await simulator.settings({ strictPatchJson: true });
    expect([strict.status, strict.json.status, loose.status]).toEqual([400, 'INPUT_ERROR', 200]);
  });

  it('has an empty page past the end, with the totals', async () => {
    const answer = await get(companies, { body: { ...SEARCH, pageNumber: 99 } });
    expect(answer.json.data).toMatchObject({
      results: [],
      totalNumberOfRecords: 25,
      totalNumberOfPages: 3,
      pageNumber: 99,
    });
  });
});

describe('shapes', () => {
  it('companies: a licence limit is text in the list, a number in the detail; extra fields come along', async () => {
    const list = await get('POST /api/companies/search', { body: { ...SEARCH, pageSize: 100 } });
    const row = list.json.data.results.find((each: { companyResourceId: string }) => each.companyResourceId === ids[0]);
    const detail = await get(`GET /api/companies/${ids[0]}`, { companyId: ids[0] ?? '' });
    expect(typeof row.numberOfUsers).toBe('string');
    expect(detail.json.data.numberOfUsers).toBe(Number(row.numberOfUsers));
    expect(row).toHaveProperty('licenceExpired', false);
    expect(row).toHaveProperty('enrolledVendorNames');
    expect(list.json.data.limitExceededCompanyCount).toBe(1);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]{12}$/);
  });

  it('companies: clustered, the customers of a sub-reseller are its children', async () => {
    const answer = await get('POST /api/companies/search', { body: { ...SEARCH, pageSize: 100, isClustered: true } });
    const { results, totalNumberOfRecords } = answer.json.data;
    const parent = results.find((row: { children: unknown[] }) => row.children.length > 0);
    expect(totalNumberOfRecords).toBe(22);
    expect(parent.companyResourceId).toBe(idOf('subReseller'));
    expect(parent.children.map((row: { resellerName: string }) => row.resellerName)).toEqual(
      Array(3).fill(parent.companyName),
    );
  });

  it('companies: only those over their limit, where asked', async () => {
    const answer = await get('POST /api/companies/search', {
      body: { ...SEARCH, isTargetUserCountExceededLimit: true },
    });
    expect(answer.json.data.results.map((row: { companyResourceId: string }) => row.companyResourceId)).toEqual([
      idOf('overLimit'),
    ]);
  });

  it('companies: a time-limited opening has its end', async () => {
    const mine = await get('GET /api/companies/my');
    const open = mine.json.data.filter(
      (node: { privacyDurationEndTime: unknown }) => node.privacyDurationEndTime !== null,
    );
    expect(open.map((node: { privacyDurationId: number }) => node.privacyDurationId)).toEqual([3, 4, 5]);
  });

  it('leaderboard: a page by default, a plain array where so set; total on each row', async () => {
    const paged = await get('POST /api/leaderboard/get-all', { body: BOARD, companyId: ids[0] ?? '' });
    await simulator.settings({ leaderboardShape: 'array' });
    const plain = await get('POST /api/leaderboard/get-all', { body: BOARD, companyId: ids[0] ?? '' });
    await simulator.settings({ leaderboardShape: 'page' });
    expect(plain.json.data).toEqual(paged.json.data.results);
    expect(paged.json.data.results[0].totalRowCount).toBe(paged.json.data.totalNumberOfRecords);
  });

  it('timeline: Action* in PascalCase, the rest in camelCase', async () => {
    const companyId = ids[0] ?? '';
    const board = await get('POST /api/leaderboard/get-all', { body: BOARD, companyId });
    const body = { ...BOARD, targetUserResourceId: board.json.data.results[0].targetUserResourceId };
    const pagination = { ...BOARD.pagination, orderBy: 'ActionTime' };
    const answer = await get('POST /api/leaderboard/get-user-timeline', { body: { ...body, pagination }, companyId });
    const [event] = answer.json.data.results;
    expect(Object.keys(event)).toEqual(
      expect.arrayContaining(['ActionTime', 'ActionTimeWithDay', 'ActionType', 'productType']),
    );
    expect(event.ActionTime).toMatch(/^\d\d\/\d\d\/\d{4} \d\d:\d\d$/);
  });

  it('search-with-timeline: as published', async () => {
    const { pagination, ...rest } = BOARD;
    const timelinePagination = { ...pagination, orderBy: 'ActionTime' };
    const body = { ...rest, userPagination: pagination, timelinePagination, includeTimeline: true };
    const answer = await get('POST /api/leaderboard/search-with-timeline', { body, companyId: ids[0] ?? '' });
    expect(Object.keys(answer.json.data)).toEqual(['users', 'totalUserCount', 'currentPage', 'pageSize']);
    expect(answer.json.data.users[0].timeline).toHaveLength(Math.min(10, answer.json.data.users[0].timelineTotalCount));
  });

  it('users by id: deleted, unknown and foreign ones are left out; another order; status as a number', async () => {
    const companyId = ids[0] ?? '';
    const all = await get('POST /api/target-users/search', { body: { ...SEARCH, pageSize: 100 }, companyId });
    const foreign = await get('POST /api/target-users/search', { body: SEARCH, companyId: ids[1] ?? '' });
    const rows: { resourceId: string; isDeleted: boolean }[] = all.json.data.results;
    const asked = [...rows.map((row) => row.resourceId), 'nobodynobody', foreign.json.data.results[0].resourceId];
    const answer = await get('POST /api/target-users/by-resource-ids', {
      body: { targetUserResourceIds: asked },
      companyId,
    });
    const living = rows.filter((row) => !row.isDeleted).map((row) => row.resourceId);
    expect(living.length).toBeLessThan(rows.length);
    expect(answer.json.data.map((row: { resourceId: string }) => row.resourceId)).toEqual(living.reverse());
    expect(new Set(answer.json.data.map((row: { status: number }) => row.status))).toEqual(new Set([0, 1]));
  });

  it('reports: layout as JSON text over real widgets, period by name; metrics 201 with one type twice', async () => {
    const companyId = ids[0] ?? '';
    const list = await get('POST /api/executive-report/search', { body: { name: '' }, companyId });
    const report = await get(`GET /api/executive-report/${list.json.data[0].resourceId}`, { companyId });
    const metrics = await get('GET /api/executive-report/metrics', { companyId });
    const known = metrics.json.data.metrics.flatMap((each: { widgets: object[] }) => each.widgets);
    const layout = JSON.parse(report.json.data.widgetLayout);
    expect(report.json.data.datePeriod).toBe('Last3Months');
    expect(layout.map((item: { resourceId: string }) => item.resourceId)).toEqual(
      report.json.data.widgets.map((widget: { resourceId: string }) => widget.resourceId),
    );
    expect(metrics.status).toBe(201);
    expect(known.map((widget: { resourceId: string }) => widget.resourceId)).toEqual(
      expect.arrayContaining([layout[0].resourceId]),
    );
    const types = known.map((widget: { widgetType: string }) => widget.widgetType);
    expect(new Set(types).size).toBeLessThan(types.length);
  });

  it('widgets: every type has data in its shape, in another order than asked; none without activity', async () => {
    const ofCompany = async (companyId: string) => {
      const metrics = await get('GET /api/executive-report/metrics', { companyId });
      const widgetIds = metrics.json.data.metrics.flatMap((each: { widgets: { resourceId: string }[] }) =>
        each.widgets.map((widget) => widget.resourceId),
      );
      const body = { widgetIds, datePeriod: 3, startDate: null, endDate: null };
      const answer = await get('POST /api/executive-report/get-widget-datas', { body, companyId });
      return { widgetIds, widgets: answer.json.data };
    };
    const active = await ofCompany(ids[0] ?? '');
    const idle = await ofCompany(idOf('noActivity'));
    expect(active.widgets.map((widget: { resourceId: string }) => widget.resourceId)).toEqual(
      [...active.widgetIds].reverse(),
    );
    expect(active.widgets.filter((widget: { widgetDatas: unknown[] }) => widget.widgetDatas.length === 0)).toEqual([]);
    expect(idle.widgets.flatMap((widget: { widgetDatas: unknown[] }) => widget.widgetDatas)).toEqual([]);
    expect(idle.widgets).toHaveLength(active.widgets.length);
  });
});

describe('dates', () => {
  const createTimes = async () => {
    const answer = await get('POST /api/target-users/search', { body: SEARCH, companyId: ids[0] ?? '' });
    return answer.json.data.results[0] as { createTime: string; updateTime: string };
  };

  it.each([
    [{}, /^\d{2}\/\d{2}\/\d{4} \d\d:\d\d$/, /^\d{2}\/\d{2}\/\d{4} \d\d:\d\d:\d\d$/],
    [{ dateFormat: 'YYYY/MM/DD' }, /^\d{4}\/\d{2}\/\d{2} \d\d:\d\d$/, /:\d\d:\d\d$/],
    [{ timeFormat: '12h' }, /^\d{2}\/\d{2}\/\d{4} (0[1-9]|1[0-2]):\d\d [AP]M$/, /:\d\d [AP]M$/],
    [{ dateFormat: 'ISO' }, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, /Z$/],
  ] as const)('are written as set: %j', async (patch, minute, second) => {
    await simulator.settings(patch);
    const times = await createTimes();
    await simulator.settings({ dateFormat: 'DD/MM/YYYY', timeFormat: '24h' });
    expect(times.createTime).toMatch(minute);
    expect(times.updateTime).toMatch(second);
  });

  it('follow the company where so set', async () => {
    await simulator.settings({ dateSource: 'company' });
    const seen = new Set<string>();
    for (const companyId of ids.filter((id) => id !== idOf('privacyClosed') && id !== idOf('ipRestricted'))) {
      const answer = await get(`GET /api/companies/${companyId}`, { companyId });
      const { dateFormat, licenseStartDate } = answer.json.data;
      seen.add(dateFormat);
      expect(licenseStartDate).toMatch(dateFormat === 'yyyy/MM/dd' ? /^\d{4}\// : /^\d\d\/\d\d\/\d{4}/);
    }
    await simulator.settings({ dateSource: 'platform' });
    expect(seen).toEqual(new Set(['dd/MM/yyyy', 'MM/dd/yyyy', 'yyyy/MM/dd']));
  });
});
