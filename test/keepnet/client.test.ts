import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppError, type ErrorCode } from '../../src/errors.js';
import { createAnswerCache } from '../../src/keepnet/cache.js';
import { createKeepnetClient, type KeepnetClient, type KeepnetClientConfig } from '../../src/keepnet/client.js';
import type { CompanyId, CompanyRow, CompanySearch } from '../../src/keepnet/rows.js';
import type { KeepnetSession } from '../../src/keepnet/session.js';
import {
  COMPANY_ADMIN_CREDENTIALS,
  OTHER_RESELLER_CREDENTIALS,
  SIMULATOR_CREDENTIALS,
} from '../../src/simulator/credentials.js';
import { type Fault, startSimulator, type TestSimulator } from '../support/simulator.js';

let simulator: TestSimulator;
let defaults: Awaited<ReturnType<TestSimulator['settings']>>;
let clients: KeepnetClient[] = [];
let lines: Record<string, unknown>[] = [];
/** Healthy ones, oldest first. */
let companies: readonly CompanyRow[];

const log = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [
    level,
    (fields: Record<string, unknown>, message: string) => void lines.push({ ...fields, level, message }),
  ]),
) as unknown as Parameters<typeof createKeepnetClient>[1]['log'];

function createClient(change: Partial<KeepnetClientConfig> = {}): KeepnetClient {
  const client = createKeepnetClient(
    {
      baseUrl: simulator.url,
      ...SIMULATOR_CREDENTIALS,
      transport: process.env.KEEPNET_TRANSPORT === 'cross-fetch' ? 'cross-fetch' : 'undici',
      timeZone: 'UTC',
      dateFormat: 'DD/MM/YYYY',
      maxInFlight: 8,
      callsPerSecond: null,
      callTimeoutMs: 5_000,
      cacheTtlMs: 60_000,
      ...change,
    },
    // Too small to keep an answer: every question is asked.
    { log, cache: createAnswerCache({ maxBytes: 1 }) },
  );
  clients.push(client);
  return client;
}

function openSession(client = createClient(), signal = new AbortController().signal): KeepnetSession {
  return client.openSession({
    signal,
    requestId: 'request-1',
    deadlineAtMs: Date.now() + 5_000,
    lane: 'interactive',
    maxCalls: 500,
    isFresh: false,
    sees: null,
    mask: null,
  });
}

const allCompanies: CompanySearch = {
  pageNumber: 1,
  pageSize: 100,
  order: { field: 'NAME', direction: 'ASC' },
  filter: {},
};

beforeAll(async () => {
  simulator = await startSimulator({ companies: 50 });
  defaults = await simulator.settings();
  const { rows } = await openSession().searchCompanies(allCompanies);
  const readable = await Promise.all(
    rows.map(async (row) =>
      (await openSession(clients[0])
        .licenseCheck(row.companyId)
        .catch(() => null))
        ? row
        : null,
    ),
  );
  companies = readable.filter((row) => row !== null);
});

beforeEach(async () => {
  await simulator.clearFaults();
  await simulator.settings(defaults);
  await simulator.clearJournal();
  lines = [];
});

afterEach(() => {
  jest.restoreAllMocks();
  for (const client of clients) client.stop();
  clients = [];
});

afterAll(() => simulator.stop());

const company = (index = 0): CompanyId => {
  const row = companies[index];
  if (row === undefined) throw new Error(`no company ${index}`);
  return row.companyId;
};
const asked = async (path?: string) => {
  const { entries } = await simulator.journal();
  return path === undefined ? entries : entries.filter((entry) => entry.path === path);
};
const TOKEN = '/connect/token';
const COUNTS = '/api/target-users/count-summary';
const LIST = '/api/companies/search';

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

