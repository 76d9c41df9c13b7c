/** Tables as clients of OData read them: what they ask is asked of Keepnet, or refused, and nothing looks whole that is not. */
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchTable, type TableRow, toBasic } from '../support/fetch-table.js';
import { type House, openHouse } from '../support/house.js';
import { makeKey } from '../support/keys.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';

/** A published client: `o(address, fetch options).get(set).query(options)` is the value of the answer. */
const { o } = createRequire(import.meta.url)('odata') as { o(address: string, options?: object): ODataClient };

interface ODataClient {
  get(set: string): ODataClient;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service answers
  query(options?: Readonly<Record<string, unknown>>): Promise<any>;
}

const USERS = '/api/target-users/search';
const BOARD = '/api/leaderboard/get-all';

let house: House;
let companies: readonly string[] = [];
/** Open, with users: asking them needs no allowance for gaps. */
let open: readonly string[] = [];

beforeAll(async () => {
  house = await openHouse({ env: { SIMULATOR_USERS: '130' } });
  companies = await fetchCompanyIds(house.simulatorUrl, await fetchToken(house.simulatorUrl));
  open = [0, 1, 2, 3].map((position) => companies[position] ?? '');
});
beforeEach(() => house.simulator.clearJournal());
afterEach(() => house.simulator.clearFaults());
afterAll(() => house.close());

const get = (path: string, headers?: Record<string, string>) => fetchTable(house.url, `/odata${path}`, headers);

/** Written as clients write it. */
function toPath(set: string, options: Readonly<Record<string, string | number>>): string {
  return `/${set}?${new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]))}`;
}

interface Pages {
  readonly sizes: readonly number[];
  readonly rows: readonly TableRow[];
  readonly counts: readonly (number | undefined)[];
}

/** By `@odata.nextLink`, which is taken as it is. */
async function readPages(path: string, headers: Record<string, string> = {}): Promise<Pages> {
  const rows: TableRow[] = [];
  const sizes: number[] = [];
  const counts: (number | undefined)[] = [];
  for (let next: string | undefined = `${house.url}/odata${path}`; next !== undefined; ) {
    const { status, json, text } = await fetchTable('', next, headers);
    if (status !== 200) throw new Error(`${next}: ${status} ${text}`);
    rows.push(...json.value);
    sizes.push(json.value.length);
    counts.push(json['@odata.count']);
    next = json['@odata.nextLink'];
  }
  return { rows, sizes, counts };
}

const keysOf = (rows: readonly TableRow[]) => rows.map(({ row_key }) => row_key);
const askedAt = async (path: string) => (await house.asked()).filter((each) => each.path === path);

