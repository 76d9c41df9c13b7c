/**
 * Streams as their readers get them: the answers of many companies as they land, with what was asked of Keepnet for them; what is
 * missing in the last line; and an end, whatever the reader does.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HEALTH_BY_POSITION } from '../../src/simulator/world/health.js';
import { type House, openHouse } from '../support/house.js';
import { type MadeKey, makeKey } from '../support/keys.js';
import { type Line, openStream, readStream, toEvents } from '../support/read-stream.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';
import { until } from '../support/until.js';

const CARD = `query Card($company: ID!, $first: Int = 1, $period: PeriodInput) {
  company(id: $company) {
    resourceId name countSummary { active } leaderboard(first: $first, period: $period) { totalCount }
  }
}`;
/** Some 300 kB for each company, from one call. */
const LONG_NAMES = Array.from({ length: 300 }, (_, index) => `${'long'.repeat(250)}${index}: name`);
const HEAVY = `query Heavy($company: ID!) { company(id: $company) { countSummary { active } ${LONG_NAMES.join(' ')} } }`;

const OPERATIONS: Readonly<Record<string, string>> = {
  card: CARD,
  heavy: HEAVY,
  list: '{ companies(first: 5) { nodes { name } } }',
  loose: 'query Loose($company: ID = "x") { viewer { upstream } company(id: $company) { name } }',
  pair: 'query One($company: ID!) { company(id: $company) { name } } query Two { viewer { upstream } }',
  order: 'mutation Order($company: ID!) { retryExport(id: $company) { job { id } } }',
  reserved:
    'query Reserved($company: ID!, $companies: Int!) { company(id: $company) { leaderboard(first: $companies) { totalCount } } }',
};

const COUNT_SUMMARY = '/api/target-users/count-summary';
const at = (health: (typeof HEALTH_BY_POSITION)[number]) => HEALTH_BY_POSITION.indexOf(health);

let directory: string;
let house: House;
let companyIds: string[];
const trusting = () => ({ TRUSTED_OPERATIONS: 'prefer', TRUSTED_OPERATIONS_DIR: directory });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'streamed-'));
  for (const [name, text] of Object.entries(OPERATIONS)) await writeFile(join(directory, `${name}.graphql`), text);
  house = await openHouse({ env: trusting() });
  companyIds = await fetchCompanyIds(house.simulatorUrl, await fetchToken(house.simulatorUrl));
});
beforeEach(() => house.simulator.clearJournal());
afterEach(() => house.simulator.clearFaults());
afterAll(async () => {
  await house.close();
  await rm(directory, { recursive: true });
});

async function refusalOf(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; code: string; message: string }> {
  const response = await fetch(`${house.url}${path}`, init);
  const { errors } = (await response.json()) as { errors: [{ message: string; extensions: { code: string } }] };
  return { status: response.status, code: errors[0].extensions.code, message: errors[0].message };
}