describe('token', () => {
  it('is asked for once by 50 calls that start together, in a form', async () => {
    const session = openSession(createClient({ maxInFlight: 50 }));
    const ids = companies.slice(0, 40).map(({ companyId }) => companyId);
    await Promise.all([
      ...ids.map((id) => session.licenseCheck(id)),
      ...ids.slice(0, 10).map((id) => session.countSummary(id)),
    ]);
    expect(await asked()).toHaveLength(51);
    expect(await asked(TOKEN)).toMatchObject([
      { method: 'POST', body: { grant_type: 'client_credentials', scope: 'api1', client_id: 'simulator' } },
    ]);
  });

  it('describes the credential without another call', async () => {
    expect(await openSession().credential()).toEqual({
      role: 'Reseller',
      companyName: 'Simulated Reseller',
      companyResourceId: expect.stringMatching(/^[A-Za-z0-9]{12}$/),
      permissions: expect.arrayContaining(['companies/search|POST', 'companies/{resourceId}|GET']),
      tokenExpiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    await simulator.settings({ omitPermissions: true });
    const signal = new AbortController().signal;
    const client = createClient(COMPANY_ADMIN_CREDENTIALS);
    expect(await client.checkCredential(signal)).toMatchObject({ role: 'CompanyAdmin', permissions: null });
    expect((await asked()).map(({ path }) => path)).toEqual([TOKEN, TOKEN]);
  });

  it('is renewed when nine tenths of its life are over, and not before', async () => {
    const session = openSession();
    const realNow = Date.now.bind(Date);
    let laterMs = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + laterMs);
    await session.licenseCheck(company());
    laterMs = 0.89 * 3_600_000;
    await session.licenseCheck(company());
    expect(await asked(TOKEN)).toHaveLength(1);
    laterMs = 0.91 * 3_600_000;
    await session.licenseCheck(company());
    expect((await asked()).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await asked(TOKEN)).toHaveLength(2);
  });

  it('that dies in the middle costs one new token, and each failed call one repetition', async () => {
    const session = openSession(createClient({ maxInFlight: 10 }));
    await simulator.addFault({ kind: 'revokeToken', path: COUNTS, after: 15 });
    const ids = companies.slice(0, 40).map(({ companyId }) => companyId);
    await Promise.all(ids.map((id) => session.countSummary(id)));
    expect(await asked(TOKEN)).toHaveLength(2);
    const entries = await asked(COUNTS);
    const refused = entries.filter(({ status }) => status === 401);
    expect(refused.length).toBeGreaterThan(0);
    expect(entries).toHaveLength(40 + refused.length);
    const answered = entries.filter(({ status }) => status === 200).map(({ companyId }) => companyId);
    expect(new Set(answered)).toEqual(new Set(ids));
  });

  it('that is refused for ever ends after one repetition', async () => {
    await simulator.addFault({ kind: 'status', path: COUNTS, status: 401, bodyStyle: 'empty' });
    const error = await errorOf(openSession().countSummary(company()));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAUTHENTICATED', companyId: company(), upstream: { status: 401 } });
    expect((await asked()).map(({ path }) => path)).toEqual([TOKEN, COUNTS, TOKEN, COUNTS]);
  });

  it('that a wrong secret cannot get is told in one sentence, at start and in a call', async () => {
    const client = createClient({ clientSecret: 'not-the-secret' });
    const atStart = await errorOf(client.checkCredential(new AbortController().signal));
    const inCall = await errorOf(openSession(client).countSummary(company()));
    for (const error of [atStart, inCall]) {
      expect(error).toMatchObject({
        code: 'UPSTREAM_UNAUTHENTICATED',
        message: expect.stringMatching(/KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET/),
        upstream: { operation: 'POST connect/token', status: 400 },
      });
    }
    expect(inCall.companyId).toBe(company());
    expect(atStart.companyId).toBeUndefined();
  });

  it.each<[Fault, ErrorCode]>([
    [{ kind: 'status', status: 503, bodyStyle: 'html' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'status', status: 429, retryAfterSeconds: 4 }, 'UPSTREAM_RATE_LIMITED'],
    [{ kind: 'html200' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'empty200' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'status', status: 404 }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'status', status: 403 }, 'UPSTREAM_UNAUTHENTICATED'],
  ])('whose endpoint has the fault %j is %s, and asked for anew afterwards', async (fault, code) => {
    await simulator.addFault({ ...fault, path: TOKEN, times: 1 });
    const session = openSession();
    const error = await errorOf(session.credential());
    expect(error).toMatchObject({ code, upstream: { operation: 'POST connect/token' } });
    expect(error.message).not.toContain('CANARY');
    expect(await session.credential()).toMatchObject({ role: 'Reseller' });
  });
});