describe('the service', () => {
  it('lists the tables that need nothing to be said, under an address that a client can go on with', async () => {
    for (const path of ['', '/', '/?$format=json']) {
      const { status, headers, json } = await get(path);
      expect(status).toBe(200);
      expect(headers.get('odata-version')).toBe('4.0');
      expect(headers.get('content-type')).toMatch(/^application\/json;\s?odata.metadata=minimal/);
      expect(json['@odata.context']).toBe(`${house.url}/odata/$metadata`);
      const names = json.value.map(({ name }: { name: string }) => name);
      expect(names).toEqual(expect.arrayContaining(['companies', 'coverage', 'leaderboard', 'target_users']));
      expect(names).not.toContain('user_timeline');
    }
    expect(await house.asked()).toEqual([]);
  });

  it('describes them, however the dollar is written', async () => {
    const { status, headers, text } = await get('/$metadata');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/xml; charset=utf-8']);
    expect(text).toContain('<EntitySet Name="target_users"');
    expect((await get('/%24metadata')).text).toBe(text);
    expect((await get('/companies/%24count')).text).toBe('25');
  });

  it('is read by a published client', async () => {
    const client = () => o(`${house.url}/odata/`);
    expect(
      await client().get('companies').query({ $top: 3, $select: 'company_id,seats', $orderby: 'seats desc' }),
    ).toEqual([
      { company_id: expect.any(String), seats: expect.any(Number) },
      { company_id: expect.any(String), seats: expect.any(Number) },
      { company_id: expect.any(String), seats: expect.any(Number) },
    ]);
    const users = await client()
      .get('target_users')
      .query({ $filter: `company_id eq '${open[0]}'`, $top: 5 });
    expect(users.map(({ company_id }: TableRow) => company_id)).toEqual(new Array(5).fill(open[0]));
    expect(await client().get('companies/$count').query()).toBe(25);
  });

  it.each([
    ['/nothing', 404, 'TABLE_NOT_FOUND'],
    ['/user_timeline', 404, 'TABLE_NOT_FOUND'],
    ['/companies/employees', 404, 'TABLE_NOT_FOUND'],
    ["/companies('x')", 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$expand=x', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$search=x', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$apply=x', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$compute=x', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$nothing=x', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?@p=1', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$filter=seats gt 5', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$filter=is_over_limit eq false', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$orderby=tags', 501, 'NOT_PUSHED_DOWN'],
    ['/companies?$orderby=seats,company_name', 501, 'NOT_PUSHED_DOWN'],
    ['/leaderboard?$orderby=points desc', 501, 'NOT_PUSHED_DOWN'],
    ['/leaderboard?$orderby=company_id desc', 501, 'NOT_PUSHED_DOWN'],
    ["/target_users?$filter=status eq 'UNKNOWN'", 501, 'NOT_PUSHED_DOWN'],
    ['/companies?search=x&$filter=nothing eq 1', 400, 'BAD_USER_INPUT'],
    ['/companies?nothing=x', 400, 'BAD_USER_INPUT'],
    ['/companies?$select=nothing', 400, 'BAD_USER_INPUT'],
    ['/companies?$orderby=seats up', 400, 'BAD_USER_INPUT'],
    ['/companies?$orderby=seats,seats', 400, 'BAD_USER_INPUT'],
    ['/companies?$top=-1', 400, 'BAD_USER_INPUT'],
    ['/companies?$top=1&$top=2', 400, 'BAD_USER_INPUT'],
    ['/companies?$skip=100001', 400, 'BAD_USER_INPUT'],
    ['/companies?$count=1', 400, 'BAD_USER_INPUT'],
    ['/companies?$skiptoken=x', 400, 'BAD_USER_INPUT'],
    ['/companies?$format=atom', 400, 'BAD_USER_INPUT'],
    ['/companies?require=some', 400, 'BAD_USER_INPUT'],
    ['/companies/$count?$top=1', 400, 'BAD_USER_INPUT'],
    ['/target_users?companies=x', 400, 'BAD_USER_INPUT'],
    ['/target_users?companies=xC5kfGz7w2Nz', 404, 'COMPANY_NOT_FOUND'],
    ['/?$top=1', 400, 'BAD_USER_INPUT'],
    ['/$metadata?$format=json', 400, 'BAD_USER_INPUT'],
  ])('refuses %s as OData does: %s %s', async (path, status, code) => {
    const answer = await get(path);
    expect([answer.status, answer.json.error?.code]).toEqual([status, code]);
    expect(Object.keys(answer.json)).toEqual(['error']);
    expect(answer.headers.get('odata-version')).toBe('4.0');
    const [option] = /\$[a-z]+|require/.exec(path.replace('/$count', '').replace('/$metadata', '')) ?? [];
    if (status === 400 && option !== undefined && !path.includes('search='))
      expect(answer.json.error.message).toContain(option);
  });

  it('refuses clients that read older versions only, and other methods', async () => {
    expect((await get('/', { 'odata-maxversion': '3.0' })).json.error.code).toBe('BAD_USER_INPUT');
    expect((await get('/', { 'odata-maxversion': '4.01' })).status).toBe(200);
    const response = await fetch(`${house.url}/odata/companies`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    expect(await response.json()).toMatchObject({ error: { code: 'BAD_USER_INPUT' } });
  });
});

describe('pages', () => {
  it('hold every row once, in the order of the companies, however small they are', async () => {
    const path = toPath('target_users', { companies: open.join() });
    const whole = await readPages(path);
    expect(whole.sizes).toEqual([whole.rows.length]);
    const table = await fetchTable(house.url, `/tables/target_users.json?companies=${open.join()}`);
    expect(keysOf(whole.rows)).toEqual(keysOf(table.json.rows));
    const split = await readPages(path, { prefer: 'odata.maxpagesize=37' });
    expect(keysOf(split.rows)).toEqual(keysOf(whole.rows));
    expect(new Set(split.sizes.slice(0, -1))).toEqual(new Set([37]));
  });

  it('say that their size was taken, up to a bound', async () => {
    const { headers } = await get('/companies', { prefer: 'respond-async, maxpagesize=50000' });
    expect(headers.get('preference-applied')).toBe('odata.maxpagesize=10000');
    expect((await get('/companies', { prefer: 'maxpagesize=x' })).headers.get('preference-applied')).toBeNull();
  });

  it('go on with the same question, and end where $top ends', async () => {
    const path = toPath('target_users', {
      companies: open.join(),
      $top: 50,
      $skip: 30,
      $count: 'true',
      $select: 'row_key',
    });
    const { rows, sizes, counts } = await readPages(path, { prefer: 'maxpagesize=20' });
    const whole = await readPages(toPath('target_users', { companies: open.join() }));
    expect(keysOf(rows)).toEqual(keysOf(whole.rows).slice(30, 80));
    expect(sizes).toEqual([20, 20, 10]);
    expect(counts).toEqual([whole.rows.length, undefined, undefined]);
    expect(Object.keys(rows[0] ?? {})).toEqual(['row_key']);
  });

  it('are none past the end', async () => {
    const { json } = await get(toPath('companies', { $skip: 1000 }));
    expect([json.value, json['@odata.nextLink']]).toEqual([[], undefined]);
    expect((await get('/companies?$top=0&$count=true')).json).toMatchObject({ value: [], '@odata.count': 25 });
  });

  it('belong to their question', async () => {
    const { json } = await get(toPath('target_users', { companies: open.join(), $top: 150 }), {
      prefer: 'maxpagesize=100',
    });
    const token = new URL(json['@odata.nextLink']).searchParams.get('$skiptoken') ?? '';
    const { status, json: refused } = await get(toPath('target_users', { $skiptoken: token }));
    expect([status, refused.error.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(refused.error.message).toContain('$skiptoken');
  });
});

type Holds = (row: TableRow) => boolean;
const within = (cell: unknown, text: string) => typeof cell === 'string' && cell.includes(text);

describe('a filter', () => {
  const people: readonly [string, Holds, RegExp][] = [
    ["status eq 'INACTIVE'", ({ status }) => status === 'INACTIVE', /"Status".*"0"/],
    ["status ne 'ACTIVE'", ({ status }) => status !== 'ACTIVE', /"Status".*"0"/],
    ["priority eq 'High'", ({ priority }) => priority === 'High', /"Priority".*"High"/],
    ["contains(department,'an')", ({ department }) => within(department, 'an'), /"Department".*"an"/],
    ["contains(department,'AN')", ({ department }) => within(department, 'AN'), /"Department".*"AN"/],
    ["department eq 'Finans'", ({ department }) => department === 'Finans', /"Department".*"Finans"/],
    ["startswith(email,'a')", ({ email }) => String(email).startsWith('a'), /"Email".*"a"/],
    [
      "endswith(email,'e') and status eq 'ACTIVE'",
      (row) => String(row.email).endsWith('e') && row.status === 'ACTIVE',
      /"e"/,
    ],
    ["time_zone eq 'Turkey Standard Time'", (row) => row.time_zone === 'Turkey Standard Time', /"TimeZoneId"/],
  ];

  it.each(people)('of target users: %s holds for just the rows that are answered', async (filter, holds, asked) => {
    const all = (await readPages(toPath('target_users', { companies: open.join() }))).rows;
    await house.simulator.clearJournal();
    const { rows } = await readPages(toPath('target_users', { companies: open.join(), $filter: filter }));
    expect(keysOf(rows)).toEqual(keysOf(all.filter(holds)));
    const calls = await askedAt(USERS);
    for (const { body } of calls) expect(JSON.stringify(body)).toMatch(asked);
    const count = await get(toPath('target_users/$count', { companies: open.join(), $filter: filter }));
    expect(count.text).toBe(String(rows.length));
  });

  it.each<[string, Holds]>([
    ['points gt 10', ({ points }) => Number(points) > 10],
    ['points ge 10 and points lt 40', ({ points }) => Number(points) >= 10 && Number(points) < 40],
    ['points eq 0', ({ points }) => points === 0],
    ['performance gt 50', ({ performance }) => performance !== null && Number(performance) > 50],
    ['performance le 50.5', ({ performance }) => performance !== null && Number(performance) <= 50.5],
    ['points lt 0', ({ points }) => Number(points) < 0],
  ])('of the leaderboard: %s', async (filter, holds) => {
    const all = (await readPages(toPath('leaderboard', { companies: open.join(), preset: 'LAST_YEAR' }))).rows;
    const path = toPath('leaderboard', {
      companies: open.join(),
      preset: 'LAST_YEAR',
      $filter: filter,
      $count: 'true',
    });
    const { rows, counts } = await readPages(path);
    expect(keysOf(rows)).toEqual(keysOf(all.filter(holds)));
    expect(counts).toEqual([rows.length]);
  });

  it.each<[string, Holds]>([
    ['is_license_expired', ({ is_license_expired }) => is_license_expired === true],
    ['is_license_expired ne true', ({ is_license_expired }) => is_license_expired !== true],
    ['is_over_limit eq true', ({ is_over_limit }) => is_over_limit === true],
    ['active_users gt 50', ({ active_users }) => Number(active_users) > 50],
    ['active_users eq 0', ({ active_users }) => active_users === 0],
    ["contains(reseller_name,'Sim')", ({ reseller_name }) => within(reseller_name, 'Sim')],
    ["contains(reseller_name,'sim')", ({ reseller_name }) => within(reseller_name, 'sim')],
  ])('of companies: %s', async (filter, holds) => {
    const all = (await readPages('/companies')).rows;
    const { rows, counts } = await readPages(toPath('companies', { $filter: filter, $count: 'true' }));
    expect(keysOf(rows)).toEqual(keysOf(all.filter(holds)));
    expect(counts).toEqual([rows.length]);
    if (filter.includes("'sim'")) expect([all.length, rows.length]).toEqual([25, 0]);
  });

  it('by company asks nobody else, and nobody for a company that there is not', async () => {
    const [only = ''] = open;
    const { json } = await get(toPath('target_users', { $filter: `company_id eq '${only}' and status eq 'ACTIVE'` }));
    expect(new Set(json.value.map((row: TableRow) => row.company_id))).toEqual(new Set([only]));
    expect(new Set((await askedAt(USERS)).map(({ companyId }) => companyId))).toEqual(new Set([only]));
    await house.simulator.clearJournal();
    expect((await get(toPath('target_users', { $filter: "company_id eq 'nobody'" }))).json.value).toEqual([]);
    expect((await get(toPath('target_users/$count', { $filter: "company_name eq 'Nobody'" }))).text).toBe('0');
    expect(await askedAt(USERS)).toEqual([]);
  });

  it('narrows what the parameters of the table have chosen', async () => {
    const chosen = { companies: open.join(), statuses: 'ACTIVE,INACTIVE,DELETED', $filter: "status ne 'ACTIVE'" };
    const { rows } = await readPages(toPath('target_users', chosen));
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['INACTIVE', 'DELETED']));
    const deleted = await readPages(toPath('target_users', { companies: open.join(), $filter: "status eq 'DELETED'" }));
    expect(keysOf(deleted.rows)).toEqual(keysOf(rows.filter(({ status }) => status === 'DELETED')));
    expect(deleted.rows.length).toBeGreaterThan(0);
  });
});

describe('a count', () => {
  it('is 1 call for each company where Keepnet counts just what is meant', async () => {
    const { text, headers } = await get(
      toPath('target_users/$count', { companies: open.join(), $filter: "status eq 'ACTIVE'" }),
    );
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(Number(text)).toBeGreaterThan(100);
    expect((await askedAt(USERS)).map(({ companyId }) => companyId).sort()).toEqual([...open].sort());
  });

  it('of rows that come at once is how many come', async () => {
    const path = toPath('executive_reports', { companies: open.join(), $count: 'true' });
    const { rows, counts } = await readPages(path);
    expect(counts).toEqual([rows.length]);
    expect((await get(toPath('user_counts/$count', { companies: open.join() }))).text).toBe('4');
  });
});

describe('an order', () => {
  it('is that of Keepnet where it has one of the column', async () => {
    for (const column of ['seats', 'active_users', 'created_at', 'company_name', 'license_ends_at']) {
      await house.simulator.clearJournal();
      const { rows } = await readPages(toPath('companies', { $orderby: `${column} desc` }));
      expect(rows).toHaveLength(25);
      const [call] = await askedAt('/api/companies/search');
      expect(call?.body).toMatchObject({ ascending: false });
      if (column === 'active_users') {
        const cells = rows.map(({ active_users }) => Number(active_users));
        expect(cells).toEqual(cells.toSorted((one, other) => other - one));
      }
    }
  });

  it('of one company is free, and of several begins with them', async () => {
    const [first = '', second = ''] = open;
    const byPoints = { $orderby: 'points desc', preset: 'LAST_YEAR' };
    const one = await readPages(toPath('leaderboard', { ...byPoints, $filter: `company_id eq '${first}'` }));
    const points = one.rows.map((row) => Number(row.points));
    expect(points).toEqual(points.toSorted((left, right) => right - left));
    expect((await askedAt(BOARD))[0]?.body).toMatchObject({ pagination: { ascending: false } });
    const both = { companies: `${first},${second}`, preset: 'LAST_YEAR' };
    const two = await readPages(toPath('leaderboard', { ...both, $orderby: 'company_id,points desc' }));
    expect(keysOf(two.rows.filter(({ company_id }) => company_id === first))).toEqual(keysOf(one.rows));
    expect((await get(toPath('leaderboard', { ...both, $orderby: 'points desc' }))).status).toBe(501);
    const twice = { ...both, $orderby: 'company_id,points', orderBy: 'RANK' };
    expect((await get(toPath('leaderboard', twice))).json.error.message).toContain('$orderby');
  });
});

describe('a company that cannot be read', () => {
  const closed = () => companies[4] ?? '';
  const lettingInOthers = () => companies[10] ?? '';
  const failing = () => companies[5] ?? '';
  beforeEach(() => house.simulator.addFault({ kind: 'status', status: 500, path: USERS, companyId: failing() }));

  it('fails the answer, unless it keeps the reseller out', async () => {
    const { status, headers, json } = await get(toPath('target_users', { companies: [...open, failing()].join() }));
    expect([status, json.error.code]).toEqual([503, 'TABLE_INCOMPLETE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const restricted = await get(toPath('target_users', { companies: [...open, closed()].join() }));
    expect(restricted.status).toBe(200);
    expect(restricted.headers.get('x-coverage')).toBe('answered=4;restricted=1;failed=0;skipped=0;in_scope=5');
    expect(restricted.json['@keepnet.coverage']).toMatchObject({
      restricted: 1,
      complete: false,
      gaps: [{ companyId: closed(), code: 'COMPANY_PRIVACY_DENIED' }],
    });
    const shut = await get(toPath('target_users', { companies: [...open, lettingInOthers()].join() }));
    expect([shut.status, shut.json['@keepnet.coverage'].gaps]).toMatchObject([200, [{ code: 'FORBIDDEN' }]]);
  });

  it('is passed over where the request takes what there is, and missed where it wants all', async () => {
    const any = await get(toPath('target_users', { companies: [...open, failing()].join(), require: 'any' }));
    expect([any.status, any.headers.get('x-coverage')]).toEqual([
      200,
      'answered=4;restricted=0;failed=1;skipped=0;in_scope=5',
    ]);
    const all = await get(toPath('target_users', { companies: [...open, closed()].join(), require: 'complete' }));
    expect([all.status, all.json.error.code]).toEqual([503, 'TABLE_INCOMPLETE']);
  });

  it('leaves no count, which could not tell of it, but for a customer who has closed its data', async () => {
    const count = (ids: readonly string[], require: Record<string, string> = {}) =>
      get(toPath('target_users/$count', { companies: ids.join(), ...require }));
    expect((await count([...open, failing()])).status).toBe(503);
    expect((await count([...open, failing()], { require: 'any' })).status).toBe(503);
    expect((await count([...open, closed()], { require: 'complete' })).status).toBe(503);
    expect((await count([...open, closed(), lettingInOthers()])).text).toBe((await count(open)).text);
  });

  it('has a row in the table that tells of it', async () => {
    const { rows } = await readPages(toPath('coverage', { companies: [closed(), lettingInOthers()].join() }));
    expect(rows.map(({ state }) => state).sort()).toEqual(['FAILED', 'RESTRICTED']);
  });
});

describe('whoever asks', () => {
  let guarded: House;
  beforeAll(async () => {
    guarded = await openHouse({ env: { ACCESS: 'keys', TABLES_ALLOW_QUERY_KEY: 'true' } });
  });
  afterAll(() => guarded.close());

  const read = (path: string, headers: Record<string, string> = {}) =>
    fetchTable(guarded.url, `/odata${path}`, headers);

  it('may send his key as the password of Basic, and needs the ability', async () => {
    const key = await makeKey(guarded.dataDirectory, { abilities: ['tables'] });
    expect((await read('/companies?$top=1', toBasic('', key.text))).status).toBe(200);
    const nobody = await read('/$metadata');
    expect([nobody.status, nobody.json.error.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(nobody.headers.get('www-authenticate')).toContain('Basic');
    const other = await makeKey(guarded.dataDirectory, { abilities: ['read'] });
    expect((await read('/companies', toBasic('', other.text))).json.error.code).toBe('FORBIDDEN');
  });

  it('may send it in the address where the operator allows that, and finds it in no answer', async () => {
    const key = await makeKey(guarded.dataDirectory, { abilities: ['tables'] });
    const { status, json, text } = await read(`/companies?key=${key.text}`, { prefer: 'maxpagesize=5' });
    expect([status, json.value.length]).toEqual([200, 5]);
    expect(json['@odata.nextLink']).toContain('$skiptoken=');
    expect(text).not.toContain(key.text);
  });

  it('sees his companies and no others', async () => {
    const all = await fetchCompanyIds(guarded.simulatorUrl, await fetchToken(guarded.simulatorUrl));
    const ids = [all[0] ?? '', all[1] ?? ''];
    const key = await makeKey(guarded.dataDirectory, { abilities: ['tables'], companies: { kind: 'IDS', ids } });
    const { json } = await read('/target_users?$select=company_id', key.headers);
    expect(new Set(json.value.map(({ company_id }: TableRow) => company_id))).toEqual(new Set(ids));
    await guarded.simulator.clearJournal();
    const other = await read(`/target_users?$filter=company_id eq '${all[2]}'`, key.headers);
    expect([other.status, other.json.value]).toEqual([200, []]);
    expect((await guarded.asked()).filter(({ path }) => path === USERS)).toEqual([]);
  });

  it('cannot filter by what is masked for him', async () => {
    const key = await makeKey(guarded.dataDirectory, { abilities: ['tables'], masksPersonalData: true });
    const { status, json } = await read("/target_users?$filter=startswith(email,'a')&require=any", key.headers);
    expect([status, json.error?.code]).toEqual([403, 'FORBIDDEN']);
    expect((await read("/target_users?$filter=department eq 'Finans'&require=any", key.headers)).status).toBe(200);
  });
});