describe('a stream of an operation', () => {
  it('answers every company as the graph does, and costs what it costs there', async () => {
    const { status, headers, companies, coverage } = await readStream(`${house.url}/stream/card`);
    const asked = await house.asked();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(companies.map(({ company }: Line) => company.resourceId).sort()).toEqual([...companyIds].sort());
    for (const { company, ...answer } of companies) {
      // A second refusal is told from memory.
      if (company.resourceId === companyIds[at('ipRestricted')]) continue;
      expect(company).toEqual({
        id: `Company:${company.resourceId}`,
        resourceId: company.resourceId,
        name: expect.any(String),
      });
      const { body } = await house.ask(CARD, { company: company.resourceId });
      expect(answer).toEqual(JSON.parse(JSON.stringify(body)));
    }
    expect(coverage).toMatchObject({
      companiesInScope: 25,
      answered: 23,
      restricted: 1,
      failed: 1,
      skipped: 0,
      complete: false,
    });
    expect(coverage.gaps.map(({ companyId, code }: Line) => [companyId, code]).sort()).toEqual(
      [
        [companyIds[at('privacyClosed')], 'COMPANY_PRIVACY_DENIED'],
        [companyIds[at('ipRestricted')], 'FORBIDDEN'],
      ].sort(),
    );
    // The list once, though nothing is kept between operations; each question once, and none to the company that is closed.
    expect(asked.filter(({ path }) => path === '/api/companies/search')).toHaveLength(1);
    expect(asked.filter(({ path }) => path === COUNT_SUMMARY)).toHaveLength(24);
    expect(asked.filter(({ companyId }) => companyId === companyIds[at('privacyClosed')])).toEqual([]);
  });

  it('takes companies and variables from the address', async () => {
    const [first = '', second = ''] = companyIds;
    const query = `companies=Company:${first},${second},${first}&first=3&preset=LAST_3_MONTHS`;
    const { companies, coverage } = await readStream(`${house.url}/stream/card?${query}`);
    expect(companies.map(({ company }: Line) => company.resourceId).sort()).toEqual([first, second].sort());
    expect(coverage).toMatchObject({ companiesInScope: 2, answered: 2, complete: true, gaps: [] });
    const leaderboards = (await house.asked()).filter(({ path }) => path.includes('leaderboard'));
    expect(leaderboards).toHaveLength(2);
    for (const { body } of leaderboards) expect(JSON.stringify(body)).toContain('"pageSize":3');
  });

  it('comes as events where the client accepts them, and tells a browser that comes back that it is over', async () => {
    const accepted = { accept: 'text/event-stream' };
    const response = await fetch(`${house.url}/stream/card`, { headers: accepted });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const text = await response.text();
    const events = toEvents(text);
    expect(text).toMatch(/^id: begun\n\nevent: company\n/);
    expect(events.map(({ event }) => event)).toEqual([...Array.from({ length: 25 }, () => 'company'), 'done']);
    expect(events.at(-1)?.data.coverage).toMatchObject({ companiesInScope: 25, answered: 23 });
    await house.simulator.clearJournal();
    const again = await fetch(`${house.url}/stream/card`, { headers: { 'last-event-id': 'begun', ...accepted } });
    expect([again.status, await again.text()]).toEqual([204, '']);
    expect(await house.asked()).toEqual([]);
  });

  it('sends what has landed while a company is still waited for; a reader who leaves ends its calls', async () => {
    const slow = companyIds[at('healthy')] ?? '';
    await house.simulator.addFault({ kind: 'hang', path: COUNT_SUMMARY, companyId: slow });
    const requestId = 'stream-reader-leaves';
    const stream = await openStream(`${house.url}/stream/card`, { 'x-request-id': requestId });
    const lines = await stream.next(24);
    expect(lines).toHaveLength(24);
    expect(lines.map(({ company }) => company.resourceId)).not.toContain(slow);
    const hung = async () => (await house.asked()).filter(({ fault }) => fault === 'hang');
    expect((await hung()).map(({ companyId, aborted }) => [companyId, aborted])).toEqual([[slow, false]]);
    stream.leave();
    await until(async () => (await hung()).every(({ aborted }) => aborted), 'the call is let go');
    await until(() => house.logged().some((line) => line.requestId === requestId && line.msg === 'stream'), 'a line');
    expect(house.logged()).toContainEqual(
      expect.objectContaining({ requestId, msg: 'stream', operation: 'card', status: 'client gone' }),
    );
  });

  it('tells a company that fails in its line and in the coverage, and nothing of the inside', async () => {
    const broken = companyIds[at('overLimit')] ?? '';
    await house.simulator.addFault({ kind: 'status', status: 500, companyId: broken });
    const { companies, coverage } = await readStream(`${house.url}/stream/card?companies=${broken},${companyIds[0]}`);
    const line = companies.find(({ company }: Line) => company.resourceId === broken);
    expect(line.data.company).toMatchObject({ resourceId: broken, countSummary: null, leaderboard: null });
    expect(line.errors.map(({ path, extensions }: Line) => [path[1], extensions.code]).sort()).toEqual([
      ['countSummary', 'UPSTREAM_UNAVAILABLE'],
      ['leaderboard', 'UPSTREAM_UNAVAILABLE'],
    ]);
    expect(coverage).toMatchObject({ answered: 1, failed: 1, complete: false });
    expect(coverage.gaps).toMatchObject([{ companyId: broken, code: 'UPSTREAM_UNAVAILABLE', retryable: true }]);
    expect(JSON.stringify(companies)).not.toMatch(/127\.0\.0\.1|CANARY/);
  });

  it('is logged by its name, with the codes of its gaps and without its variables', async () => {
    const requestId = 'stream-is-logged-01';
    await readStream(`${house.url}/stream/card?companies=${companyIds[4]}`, { 'x-request-id': requestId });
    const isLine = (line: Record<string, unknown>) => line.requestId === requestId && line.msg === 'stream';
    await until(() => house.logged().some(isLine), 'a line in the log');
    const line = house.logged().find(isLine);
    expect(line).toMatchObject({ operation: 'card', status: 200, errorCodes: ['COMPANY_PRIVACY_DENIED'] });
    expect(JSON.stringify(line)).not.toContain(companyIds[4]);
  });
});