/** What is worth another attempt, and how many there are. */
const ATTEMPTS: Partial<Record<ErrorCode, number>> = {
  UPSTREAM_UNAVAILABLE: 3,
  UPSTREAM_TIMEOUT: 3,
  UPSTREAM_RATE_LIMITED: 4,
};

describe('a failure', () => {
  const upstream = (status: number | null) => ({ operation: 'GET target-users/count-summary', status });
  it.each<[string, Fault, ErrorCode, number | null]>([
    ['503', { kind: 'status', status: 503, bodyStyle: 'html' }, 'UPSTREAM_UNAVAILABLE', 503],
    ['500 in PascalCase', { kind: 'status', status: 500, bodyStyle: 'pascal' }, 'UPSTREAM_UNAVAILABLE', 500],
    ['400', { kind: 'status', status: 400 }, 'UPSTREAM_REJECTED', 400],
    ['422 as a problem', { kind: 'status', status: 422, bodyStyle: 'problem' }, 'UPSTREAM_REJECTED', 422],
    ['403', { kind: 'status', status: 403 }, 'FORBIDDEN', 403],
    ['404', { kind: 'status', status: 404, bodyStyle: 'problem' }, 'COMPANY_NOT_FOUND', 404],
    ['408', { kind: 'status', status: 408 }, 'UPSTREAM_TIMEOUT', 408],
    ['429', { kind: 'status', status: 429 }, 'UPSTREAM_RATE_LIMITED', 429],
    ['302', { kind: 'status', status: 302, bodyStyle: 'empty' }, 'UPSTREAM_BAD_RESPONSE', 302],
    ['FAILED with 200', { kind: 'failed200' }, 'UPSTREAM_REJECTED', 200],
    ['HTML with 200', { kind: 'html200' }, 'UPSTREAM_BAD_RESPONSE', 200],
    ['nothing with 200', { kind: 'empty200' }, 'UPSTREAM_BAD_RESPONSE', 200],
    ['half JSON', { kind: 'halfJson' }, 'UPSTREAM_BAD_RESPONSE', 200],
    ['another shape', { kind: 'wrongShape' }, 'UPSTREAM_BAD_RESPONSE', 200],
    ['a reset', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', null],
    ['a truncated answer', { kind: 'truncated' }, 'UPSTREAM_UNAVAILABLE', null],
    ['11 MB', { kind: 'largeBody', bytes: 11 * 1024 * 1024 }, 'RESPONSE_TOO_LARGE', null],
    ['a company that is suddenly not managed', { kind: 'unmanaged' }, 'FORBIDDEN', 403],
  ])('%s', async (_name, fault, code, status) => {
    await simulator.addFault({ ...fault, companyId: company() });
    const session = openSession();
    const error = await errorOf(session.countSummary(company()));
    expect(error).toMatchObject({ code, companyId: company(), upstream: upstream(status) });
    expect(JSON.stringify([error.message, lines])).not.toMatch(/CANARY|127\.0\.0\.1|Bearer/);
    expect(await session.countSummary(company(1))).toMatchObject({ active: expect.any(Number) });
    const attempts = ATTEMPTS[code] ?? 1;
    // Where a reset meets a connection that was kept, the call is sent again besides.
    expect(fault.kind === 'reset' ? [attempts, attempts + 1] : [attempts]).toContain((await asked(COUNTS)).length - 1);
  });

  it.each([
    [{ retryAfterSeconds: 7 }, 7_000, 7_000],
    [{ retryAfterSeconds: 60, retryAfterAsDate: true }, 58_000, 60_000],
  ])('429 with %j tells when to come back', async (retryAfter, min, max) => {
    await simulator.addFault({ kind: 'status', status: 429, path: COUNTS, ...retryAfter });
    const { retryAfterMs } = await errorOf(openSession().countSummary(company()));
    expect(retryAfterMs).toBeGreaterThanOrEqual(min);
    expect(retryAfterMs).toBeLessThanOrEqual(max);
  });

  it.each<[400 | 403 | 404, ErrorCode]>([
    [403, 'FORBIDDEN'],
    [404, 'COMPANY_NOT_FOUND'],
    [400, 'UPSTREAM_REJECTED'],
  ])('%i for a company of somebody else is %s', async (unmanagedStatus, code) => {
    const stranger = (await openSession(createClient(OTHER_RESELLER_CREDENTIALS)).searchCompanies(allCompanies))
      .rows[0];
    await simulator.settings({ unmanagedStatus });
    const error = await errorOf(openSession().countSummary(stranger?.companyId as CompanyId));
    expect(error).toMatchObject({ code, companyId: stranger?.companyId });
  });

  it('of a credential that is no reseller names the role it has and the one it needs', async () => {
    const error = await errorOf(openSession(createClient(COMPANY_ADMIN_CREDENTIALS)).searchCompanies(allCompanies));
    expect(error).toMatchObject({
      code: 'MISSING_PERMISSION',
      message: expect.stringMatching(/must be Reseller.*CompanyAdmin/),
      upstream: { operation: 'POST companies/search', status: 403 },
    });
  });

  it('is remembered for a minute where it closes the whole company', async () => {
    const session = openSession();
    const { rows } = await session.searchCompanies(allCompanies);
    const closed = rows.filter((row) => !companies.some(({ companyId }) => companyId === row.companyId));
    const outcomes = await Promise.all(
      closed.map(async ({ companyId }) => {
        const { code } = await errorOf(session.countSummary(companyId));
        return [code, session.learnedAccess(companyId)].join(' ');
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(['COMPANY_PRIVACY_DENIED PRIVACY_DENIED', 'FORBIDDEN FORBIDDEN']));
    expect(session.learnedAccess(company())).toBeNull();
    const [first] = closed;
    const later = Date.now() + 61_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect(session.learnedAccess(first?.companyId as CompanyId)).toBeNull();
  });

  it('of one endpoint alone is not remembered against the company', async () => {
    await simulator.addFault({ kind: 'status', status: 403, path: COUNTS });
    const session = openSession();
    await errorOf(session.countSummary(company()));
    expect(session.learnedAccess(company())).toBeNull();
  });

  it('is null where a report is not there', async () => {
    const session = openSession();
    expect(await session.executiveReport(company(), 'zzzzzzzzzzzz')).toBeNull();
    expect((await asked()).at(-1)).toMatchObject({ path: '/api/executive-report/zzzzzzzzzzzz', status: 404 });
  });
});

describe('time', () => {
  it.each<Fault>([{ kind: 'hang' }, { kind: 'dripping', ms: 50 }])('ends a call at its deadline: %j', async (fault) => {
    await simulator.addFault({ ...fault, path: COUNTS });
    const error = await errorOf(openSession(createClient({ callTimeoutMs: 250 })).countSummary(company()));
    expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', companyId: company(), upstream: { status: null } });
    await sleep(100);
    expect((await asked(COUNTS))[0]).toMatchObject({ aborted: true });
  });

  it('is up for everything at once when the operation ends: queue, sockets and all', async () => {
    await simulator.addFault({ kind: 'hang', path: COUNTS });
    const operation = new AbortController();
    const client = createClient({ maxInFlight: 5 });
    const session = openSession(client, operation.signal);
    await session.credential();
    const results = companies.slice(0, 40).map(({ companyId }) => errorOf(session.countSummary(companyId)));
    await sleep(150);
    const reason = new AppError('DEADLINE_EXCEEDED', 'The operation is out of time.');
    operation.abort(reason);
    const errors = await Promise.all(results);
    expect(errors.every(({ code, message }) => code === reason.code && message === reason.message)).toBe(true);
    await sleep(100);
    const entries = await asked(COUNTS);
    expect(entries).toHaveLength(5);
    expect(entries.every(({ aborted }) => aborted)).toBe(true);
    await simulator.clearFaults();
    expect(await openSession(client).countSummary(company())).toMatchObject({ active: expect.any(Number) });
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('is not given to calls of an operation that has ended', async () => {
    const session = openSession(createClient(), AbortSignal.abort());
    expect(await errorOf(session.countSummary(company()))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await asked()).toEqual([]);
  });

  it('never sees more calls in flight than the cap', async () => {
    await simulator.settings({ latencyMs: 10 });
    const session = openSession(createClient({ maxInFlight: 6 }));
    await Promise.all(companies.map(({ companyId }) => session.countSummary(companyId)));
    const { maxInFlight, entries } = await simulator.journal();
    expect(entries.length).toBe(companies.length + 1);
    expect(maxInFlight).toBe(6);
  });

  it('ends with the client', async () => {
    await simulator.addFault({ kind: 'hang', path: COUNTS });
    const client = createClient({ maxInFlight: 1 });
    const session = openSession(client);
    await session.credential();
    const results = [company(0), company(1)].map((id) => errorOf(session.countSummary(id)));
    await sleep(100);
    client.stop();
    expect((await Promise.all(results)).map(({ code }) => code)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
    expect(await asked(COUNTS)).toHaveLength(1);
  });
});

describe('what is sent', () => {
  it('carries the company of the call in both headers, and none where there is none', async () => {
    const session = openSession();
    const period = { preset: 'LAST_YEAR' } as const;
    const page = { pageNumber: 1, pageSize: 5, filter: {} };
    await session.searchCompanies(allCompanies);
    await session.myCompanies();
    const scoped = [company(0), company(1)].flatMap((id) => [
      session.companyDetails(id),
      session.licenseCheck(id),
      session.countSummary(id),
      session.searchTargetUsers(id, { ...page, order: { field: 'CREATED_AT', direction: 'DESC' } }),
      session.targetUsersByIds(id, ['zzzzzzzzzzzz']),
      session.leaderboardOptions(id),
      session.leaderboard(id, { ...page, period, order: { field: 'RANK', direction: 'ASC' } }),
      session.topPerformers(id, period),
      session.userTimeline(id, { ...page, period, targetUserResourceId: 'zzzzzzzzzzzz', direction: 'DESC' }),
      session.userPerformance(id, { period, targetUserResourceId: 'zzzzzzzzzzzz' }),
      session.executiveReports(id, ''),
      session.executiveReport(id, 'zzzzzzzzzzzz'),
      session.executiveMetrics(id),
      session.widgets(id, { widgetIds: ['zzzzzzzzzzzz'], period }),
    ]);
    await Promise.all(scoped);
    const entries = await asked();
    expect(entries).toHaveLength(1 + 2 + 28);
    for (const entry of entries.slice(0, 3)) expect(entry.companyId).toBeNull();
    for (const id of [company(0), company(1)]) {
      const own = entries.filter(({ companyId }) => companyId === id);
      expect(own).toHaveLength(14);
      expect(own.every(({ companyHeaders }) => Object.values(companyHeaders).every((value) => value === id))).toBe(
        true,
      );
      const named = own.filter(({ path }) => path.startsWith('/api/companies/'));
      expect(named.map(({ path }) => path.split('/')[3])).toEqual([id, id]);
    }
  });

  it('is the page as it was asked for', async () => {
    await openSession().searchTargetUsers(company(), {
      pageNumber: 7,
      pageSize: 33,
      order: { field: 'EMAIL', direction: 'DESC' },
      filter: { search: 'şİı "x"' },
    });
    expect((await asked()).at(-1)).toMatchObject({
      body: { pageNumber: 7, pageSize: 33, orderBy: 'Email', ascending: false, filter: { condition: 'AND' } },
      status: 200,
    });
    expect(JSON.stringify((await asked()).at(-1)?.body)).toContain('şİı \\"x\\"');
  });

  it('is nothing where nothing is asked', async () => {
    const session = openSession();
    expect(await session.targetUsersByIds(company(), [])).toEqual([]);
    expect(await session.widgets(company(), { widgetIds: [], period: { preset: 'THIS_YEAR' } })).toEqual([]);
    await expect(session.companyDetails('a/../b' as CompanyId)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await asked()).toEqual([]);
  });
});

describe('what is answered', () => {
  it.each([
    ['DD/MM/YYYY', '24h'],
    ['MM/DD/YYYY', '24h'],
    ['YYYY/MM/DD', '24h'],
    ['DD/MM/YYYY', '12h'],
    ['ISO', '24h'],
  ] as const)('has the same dates when Keepnet writes them as %s, %s', async (dateFormat, timeFormat) => {
    const search = {
      pageNumber: 1,
      pageSize: 20,
      order: { field: 'CREATED_AT', direction: 'ASC' },
      filter: {},
    } as const;
    const expected = await openSession().searchTargetUsers(company(), search);
    await simulator.settings({ dateFormat, timeFormat });
    const client = createClient({ dateFormat: dateFormat === 'ISO' ? 'MM/DD/YYYY' : dateFormat });
    const page = await openSession(client).searchTargetUsers(company(), search);
    const minutes = (rows: typeof page.rows) => rows.map(({ createdAt }) => String(createdAt).slice(0, 16));
    expect(minutes(page.rows)).toEqual(minutes(expected.rows));
    expect(
      page.rows.every(({ createdAt, updatedAt }) => typeof createdAt === 'string' && typeof updatedAt === 'string'),
    ).toBe(true);
  });

  it('has an error in the place of a date that cannot be read, and everything else', async () => {
    await simulator.addFault({ kind: 'badDates', companyId: company() });
    const search = { pageNumber: 1, pageSize: 3, order: { field: 'EMAIL', direction: 'ASC' }, filter: {} } as const;
    const page = await openSession().searchTargetUsers(company(), search);
    expect(page.rows).toHaveLength(3);
    for (const row of page.rows) {
      expect(row.createdAt).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', companyId: company() });
      expect(row.email).toContain('@');
    }
  });

  it('is the same whether Keepnet wraps the leaderboard in a page or not', async () => {
    const search = {
      pageNumber: 1,
      pageSize: 5,
      period: { preset: 'LAST_YEAR' },
      order: { field: 'RANK', direction: 'ASC' },
      filter: {},
    } as const;
    const session = openSession();
    const paged = await session.leaderboard(company(), search);
    await simulator.settings({ leaderboardShape: 'array' });
    expect(await session.leaderboard(company(), search)).toEqual(paged);
    expect(paged.rows).toHaveLength(5);
    expect(paged.totalCount).toBeGreaterThan(5);
  });

  it('leaves one line per call in the log, without bodies or persons', async () => {
    await openSession().searchTargetUsers(company(), {
      pageNumber: 1,
      pageSize: 5,
      order: { field: 'EMAIL', direction: 'ASC' },
      filter: {},
    });
    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'Keepnet call',
        operation: 'POST target-users/search',
        companyId: company(),
        status: 200,
        durationMs: expect.any(Number),
        requestId: 'request-1',
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('@');
  });
});

describe('directory', () => {
  let large: TestSimulator;
  beforeAll(async () => {
    large = await startSimulator({ companies: 230, users: 1 });
  });
  afterEach(async () => {
    await large.clearFaults();
    await large.clearJournal();
  });
  afterAll(() => large.stop());
  const listCalls = async () => (await large.journal()).entries.filter(({ path }) => path === LIST);

  it('is walked in pages of 100, shared by all who ask, and kept', async () => {
    const client = createClient({ baseUrl: large.url });
    const directories = await Promise.all(Array.from({ length: 10 }, () => openSession(client).directory()));
    const [directory] = directories;
    expect(directory?.companies).toHaveLength(230);
    expect(new Set(directories).size).toBe(1);
    expect((await listCalls()).map(({ body }) => (body as { pageNumber: number }).pageNumber).sort()).toEqual([
      1, 2, 3,
    ]);
    await openSession(client).directory();
    expect(await listCalls()).toHaveLength(3);
    const last = directory?.companies.at(-1);
    expect(directory?.find(last?.companyId ?? '')).toBe(last);
    expect(directory?.find('constructor')).toBeUndefined();
  });

  it('is walked anew when its time is over', async () => {
    const client = createClient({ baseUrl: large.url, cacheTtlMs: 1_000 });
    await openSession(client).directory();
    const later = Date.now() + 1_500;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    await openSession(client).directory();
    expect(await listCalls()).toHaveLength(6);
  });

  it('is kept within one operation where nothing is kept between them', async () => {
    const client = createClient({ baseUrl: large.url, cacheTtlMs: 0 });
    const session = openSession(client);
    await session.directory();
    await session.directory();
    expect(await listCalls()).toHaveLength(3);
    await openSession(client).directory();
    expect(await listCalls()).toHaveLength(6);
  });

  it('fails as a whole when a page fails, and is not kept', async () => {
    await large.addFault({ kind: 'status', status: 400, path: LIST, after: 1, times: 1 });
    const session = openSession(createClient({ baseUrl: large.url }));
    expect(await errorOf(session.directory())).toMatchObject({ code: 'UPSTREAM_REJECTED' });
    expect((await session.directory()).companies).toHaveLength(230);
  });

  it('goes on for the others when the first asker leaves, and ends with the last', async () => {
    await large.addFault({ kind: 'latency', path: LIST, ms: 150 });
    const client = createClient({ baseUrl: large.url });
    const [first, second] = [new AbortController(), new AbortController()];
    const left = errorOf(openSession(client, first.signal).directory());
    const stayed = openSession(client, second.signal).directory();
    await sleep(50);
    first.abort();
    expect(await left).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect((await stayed).companies).toHaveLength(230);
    expect((await listCalls()).some(({ aborted }) => aborted)).toBe(false);

    await large.clearJournal();
    const lonely = new AbortController();
    const nobody = errorOf(openSession(createClient({ baseUrl: large.url }), lonely.signal).directory());
    await sleep(80);
    lonely.abort();
    await nobody;
    await sleep(100);
    expect(await listCalls()).toMatchObject([{ aborted: true }]);
  });

  it('waits a pause of Keepnet out, however short the time of one call', async () => {
    await large.addFault({ kind: 'status', status: 429, retryAfterSeconds: 1, path: LIST, times: 1 });
    const session = openSession(createClient({ baseUrl: large.url, callTimeoutMs: 200 }));
    expect((await session.directory()).companies).toHaveLength(230);
  });

  it('is given up when a page has had its time, again and again', async () => {
    await large.addFault({ kind: 'hang', path: LIST });
    const session = openSession(createClient({ baseUrl: large.url, callTimeoutMs: 200 }));
    expect(await errorOf(session.directory())).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await listCalls()).toHaveLength(3);
  });

  it('ends its pages under way when one of them fails', async () => {
    await large.addFault({ kind: 'status', status: 400, path: LIST, after: 1, times: 1 });
    await large.addFault({ kind: 'hang', path: LIST, after: 2 });
    expect(await errorOf(openSession(createClient({ baseUrl: large.url })).directory())).toMatchObject({
      code: 'UPSTREAM_REJECTED',
    });
    await sleep(100);
    expect((await listCalls()).map(({ aborted }) => aborted)).toEqual([false, false, true]);
  });
});
