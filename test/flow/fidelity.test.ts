/** What Keepnet means is what a client reads: texts unchanged, dates in ISO 8601 and right, or null with a code. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FilteredCompaniesDocument, TargetUsersPageDocument } from '../../src/generated/operations.js';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { type House, openHouse } from '../support/house.js';
import { ask, fetchToken, startSimulator, type TestSimulator } from '../support/simulator.js';

let keepnet: TestSimulator;
let token: string;
const houses: House[] = [];

beforeAll(async () => {
  keepnet = await startSimulator({ users: 120 });
  token = await fetchToken(keepnet.url);
});

afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.close()));
  await keepnet.clearFaults();
  await keepnet.settings({ dateFormat: 'DD/MM/YYYY', timeFormat: '24h' });
});

afterAll(() => keepnet.stop());

async function open(env: Record<string, string> = {}): Promise<House> {
  const house = await openHouse({
    env: {
      KEEPNET_BASE_URL: keepnet.url,
      KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
      KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
      ...env,
    },
  });
  houses.push(house);
  return house;
}

const MINIMAL = {
  pageNumber: 1,
  pageSize: 100,
  orderBy: 'CreateTime',
  ascending: true,
  filter: { condition: 'AND', searchInputTextValue: '' },
};

/** The simulator's own rows, asked without the server between. */
async function readRows(path: string, companyId?: string): Promise<Record<string, string>[]> {
  const { json } = await ask(keepnet.url, token, `POST ${path}`, { body: MINIMAL, companyId });
  return json.data.results;
}

const EVERYTHING = { first: 100, orderBy: { field: 'CREATED_AT' as const, direction: 'ASC' as const } };

