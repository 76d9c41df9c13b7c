/** Tables as BI tools read them: the same rows in every format, whom they speak for, and what a failure looks like. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FetchedTable,
  fetchPages,
  fetchTable,
  parseCsv,
  readSheet,
  type TableRow,
} from '../support/fetch-table.js';
import { type House, openHouse } from '../support/house.js';
import { makeKey } from '../support/keys.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';
import { until } from '../support/until.js';

const USERS = '/api/target-users/search';
const SHIPPED = [
  'companies',
  'user_counts',
  'monthly_active_users',
  'target_users',
  'leaderboard',
  'user_timeline',
  'executive_reports',
  'widget_points',
  'coverage',
];

/** What every document asks of its list; here with one cell that takes part in no other table. */
const OWN_TABLE = `# Names and departments. 1 Keepnet call per 100 users.
query People($company: ID!, $filter: TargetUserFilter, $first: Int!, $after: String) {
  company(id: $company) {
    company_id: resourceId
    company_name: name
    targetUsers(filter: $filter, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { row_key: id display_name: displayName department }
    }
  }
}`;

let house: House;
let ownTables: string;
let companies: readonly string[] = [];
/** Open, with users, and with 181 and more of them where others have fewer. */
let open: readonly string[] = [];

beforeAll(async () => {
  ownTables = await mkdtemp(join(tmpdir(), 'keepnet-graph-tables-'));
  await writeFile(join(ownTables, 'people.graphql'), OWN_TABLE);
  house = await openHouse({ env: { SIMULATOR_USERS: '130', TABLES_DIR: ownTables } });
  companies = await fetchCompanyIds(house.simulatorUrl, await fetchToken(house.simulatorUrl));
  open = [0, 1, 2, 3].map((position) => companies[position] ?? '');
});
beforeEach(() => house.simulator.clearJournal());
afterEach(() => house.simulator.clearFaults());
afterAll(async () => {
  await house.close();
  await rm(ownTables, { recursive: true, force: true });
});

const get = (path: string, headers?: Record<string, string>): Promise<FetchedTable> =>
  fetchTable(house.url, path, headers);