describe('a stream of a table', () => {
  const withoutTime = ({ as_of: _, ...row }: Line) => row;
  const byKey = (one: Line, other: Line) => (one.row_key < other.row_key ? -1 : 1);

  it('has the rows of the table, by company as they land, and the gaps where they stand', async () => {
    const query = 'preset=LAST_3_MONTHS&columns=row_key,company_id,rank,points,as_of';
    const whole = await (await fetch(`${house.url}/tables/leaderboard.ndjson?${query}`)).text();
    const rows = whole
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { companies, coverage } = await readStream(`${house.url}/stream/leaderboard?${query}`);
    const streamed = companies.flatMap((line: Line) => line.rows ?? []);
    expect(streamed.map(withoutTime).sort(byKey)).toEqual(rows.map(withoutTime).sort(byKey));
    expect(Object.keys(streamed[0])).toEqual(Object.keys(rows[0]));
    for (const { company, rows: own = [] } of companies) {
      expect(own.every((row: Line) => row.company_id === company.resourceId)).toBe(true);
    }
    expect(companies.filter(({ isLast }: Line) => isLast)).toHaveLength(23);
    expect(companies.filter(({ gap }: Line) => gap !== undefined)).toHaveLength(2);
    expect(companies).toContainEqual({
      company: expect.objectContaining({ resourceId: companyIds[at('privacyClosed')] }),
      gap: { code: 'COMPANY_PRIVACY_DENIED', retryable: false, message: expect.any(String) },
    });
    expect(coverage).toMatchObject({ companiesInScope: 25, answered: 23, restricted: 1, failed: 1, complete: false });
  });

  it('has no company in its lines where the table is a list', async () => {
    const { companies, coverage } = await readStream(`${house.url}/stream/companies`);
    expect(companies).toMatchObject([{ company: null, isLast: true }]);
    expect(companies[0].rows).toHaveLength(25);
    expect(coverage).toMatchObject({ companiesInScope: 25, answered: 25, complete: true });
  });

  it('never looks whole where a company fails after its first rows', async () => {
    const large = await openHouse({ env: { SIMULATOR_USERS: '150' } });
    try {
      const failing = { path: '/api/target-users/search', companyId: companyIds[0] ?? '', after: 1 };
      await large.simulator.addFault({ kind: 'status', status: 500, ...failing });
      const stream = await openStream(`${large.url}/stream/target_users?companies=${companyIds[0]}`);
      await expect(stream.rest()).rejects.toThrow();
      const isTold = ({ msg, status }: Record<string, unknown>) => msg === 'stream' && status === 'broken off';
      await until(() => large.logged().some(isTold), 'a line in the log');
      expect(large.logged().find(isTold)).toMatchObject({
        operation: 'target_users',
        errorCodes: ['UPSTREAM_UNAVAILABLE'],
      });
    } finally {
      await large.close();
    }
  });
});