describe('names', () => {
  it('arrive as Keepnet has them, whatever their letters', async () => {
    const house = await open();
    const rows = await readRows('/api/companies/search');
    const names = rows.map(({ companyName }) => companyName);
    expect(names.filter((name) => /[şİığ]/.test(String(name))).length).toBeGreaterThan(0);
    expect(names.filter((name) => /\p{Extended_Pictographic}/u.test(String(name))).length).toBeGreaterThan(0);
    expect(names.filter((name) => /["'“”]/.test(String(name))).length).toBeGreaterThan(0);
    const { body } = await house.ask(FilteredCompaniesDocument, EVERYTHING);
    expect(body.data?.companies?.nodes.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('of people do too, and can be searched for', async () => {
    const house = await open();
    const [company] = await readRows('/api/companies/search');
    const users = await readRows('/api/target-users/search', company?.companyResourceId);
    const turkish = users.find(({ firstName, isDeleted }) => /[şİığ]/.test(String(firstName)) && !isDeleted);
    expect(turkish).toBeDefined();
    const { body } = await house.ask(TargetUsersPageDocument, {
      id: company?.companyResourceId ?? '',
      first: 100,
      filter: { search: turkish?.firstName },
    });
    const found = body.data?.company?.targetUsers?.nodes ?? [];
    expect(found.map(({ email }) => email)).toContain(turkish?.email);
    expect(found.find(({ email }) => email === turkish?.email)?.displayName).toBe(
      `${turkish?.firstName} ${turkish?.lastName}`,
    );
  });
});

/** An independent reading of `DD/MM/YYYY HH:mm[:ss]`. */
function toIso(text: string | undefined, offset = 'Z'): string {
  const [, day, month, year, hour, minute, second = '00'] =
    /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d)(?::(\d\d))?$/.exec(String(text)) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`).toISOString();
}

describe('dates', () => {
  it('with and without seconds are ISO 8601 in UTC', async () => {
    const house = await open();
    const [company] = await readRows('/api/companies/search');
    const users = await readRows('/api/target-users/search', company?.companyResourceId);
    expect(
      users.some(({ createTime }) => /:\d\d:\d\d$/.test(String(createTime))) ||
        users.some(({ updateTime }) => /:\d\d:\d\d$/.test(String(updateTime))),
    ).toBe(true);
    const { body } = await house.ask(TargetUsersPageDocument, {
      id: company?.companyResourceId ?? '',
      first: 100,
      filter: { statuses: ['ACTIVE', 'INACTIVE', 'DELETED'] },
    });
    expect(body.errors).toBeUndefined();
    const byId = new Map(users.map((user) => [user.resourceId, user]));
    const nodes = body.data?.company?.targetUsers?.nodes.filter(({ resourceId }) => byId.has(resourceId)) ?? [];
    expect(nodes.length).toBeGreaterThan(50);
    for (const node of nodes) expect(node.createdAt).toBe(toIso(byId.get(node.resourceId)?.createTime));
  });

  it('in another zone mean the same moment', async () => {
    const utc = await open();
    const istanbul = await open({ KEEPNET_TIME_ZONE: 'Europe/Istanbul' });
    const [here, there] = await Promise.all([
      utc.ask(FilteredCompaniesDocument, EVERYTHING),
      istanbul.ask(FilteredCompaniesDocument, EVERYTHING),
    ]);
    const hours = (here.body.data?.companies?.nodes ?? []).map(
      ({ createdAt }, index) =>
        (Date.parse(String(createdAt)) - Date.parse(String(there.body.data?.companies?.nodes[index]?.createdAt))) /
        3_600_000,
    );
    expect(hours).toHaveLength(25);
    expect(new Set(hours)).toEqual(new Set([3]));
  });

  it.each([
    ['MM/DD/YYYY', '24h', 'MM/DD/YYYY'],
    ['MM/DD/YYYY', '12h', 'MM/DD/YYYY'],
    ['YYYY/MM/DD', '24h', 'YYYY/MM/DD'],
    ['YYYY/MM/DD', '12h', 'DD/MM/YYYY'],
    ['DD/MM/YYYY', '12h', 'DD/MM/YYYY'],
    ['ISO', '24h', 'DD/MM/YYYY'],
  ] as const)('as %s %s are the same under KEEPNET_DATE_FORMAT %s', async (dateFormat, timeFormat, configured) => {
    const expected = await (await open()).ask(FilteredCompaniesDocument, EVERYTHING);
    await keepnet.settings({ dateFormat, timeFormat });
    const house = await open({ KEEPNET_DATE_FORMAT: configured });
    const { body } = await house.ask(FilteredCompaniesDocument, EVERYTHING);
    expect(body.errors).toBeUndefined();
    const toMinute = (text: unknown) => String(text).slice(0, 16);
    expect(body.data?.companies?.nodes.map(({ createdAt }) => toMinute(createdAt))).toEqual(
      expected.body.data?.companies?.nodes.map(({ createdAt }) => toMinute(createdAt)),
    );
  });

  it('that cannot be read under the configured format are null with a code, and no other field is lost', async () => {
    await keepnet.settings({ dateFormat: 'MM/DD/YYYY' });
    const house = await open();
    const truth = await readRows('/api/companies/search');
    const { body } = await house.ask(FilteredCompaniesDocument, EVERYTHING);
    const impossible = truth
      .filter(({ createTime }) => Number(String(createTime).split('/')[1]) > 12)
      .map(({ companyResourceId }) => companyResourceId);
    expect(impossible.length).toBeGreaterThan(5);
    const nodes = body.data?.companies?.nodes ?? [];
    expect(nodes).toHaveLength(25);
    const failed = (body.errors ?? [])
      .filter(({ path }) => path?.at(-1) === 'createdAt')
      .map(({ path }) => nodes[Number(path?.[2])]?.resourceId);
    expect(failed.sort()).toEqual(impossible.sort());
    expect(new Set((body.errors ?? []).map(({ extensions }) => extensions?.code))).toEqual(
      new Set(['UPSTREAM_BAD_RESPONSE']),
    );
    expect(nodes.filter(({ resourceId }) => impossible.includes(resourceId)).map(({ createdAt }) => createdAt)).toEqual(
      Array(impossible.length).fill(null),
    );
  });

  it('that are no dates at all are null with a code and the company', async () => {
    const house = await open();
    await keepnet.addFault({ kind: 'badDates', path: '/api/target-users/search' });
    const [company] = await readRows('/api/companies/search');
    const id = company?.companyResourceId ?? '';
    const { body } = await house.ask(TargetUsersPageDocument, { id, first: 3 });
    const users = body.data?.company?.targetUsers?.nodes ?? [];
    expect(users.map(({ createdAt }) => createdAt)).toEqual([null, null, null]);
    expect(users.every(({ email }) => String(email).includes('@'))).toBe(true);
    expect(body.errors?.length).toBeGreaterThanOrEqual(3);
    for (const { extensions } of body.errors ?? [])
      expect(extensions).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', companyId: id });
  });
});