/** By HTTP/1.0, as proxies do unless they are told otherwise: what came, and what went wrong with the connection. */
async function askOldWay(path: string): Promise<{ readonly text: string; readonly failure: string | null }> {
  const { hostname, port } = new URL(house.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.0\r\nhost: ${hostname}:${port}\r\n\r\n`);
  let failure: string | null = null;
  socket.on('error', ({ code = 'ERROR' }: NodeJS.ErrnoException) => {
    failure = code;
  });
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await new Promise((closed) => socket.once('close', closed));
  return { text, failure };
}

const askedOfUsers = async () => (await house.asked()).filter(({ path }) => path === USERS);

describe('the list of tables', () => {
  it('names every table, with what it takes', async () => {
    const { status, json } = await get('/tables');
    expect(status).toBe(200);
    const names = json.tables.map(({ name }: { name: string }) => name);
    expect(names.toSorted()).toEqual([...SHIPPED, 'people'].toSorted());
    for (const table of json.tables) expect(table.description.length).toBeGreaterThan(10);
    const users = json.tables.find(({ name }: { name: string }) => name === 'target_users');
    expect(users.parameters.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['companies', 'search', 'statuses', 'department']),
    );
    expect(await house.asked()).toEqual([]);
  });

  it.each([...SHIPPED, 'people'])('tells the columns of %s, which are those of its rows', async (name) => {
    const { json } = await get(`/tables/${name}/schema`);
    const columns = json.columns.map((column: { name: string }) => column.name);
    expect(columns).toEqual(expect.arrayContaining(['row_key', 'company_id', 'company_name']));
    expect(columns.at(-1)).toBe('as_of');
    for (const { description } of json.columns) expect(description).toEqual(expect.any(String));
    const of = name === 'user_timeline' ? `?companies=${open[0]}&user=${await aUser()}` : `?companies=${open[0]}`;
    const { text, status } = await get(`/tables/${name}.csv${name === 'companies' ? '' : of}`);
    expect({ status, columns: parseCsv(text)[0] }).toEqual({ status: 200, columns });
  });
});

async function aUser(): Promise<string> {
  const { json } = await get(`/tables/target_users.json?companies=${open[0]}&limit=1`);
  return json.rows[0].target_user_id;
}

describe('a table', () => {
  it('holds the same rows in four formats', async () => {
    const of = `companies=${open.join()}`;
    const pages = await fetchPages(house.url, `/tables/target_users.json?${of}&limit=70`);
    const rows: TableRow[] = pages.flatMap((page) => page.rows);
    expect(rows.length).toBeGreaterThan(400);
    expect(new Set(rows.map(({ row_key }) => row_key)).size).toBe(rows.length);
    expect(new Set(rows.map(({ company_id }) => company_id))).toEqual(new Set(open));
    const ndjson = (await get(`/tables/target_users.ndjson?${of}`)).text.trimEnd().split('\n');
    expect(ndjson.map((line) => withoutMoment(JSON.parse(line)))).toEqual(rows.map(withoutMoment));
    const csv = parseCsv((await get(`/tables/target_users.csv?${of}`)).text);
    const asTexts = rows.map((row) => Object.values(withoutMoment(row)).map(toCsvCell));
    expect(csv.slice(1).map((row) => row.slice(0, -1))).toEqual(asTexts);
    const workbook = await fetch(`${house.url}/tables/target_users.xlsx?${of}`);
    const sheet = await readSheet(Buffer.from(await workbook.arrayBuffer()));
    expect(sheet[0]).toEqual(csv[0]);
    expect(sheet.length).toBe(csv.length);
    const keyAt = csv[0]?.indexOf('row_key') ?? -1;
    expect(sheet.slice(1).map((row) => row[keyAt])).toEqual(rows.map(({ row_key }) => row_key));
  });

  it('says when its rows were read, in each of them', async () => {
    const before = new Date().toISOString();
    const { json, headers } = await get(`/tables/user_counts.json?companies=${open[0]}`);
    const [row] = json.rows;
    expect(row.as_of >= before && row.as_of <= new Date().toISOString()).toBe(true);
    expect(headers.get('age')).toBe('0');
  });

  it('gives the columns that are asked for, in its own order, and as many rows', async () => {
    const { text } = await get(`/tables/target_users.csv?companies=${open[0]}&columns=email,row_key&limit=3`);
    const [head, ...rows] = parseCsv(text);
    expect(head).toEqual(['row_key', 'email']);
    expect(rows).toHaveLength(3);
    expect(await askedOfUsers()).toHaveLength(1);
  });

  it('asks Keepnet for what the parameters say, of the companies that are named and no others', async () => {
    const { json } = await get(`/tables/target_users.json?companies=${open[0]},Company:${open[1]}&statuses=INACTIVE`);
    expect(new Set(json.rows.map(({ status }: TableRow) => status))).toEqual(new Set(['INACTIVE']));
    const asked = await askedOfUsers();
    expect(new Set(asked.map(({ companyId }) => companyId))).toEqual(new Set(open.slice(0, 2)));
  });

  it('of an operator is served like the shipped ones', async () => {
    const { json, status } = await get(`/tables/people.json?companies=${open[0]}&limit=2`);
    expect(status).toBe(200);
    expect(Object.keys(json.rows[0])).toEqual([
      'company_id',
      'company_name',
      'row_key',
      'display_name',
      'department',
      'as_of',
    ]);
  });

  it('is compressed where the reader takes it, and begins with a mark for Excel where that is asked for', async () => {
    const plain = await fetch(`${house.url}/tables/companies.csv?bom=1&columns=company_id`, {
      headers: { 'accept-encoding': 'identity' },
    });
    const bytes = Buffer.from(await plain.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const { request } = await import('node:http');
    const compressed = await new Promise<Buffer>((resolve, reject) => {
      const headers = { 'accept-encoding': 'gzip' };
      request(`${house.url}/tables/companies.csv?bom=1&columns=company_id`, { headers }, (response) => {
        expect(response.headers['content-encoding']).toBe('gzip');
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
      })
        .on('error', reject)
        .end();
    });
    expect(gunzipSync(compressed)).toEqual(bytes);
  });

  it('answers HEAD with its head and no rows', async () => {
    const response = await fetch(`${house.url}/tables/user_counts.csv?companies=${open[0]}`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-coverage')).toBe('answered=1;restricted=0;failed=0;skipped=0;in_scope=1');
    expect(await response.text()).toBe('');
  });
});

/** `as_of` is another in each answer. */
function withoutMoment({ as_of: _moment, ...row }: TableRow): TableRow {
  return row;
}

function toCsvCell(cell: TableRow[string]): string | null {
  if (typeof cell !== 'string') return cell === null ? null : String(cell);
  return /^[=+\-@]/.test(cell) ? `'${cell}` : cell;
}

describe('what cannot be asked', () => {
  it.each([
    ['companys=x', 'companys'],
    ['Companies=x', 'Companies'],
    ['company=x', 'company'],
    ['first=5', 'first'],
    ['after=x', 'after'],
    ['key=kg_x', 'key'],
    ['statuses=SLEEPING', 'statuses'],
    ['statuses=', 'statuses'],
    ['companies=', 'companies'],
    ['companies=no id', 'companies'],
    ['columns=email,nonsense', 'columns'],
    ['columns=email,', 'columns'],
    ['limit=0', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['require=most', 'require'],
    ['bom=yes', 'bom'],
    ['cursor=abc', 'cursor'],
    ['filter={"status":', 'filter'],
    ['filter={"nonsense":1}', 'filter'],
    ['orderBy=SIZE', 'orderBy'],
    ['orderBy=EMAIL:UP', 'orderBy'],
  ])('%s is refused by name, and nothing is asked of Keepnet', async (query, name) => {
    const { status, json } = await get(`/tables/target_users.csv?${query}`);
    expect({ status, code: json.errors[0].extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(json.errors[0].message).toContain(name);
    expect(await askedOfUsers()).toEqual([]);
  });

  it.each([
    '/tables/nonsense.csv',
    '/tables/target_users.pdf',
    '/tables/target_users',
    '/tables/nonsense/schema',
    '/tables/.csv',
  ])('%s is not there', async (path) => {
    const { status, json } = await get(path);
    expect({ status, code: json.errors[0].extensions.code }).toEqual({ status: 404, code: 'TABLE_NOT_FOUND' });
  });

  it('a company that is not there is told by its id', async () => {
    const { status, json } = await get('/tables/target_users.csv?companies=aaaaAAAA0000');
    const { code, argument, companyId } = json.errors[0].extensions;
    expect({ status, code }).toEqual({ status: 404, code: 'COMPANY_NOT_FOUND' });
    expect({ argument, companyId }).toEqual({ argument: 'companies', companyId: 'aaaaAAAA0000' });
    expect(await askedOfUsers()).toEqual([]);
  });

  it('a table is only read', async () => {
    const response = await fetch(`${house.url}/tables/companies.csv`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('the timeline of nobody', async () => {
    const { status, json } = await get(`/tables/user_timeline.csv?companies=${open[0]}`);
    expect([status, json.errors[0].message]).toEqual([400, expect.stringContaining('user')]);
  });
});

describe('a table with gaps', () => {
  const COVERAGE = 'answered=22;restricted=1;failed=2;skipped=0;in_scope=25';
  beforeEach(() => house.simulator.addFault({ kind: 'status', status: 500, path: USERS, companyId: open[1] }));

  it.each(['csv', 'ndjson', 'xlsx'])('says in the head of .%s whom it speaks for', async (format) => {
    const { status, headers } = await get(`/tables/target_users.${format}`);
    expect({ status, coverage: headers.get('x-coverage') }).toEqual({ status: 200, coverage: COVERAGE });
  });

  it('says the same as JSON, on the last page of the whole and on each page of what came', async () => {
    const pages = await fetchPages(house.url, '/tables/target_users.json?limit=500');
    expect(pages.length).toBeGreaterThan(3);
    const last = pages.at(-1).coverage;
    expect(last).toMatchObject({
      companiesInScope: 25,
      answered: 22,
      restricted: 1,
      failed: 2,
      skipped: 0,
      complete: false,
    });
    for (const { coverage } of pages.slice(0, -1)) expect(coverage.complete).toBe(false);
    const gaps = pages.flatMap((page) => page.coverage.gaps);
    expect(gaps.map(({ code }) => code).toSorted()).toEqual([
      'COMPANY_PRIVACY_DENIED',
      'FORBIDDEN',
      'UPSTREAM_UNAVAILABLE',
    ]);
    expect(gaps.map(({ companyId }) => companyId)).toEqual(
      expect.arrayContaining([companies[4], companies[10], open[1]]),
    );
    const rows = pages.flatMap((page) => page.rows);
    expect(rows.some(({ company_id }) => company_id === open[1])).toBe(false);
  });

  it.each(['csv', 'json', 'ndjson', 'xlsx'])('is no .%s at all where it must be complete', async (format) => {
    const { status, headers, json } = await get(
      `/tables/target_users.${format}?require=complete&companies=${open.join()}`,
    );
    expect({ status, code: json.errors[0].extensions.code }).toEqual({ status: 503, code: 'TABLE_INCOMPLETE' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(json.errors[0].extensions.retryAfterMs).toBe(Number(headers.get('retry-after')) * 1_000);
  });

  it('is told company by company in the table of coverage', async () => {
    await house.simulator.addFault({
      kind: 'status',
      status: 500,
      path: '/api/target-users/count-summary',
      companyId: open[2],
    });
    const { json, headers } = await get('/tables/coverage.json');
    expect(json.rows).toHaveLength(25);
    const states = new Map(json.rows.map((row: TableRow) => [row.company_id, [row.state, row.code]]));
    expect(states.get(open[0])).toEqual(['ANSWERED', null]);
    expect(states.get(companies[4])).toEqual(['RESTRICTED', 'COMPANY_PRIVACY_DENIED']);
    expect(states.get(companies[10])).toEqual(['FAILED', 'FORBIDDEN']);
    expect(states.get(open[2])).toEqual(['FAILED', 'UPSTREAM_UNAVAILABLE']);
    expect(headers.get('x-coverage')).toBe(COVERAGE);
  });
});

describe('a failure in the middle', () => {
  it.each(['csv', 'ndjson', 'xlsx'])('ends .%s abnormally, and the log says so', async (format) => {
    await house.simulator.addFault({ kind: 'status', status: 500, path: USERS, companyId: open[1], after: 1 });
    const response = await fetch(`${house.url}/tables/target_users.${format}?companies=${open.join()}`, {
      headers: { 'x-request-id': `broken-${format}-1` },
    });
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    const line = () =>
      house.logged().find(({ requestId, msg }) => requestId === `broken-${format}-1` && msg === 'table');
    await until(() => line() !== undefined, 'its line in the log');
    expect(line()).toMatchObject({
      operation: 'target_users',
      status: 'broken off',
      errorCodes: ['UPSTREAM_UNAVAILABLE'],
    });
  });

  it.each(['csv', 'ndjson'])(
    'resets the connection of an old client, which knows .%s by no other end',
    async (format) => {
      const path = `/tables/target_users.${format}?companies=${open.join()}`;
      const whole = await askOldWay(path);
      expect([whole.failure, whole.text.startsWith('HTTP/1.1 200')]).toEqual([null, true]);
      const body = whole.text.slice(whole.text.indexOf('\r\n\r\n') + 4);
      expect(body.split('\n').length).toBe((await get(path)).text.split('\n').length);
      await house.simulator.addFault({ kind: 'status', status: 500, path: USERS, companyId: open[1], after: 1 });
      expect((await askOldWay(path)).failure).toBe('ECONNRESET');
    },
  );

  it('that comes before the first row is an error, with nothing of the table that it was to be', async () => {
    await house.simulator.addFault({ kind: 'status', status: 403, path: USERS, companyId: open[1], after: 1 });
    const { status, headers, json } = await get(`/tables/target_users.csv?companies=${open[1]}`);
    expect([status, json.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
    const told = ['content-encoding', 'content-disposition', 'etag', 'age', 'x-coverage'];
    expect(told.filter((name) => headers.has(name))).toEqual([]);
  });

  it('is an error as JSON, and the same page can be asked for again', async () => {
    await house.simulator.addFault({ kind: 'status', status: 500, path: USERS, companyId: open[1], after: 1 });
    const { status, json } = await get(`/tables/target_users.json?companies=${open[1]}`);
    expect([status, json.errors[0].extensions.code]).toEqual([502, 'UPSTREAM_UNAVAILABLE']);
    await house.simulator.clearFaults();
    expect((await get(`/tables/target_users.json?companies=${open[1]}`)).status).toBe(200);
  });

  it('of the reader takes the calls with it', async () => {
    await house.simulator.addFault({ kind: 'hang', path: USERS, companyId: open[1], after: 1 });
    const gone = new AbortController();
    const { signal } = gone;
    const response = await fetch(`${house.url}/tables/target_users.csv?companies=${open.join()}`, { signal });
    const rest = response.text().catch(() => undefined);
    await until(async () => (await house.asked()).some(({ fault }) => fault === 'hang'), 'a call under way');
    gone.abort();
    await rest;
    const hung = async () => (await house.asked()).filter(({ fault }) => fault === 'hang');
    await until(async () => (await hung()).every(({ aborted }) => aborted), 'the call let go');
    expect(await hung()).toHaveLength(1);
  });
});

describe('pages of a caller with few calls in a minute', () => {
  const PATHS = ['/tables/user_counts.json', '/odata/user_counts'];
  let poor: House;

  beforeAll(async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-tables-'));
    poor = await openHouse({ env: { RATE_LIMIT_CALLS_PER_MINUTE: '8', ACCESS: 'keys', DATA_DIR: dataDirectory } });
  });
  afterAll(async () => {
    await poor.close();
    await rm(poor.dataDirectory, { recursive: true });
  });

  it.each(PATHS)('%s ends where they are used up; the next one is told when to come again', async (path) => {
    const { headers } = await makeKey(poor.dataDirectory, { abilities: ['tables'] });
    const first = await fetchTable(poor.url, path, headers);
    expect(first.status).toBe(200);
    const { rows = first.json.value } = first.json;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThanOrEqual(8);
    const next = first.json['@odata.nextLink'] ?? `${poor.url}${path}?cursor=${first.json.next}`;
    const refused = await fetchTable(poor.url, next.slice(poor.url.length), headers);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
  });
});