describe('a slow reader', () => {
  it('slows the asking, and gets everything once he reads on', async () => {
    const large = await openHouse({ env: { ...trusting(), SIMULATOR_COMPANIES: '75' } });
    try {
      const [response] = (await once(get(`${large.url}/stream/heavy`), 'response')) as [IncomingMessage];
      const countCalls = async () => (await large.asked()).filter(({ path }) => path === COUNT_SUMMARY).length;
      let calls = 0;
      const isQuiet = async () => {
        const before = calls;
        await sleep(100);
        calls = await countCalls();
        return calls > 0 && calls === before;
      };
      await until(isQuiet, 'nothing more is asked');
      expect(calls).toBeLessThan(60);
      let last = '';
      for await (const line of createInterface({ input: response })) last = line;
      expect(JSON.parse(last).coverage).toMatchObject({ companiesInScope: 75, answered: 69 });
      expect(await countCalls()).toBe(72);
    } finally {
      await large.close();
    }
  });
});

describe('what cannot be streamed', () => {
  it.each([
    ['nothing', 404, 'TABLE_NOT_FOUND', /There are: .*\bcard\b/],
    ['list', 400, 'BAD_USER_INPUT', /no variable \$company: ID!/],
    ['loose', 400, 'BAD_USER_INPUT', /no variable \$company: ID!/],
    ['pair', 400, 'BAD_USER_INPUT', /holds 2 operations/],
    ['order', 400, 'BAD_USER_INPUT', /is a mutation/],
    ['reserved', 400, 'BAD_USER_INPUT', /one parameter companies/],
    ['card?companies=aaaaAAAA0000', 404, 'COMPANY_NOT_FOUND', /companies/],
    ['card?companies=no+id', 400, 'BAD_USER_INPUT', /companies/],
    ['card?compnies=aaaaAAAA0000', 400, 'BAD_USER_INPUT', /compnies/],
    ['card?company=aaaaAAAA0000', 400, 'BAD_USER_INPUT', /company/],
    ['card?first=many', 400, 'BAD_USER_INPUT', /first/],
    ['card?first=100000', 400, 'BAD_USER_INPUT', /first/],
    ['card?first=1&first=2', 400, 'BAD_USER_INPUT', /first/],
    ['card?require=complete', 400, 'BAD_USER_INPUT', /require: a stream sends what lands/],
    ['leaderboard?limit=5', 400, 'BAD_USER_INPUT', /limit: a stream sends all rows/],
    ['leaderboard?cursor=x', 400, 'BAD_USER_INPUT', /cursor/],
    ['leaderboard?columns=nothing', 400, 'BAD_USER_INPUT', /columns/],
    ['leaderboard?preset=YESTERYEAR', 400, 'BAD_USER_INPUT', /preset/],
    ['card?key=something', 400, 'BAD_USER_INPUT', /key/],
  ])('is refused before anything is sent: %s', async (path, status, code, message) => {
    const refusal = await refusalOf(`/stream/${path}`);
    expect(refusal).toMatchObject({ status, code, message: expect.stringMatching(message) });
    expect((await house.asked()).filter(({ companyId }) => companyId !== null)).toEqual([]);
  });

  it('is refused over SSE with a status too, not in an event', async () => {
    const headers = { accept: 'text/event-stream' };
    expect(await refusalOf('/stream/card?companies=aaaaAAAA0000', { headers })).toMatchObject({ status: 404 });
  });

  it.each(['POST', 'PUT'])('is %s', async (method) => {
    const response = await fetch(`${house.url}/stream/card`, { method });
    expect(response.status).toBe(405);
  });

  it('keeps the server from starting where it is called like a table', async () => {
    const wrong = await mkdtemp(join(tmpdir(), 'streamed-'));
    await writeFile(join(wrong, 'leaderboard.graphql'), CARD);
    await writeFile(join(wrong, 'companies.graphql'), OPERATIONS.list ?? '');
    await expect(openHouse({ env: { ...trusting(), TRUSTED_OPERATIONS_DIR: wrong } })).rejects.toThrow(
      'TRUSTED_OPERATIONS_DIR: expected names that no table has, got: leaderboard.graphql',
    );
    await rm(wrong, { recursive: true });
  });
});

