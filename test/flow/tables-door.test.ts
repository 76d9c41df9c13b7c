/** Who reads tables, and how he says who he is: credentials that BI tools can store, and nobody else's companies. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchTable, parseCsv, type TableRow, toBasic } from '../support/fetch-table.js';
import { type House, openHouse } from '../support/house.js';
import { type MadeKey, makeKey } from '../support/keys.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';

const PER_COMPANY = [
  'user_counts',
  'monthly_active_users',
  'target_users',
  'leaderboard',
  'executive_reports',
  'widget_points',
  'coverage',
];

let directory = '';
let house: House;
let companyA = '';
let companyB = '';
let everybody: MadeKey;
let keyA: MadeKey;
let masked: MadeKey;
let reader: MadeKey;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-tables-'));
  everybody = await makeKey(directory, { abilities: ['tables'] });
  house = await openHouse({
    env: { DATA_DIR: directory, ACCESS: 'keys', CACHE_TTL_SECONDS: '60', TABLES_ALLOW_QUERY_KEY: 'true' },
  });
  const ids = await fetchCompanyIds(house.simulatorUrl, await fetchToken(house.simulatorUrl));
  [companyA = '', companyB = ''] = ids;
  keyA = await makeKey(directory, { abilities: ['tables'], companies: { kind: 'IDS', ids: [companyA] } });
  masked = await makeKey(directory, { abilities: ['tables'], masksPersonalData: true });
  reader = await makeKey(directory, { abilities: ['read', 'export'] });
});
beforeEach(() => house.simulator.clearJournal());
afterAll(async () => {
  await house.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetchTable(house.url, path, headers);

describe('a credential for tables', () => {
  it.each([
    ['Basic with the key as password', () => toBasic('anybody', everybody.text)],
    ['Basic without a user', () => toBasic('', everybody.text)],
    ['Bearer', () => everybody.headers],
    ['X-API-Key', () => ({ 'x-api-key': everybody.text })],
  ])('comes as %s', async (_way, toHeaders) => {
    expect((await get('/tables', toHeaders())).status).toBe(200);
    expect((await get('/tables/companies.csv?limit=1', toHeaders())).status).toBe(200);
  });

  it('comes in the address where the operator allows it, and gets neither into an answer nor into the log', async () => {
    const { status, headers, text } = await get(`/tables/companies.json?limit=1&key=${everybody.text}`);
    expect(status).toBe(200);
    expect(headers.get('link')).toContain('cursor=');
    expect(headers.get('link') + text + JSON.stringify(house.logged())).not.toContain(everybody.text);
  });

  it.each([
    ['none', {}],
    ['a wrong one', toBasic('', 'kg_wrong')],
  ])('%s is refused with the ways that there are, and nothing is asked of Keepnet', async (_which, headers) => {
    const answer = await get('/tables/target_users.csv', headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Basic realm=');
    expect(await house.asked()).toEqual([]);
  });

  it('that may only read the graph is told what is lacking', async () => {
    const { status, json } = await get('/tables', reader.headers);
    expect([status, json.errors[0].message]).toEqual([403, expect.stringContaining('tables')]);
  });

  it('that a browser sends for a page of another site does nothing', async () => {
    const headers = { ...toBasic('', everybody.text), 'sec-fetch-site': 'cross-site' };
    expect((await get('/tables/companies.csv', headers)).status).toBe(403);
    expect(await house.asked()).toEqual([]);
  });
});

it('a key in the address is not looked for unless the operator allows it', async () => {
  const own = await mkdtemp(join(tmpdir(), 'keepnet-graph-tables-'));
  const key = await makeKey(own, { abilities: ['tables'] });
  const strict = await openHouse({ env: { DATA_DIR: own, ACCESS: 'keys', SIMULATOR_COMPANIES: '3' } });
  try {
    expect((await fetchTable(strict.url, `/tables?key=${key.text}`)).status).toBe(401);
    const both = await fetchTable(strict.url, `/tables/companies.csv?key=${key.text}`, key.headers);
    expect([both.status, both.text.includes(key.text)]).toEqual([400, false]);
  } finally {
    await strict.close();
    await rm(own, { recursive: true, force: true });
  }
});

describe('a key for one company', () => {
  it.each(PER_COMPANY)('reads its own in %s, and no other', async (table) => {
    const { status, json } = await get(`/tables/${table}.json`, keyA.headers);
    expect(status).toBe(200);
    expect(json.coverage.companiesInScope).toBe(1);
    expect(new Set(json.rows.map((row: TableRow) => row.company_id))).toEqual(new Set([companyA]));
    const asked = (await house.asked()).filter(({ companyId }) => companyId !== null);
    expect(asked.filter(({ companyId }) => companyId !== companyA)).toEqual([]);
  });

  it.each(PER_COMPANY)('is told of another in %s what it is told of one that is not there', async (table) => {
    const other = await get(`/tables/${table}.csv?companies=${companyB}`, keyA.headers);
    const unknown = await get(`/tables/${table}.csv?companies=aaaaAAAA0000`, keyA.headers);
    expect([other.status, other.json.errors[0].extensions.code]).toEqual([404, 'COMPANY_NOT_FOUND']);
    expect(other.json.errors[0].message.replace(companyB, 'ID')).toBe(
      unknown.json.errors[0].message.replace('aaaaAAAA0000', 'ID'),
    );
    expect((await house.asked()).filter(({ companyId }) => companyId !== null)).toEqual([]);
  });

  it('lists its own in the table of companies', async () => {
    const { text } = await get('/tables/companies.csv?columns=company_id', keyA.headers);
    expect(parseCsv(text)).toEqual([['company_id'], [companyA]]);
  });
});

describe('a key that must not see people', () => {
  it('reads rows without them, and cannot search for them', async () => {
    const path = `/tables/target_users.json?companies=${companyA}`;
    const [clear, hidden] = [await get(path, everybody.headers), await get(path, masked.headers)];
    expect(hidden.json.rows).toHaveLength(clear.json.rows.length);
    for (const { email, first_name: name } of clear.json.rows) {
      expect(hidden.text).not.toContain(email);
      expect(typeof name).toBe('string');
    }
    const searched = await get(`${path}&search=a`, masked.headers);
    expect([searched.status, searched.json.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('an answer that somebody has already', () => {
  const path = () => `/tables/target_users.csv?companies=${companyA}`;

  it('still holds: nothing is sent, and nothing is asked', async () => {
    const first = await get(path(), everybody.headers);
    const tag = first.headers.get('etag') ?? '';
    await house.simulator.clearJournal();
    const again = await get(path(), { ...everybody.headers, 'if-none-match': tag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect(again.headers.get('x-coverage')).toBe(first.headers.get('x-coverage'));
    expect(Number(again.headers.get('age'))).toBeGreaterThanOrEqual(0);
    expect(await house.asked()).toEqual([]);
  });

  it.each([
    ['asks for something else', () => everybody.headers, '&limit=5'],
    ['is somebody else', () => keyA.headers, ''],
  ])('is answered anew to whoever %s', async (_who, toHeaders, more) => {
    const tag = (await get(path(), everybody.headers)).headers.get('etag') ?? '';
    const again = await get(path() + more, { ...toHeaders(), 'if-none-match': tag });
    expect(again.status).toBe(200);
    expect(again.headers.get('etag')).not.toBe(tag);
  });

  it('with gaps holds for nobody', async () => {
    const tag = (await get('/tables/user_counts.csv', everybody.headers)).headers.get('etag') ?? '';
    const again = await get('/tables/user_counts.csv', { ...everybody.headers, 'if-none-match': tag });
    expect(again.status).toBe(200);
  });
});