describe('places for streams', () => {
  it('are so many; who comes later is told when to come again', async () => {
    await house.simulator.addFault({ kind: 'hang', path: COUNT_SUMMARY });
    const url = `${house.url}/stream/card?companies=${companyIds[0]}`;
    const isOver = new AbortController();
    const streams = Array.from({ length: 20 }, () => fetch(url, { signal: isOver.signal }).catch(() => undefined));
    await until(async () => (await house.asked()).some(({ fault }) => fault === 'hang'), 'a stream under way');
    const refused = async () => (await fetch(url, { signal: AbortSignal.timeout(500) })).status === 503;
    await until(() => refused().catch(() => false), 'no place');
    const response = await fetch(url);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await response.text()).toContain('OVERLOADED');
    expect((await house.ask('{ __typename }')).status).toBe(200);
    isOver.abort();
    await Promise.all(streams);
    await house.simulator.clearFaults();
    await until(async () => (await fetch(url)).status === 200, 'a place');
  });
});

describe('callers', () => {
  let locked: House;
  let dataDirectory: string;
  const keys: Record<string, MadeKey> = {};
  const CALLS_PER_MINUTE = 100;

  beforeAll(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-streams-'));
    const only = (companyId: string) => ({ kind: 'IDS', ids: [companyId] }) as const;
    keys.A = await makeKey(dataDirectory, { companies: only(companyIds[20] ?? ''), abilities: ['tables'] });
    keys.B = await makeKey(dataDirectory, { companies: only(companyIds[21] ?? ''), abilities: ['tables'] });
    keys.all = await makeKey(dataDirectory, { abilities: ['tables'] });
    keys.reader = await makeKey(dataDirectory, { abilities: ['read', 'export'] });
    const limit = { RATE_LIMIT_CALLS_PER_MINUTE: String(CALLS_PER_MINUTE) };
    locked = await openHouse({ env: { ...trusting(), ...limit, ACCESS: 'keys', DATA_DIR: dataDirectory } });
  });
  beforeEach(() => locked.simulator.clearJournal());
  afterAll(async () => {
    await locked.close();
    await rm(dataDirectory, { recursive: true });
  });

  const scopedCalls = async () => (await locked.asked()).filter(({ companyId }) => companyId !== null);

  it.each([
    ['A', 20, 21],
    ['B', 21, 20],
  ])('have a stream of their own companies only: %s', async (who, own, others) => {
    const headers = keys[who]?.headers;
    const { companies, coverage } = await readStream(`${locked.url}/stream/card`, headers);
    expect(companies.map(({ company }: Line) => company.resourceId)).toEqual([companyIds[own]]);
    expect(coverage).toMatchObject({ companiesInScope: 1, answered: 1 });
    expect(new Set((await scopedCalls()).map(({ companyId }) => companyId))).toEqual(new Set([companyIds[own]]));
    await locked.simulator.clearJournal();
    const foreign = await fetch(`${locked.url}/stream/card?companies=${companyIds[others]}`, { headers });
    const unknown = await fetch(`${locked.url}/stream/card?companies=aaaaAAAA0000`, { headers });
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    const withoutId = async (response: Response) =>
      (await response.text()).replace(/aaaaAAAA0000|"requestId":"[^"]+"/g, '').replaceAll(companyIds[others] ?? '', '');
    expect(await withoutId(foreign)).toBe(await withoutId(unknown));
    expect(await scopedCalls()).toEqual([]);
  });

  it('are asked for a key, which may come as a password, and for the ability to read tables', async () => {
    const url = `${locked.url}/stream/card?companies=${companyIds[20]}`;
    const basic = { authorization: `Basic ${Buffer.from(`:${keys.A?.text}`).toString('base64')}` };
    expect((await readStream(url, basic)).status).toBe(200);
    const refused = await fetch(url);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')]);
    expect((await fetch(url, { headers: keys.reader?.headers ?? {} })).status).toBe(403);
  });

  it('pay before the first line, and are told when to come again', async () => {
    const some = companyIds.slice(0, 20).join();
    const url = `${locked.url}/stream/card?companies=${some}`;
    const headers = keys.all?.headers;
    expect((await readStream(url, headers)).status).toBe(200);
    await locked.simulator.clearJournal();
    const refused = await fetch(url, { headers });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await scopedCalls()).toEqual([]);
  });
});
