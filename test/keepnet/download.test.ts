/**
 * Keepnet's own files from the session's side, over a simulator behind a fault proxy: what is asked for them, what comes, and
 * which code each trouble has, by both transports.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCsv } from 'hucre/csv';
import { readXlsx } from 'hucre/xlsx';
import { AppError } from '../../src/errors.js';
import { createAnswerCache } from '../../src/keepnet/cache.js';
import { createKeepnetClient, type KeepnetClient } from '../../src/keepnet/client.js';
import { DOWNLOAD_LIMITS, type DownloadLimits } from '../../src/keepnet/download.js';
import type { CompanyId, TargetUserFilter } from '../../src/keepnet/rows.js';
import type { CompanyExport, KeepnetDownload, KeepnetSession } from '../../src/keepnet/session.js';
import type { TransportKind } from '../../src/keepnet/transport.js';
import { CANARY } from '../../src/simulator/answer.js';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { createLog } from '../../src/telemetry.js';
import { type FaultProxy, type ProxyFault, startFaultProxy } from '../support/fault-proxy.js';
import { type Fault, type JournalEntry, startSimulator, type TestSimulator } from '../support/simulator.js';
import { until } from '../support/until.js';

const USERS = 60;
const USERS_EXPORT = '/api/target-users/search/export';
const PERIOD = { from: '2020-01-01', to: '2099-12-31' };
/** Nothing here is slow but what a test makes slow. */
const QUICK: Partial<DownloadLimits> = { firstPollMs: 20, longestPollMs: 50, pollForMs: 300 };

let simulator: TestSimulator;
let proxy: FaultProxy;
let kind: TransportKind = 'undici';
let clients: KeepnetClient[] = [];
let lines: string[] = [];
let company: CompanyId;
let closed: CompanyId;
let userId: string;

function createClient(limits: Partial<DownloadLimits> = QUICK, baseUrl = proxy.url): KeepnetClient {
  const client = createKeepnetClient(
    {
      ...SIMULATOR_CREDENTIALS,
      baseUrl,
      transport: kind,
      timeZone: 'UTC',
      dateFormat: 'DD/MM/YYYY',
      maxInFlight: 4,
      callsPerSecond: null,
      callTimeoutMs: 5_000,
      cacheTtlMs: 60_000,
    },
    {
      log: createLog('debug', { write: (line) => void lines.push(line) }),
      cache: createAnswerCache({ maxBytes: 1_000_000 }),
      downloadLimits: { ...DOWNLOAD_LIMITS, ...limits },
    },
  );
  clients.push(client);
  return client;
}

function openSession(client = createClient(), signal = new AbortController().signal, maxCalls = 500): KeepnetSession {
  const deadlineAtMs = Date.now() + 60_000;
  return client.openSession({
    signal,
    requestId: 'job-1',
    deadlineAtMs,
    lane: 'exports',
    maxCalls,
    isFresh: false,
    sees: null,
    mask: null,
  });
}

const usersQuery = (format: CompanyExport['format'] = 'CSV', filter: TargetUserFilter = {}): CompanyExport => ({
  kind: 'TARGET_USERS',
  format,
  search: { filter, order: { field: 'EMAIL', direction: 'ASC' } },
});

async function readWhole({ body }: KeepnetDownload): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for await (const block of body) blocks.push(block);
  return Buffer.concat(blocks);
}

async function openFile(session = openSession(), query = usersQuery()): Promise<KeepnetDownload> {
  const download = await session.exportFile(company, query);
  if (download === null) throw new Error('the table is empty');
  return download;
}

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}

const exported = async (): Promise<readonly JournalEntry[]> =>
  (await simulator.journal()).entries.filter(({ path }) => path.endsWith('/export'));
const proxied = () => proxy.calls().filter(({ path }) => path === USERS_EXPORT);

beforeAll(async () => {
  simulator = await startSimulator({ companies: 12, users: USERS });
  proxy = await startFaultProxy(simulator.url);
  const session = openSession();
  const { rows } = await session.searchCompanies({
    pageNumber: 1,
    pageSize: 50,
    order: { field: 'NAME', direction: 'ASC' },
    filter: {},
  });
  closed = rows.find((row) => row.isOpen === false)?.companyId as CompanyId;
  for (const row of rows) {
    const best = await session.topPerformers(row.companyId, { preset: 'LAST_YEAR' }).catch(() => []);
    company = row.companyId;
    userId = best[0]?.targetUserResourceId ?? '';
    if (userId !== '') break;
  }
});

beforeEach(async () => {
  proxy.clear();
  await simulator.clearFaults();
  await simulator.clearJournal();
  lines = [];
});

afterEach(() => {
  for (const client of clients) client.stop();
  clients = [];
});

afterAll(async () => {
  await proxy.stop();
  await simulator.stop();
});

describe.each<TransportKind>(['undici', 'cross-fetch'])("Keepnet's files by %s", (each) => {
  beforeAll(() => {
    kind = each;
  });

  it('are the whole table, whatever its pages, for one company', async () => {
    const session = openSession();
    const file = await openFile(session);
    expect(file).toMatchObject({ mediaType: 'text/csv; charset=utf-8', extension: 'csv', rows: USERS });
    expect(parseCsv((await readWhole(file)).toString('utf8'))).toHaveLength(USERS + 1);
    const { entries } = await simulator.journal();
    expect(entries.slice(1)).toMatchObject([
      { path: '/api/target-users/search', body: { pageNumber: 1, pageSize: 1 } },
      { path: USERS_EXPORT, body: { reportAllPages: true, exportType: 'CSV', orderBy: 'Email', ascending: true } },
    ]);
    for (const { companyHeaders } of entries.slice(1)) {
      expect(companyHeaders).toEqual({ 'x-keepnet-company-id': company, 'x-ir-company-id': company });
    }
    expect(session.receipt()).toMatchObject({ calls: 2, cached: 0, shared: 0, retried: 0 });
  });

  it('count and hold only what the filter finds', async () => {
    const filter: TargetUserFilter = { statuses: ['ACTIVE'] };
    const file = await openFile(openSession(), usersQuery('CSV', filter));
    expect(file.rows).toBeLessThan(USERS);
    expect(parseCsv((await readWhole(file)).toString('utf8'))).toHaveLength(file.rows + 1);
  });

  it('of the companies are asked for without any company', async () => {
    const order = { field: 'NAME', direction: 'ASC' } as const;
    const query = { kind: 'COMPANIES', format: 'CSV', search: { filter: { isOverLimit: true }, order } } as const;
    const file = await openSession().exportFile(null, query);
    expect(file?.rows).toBeGreaterThan(0);
    await file?.body.return();
    expect(await exported()).toMatchObject([
      {
        path: '/api/companies/search/export',
        companyHeaders: { 'x-keepnet-company-id': null, 'x-ir-company-id': null },
        body: { reportAllPages: true, isTargetUserCountExceededLimit: true },
      },
    ]);
  });

  it.each([
    ['leaderboard/get-all/export', { kind: 'LEADERBOARD', order: 'rank' }],
    ['leaderboard/get-user-timeline/export', { kind: 'USER_TIMELINE', order: 'ActionTime' }],
  ] as const)('of %s carry the first and the last day, and nest their page', async (path, { kind: table, order }) => {
    const query: CompanyExport =
      table === 'LEADERBOARD'
        ? {
            kind: table,
            format: 'PDF',
            search: { period: PERIOD, filter: {}, order: { field: 'RANK', direction: 'ASC' } },
          }
        : {
            kind: table,
            format: 'PDF',
            search: { period: PERIOD, filter: {}, targetUserResourceId: userId, direction: 'ASC' },
          };
    await (await openSession().exportFile(company, query))?.body.return();
    const { entries } = await simulator.journal();
    const asked = entries.filter((entry) => entry.path.startsWith(`/api/${path.replace('/export', '')}`));
    const body = { datePeriod: 5, startDate: '2020-01-01T00:00:00', endDate: '2099-12-31T23:59:59' };
    const file = { exportType: 'PDF', reportAllPages: true };
    expect(asked).toMatchObject([
      { companyId: company, body: { pagination: { pageSize: 1 }, ...body } },
      { companyId: company, body: { pagination: { orderBy: order }, ...file, ...body } },
    ]);
  });

  it('are real workbooks and real PDFs', async () => {
    const workbook = await openFile(openSession(), usersQuery('XLSX'));
    const pdf = await openFile(openSession(), usersQuery('PDF'));
    const { sheets } = await readXlsx(new Uint8Array(await readWhole(workbook)));
    expect(sheets[0]?.rows).toHaveLength(USERS + 1);
    expect(workbook.extension).toBe('xlsx');
    expect((await readWhole(pdf)).toString('latin1')).toMatch(/^%PDF-.*%%EOF\n$/s);
    expect((await exported()).map(({ body }) => (body as { exportType: string }).exportType)).toEqual(['Excel', 'PDF']);
  });

  it('are not asked for where the table is empty: Keepnet would answer an error', async () => {
    const query = usersQuery('CSV', { email: 'nobody@nowhere.example' });
    expect(await openSession().exportFile(company, query)).toBeNull();
    expect(await exported()).toEqual([]);
  });

  it('are neither kept nor shared, and neither are their counts kept', async () => {
    const client = createClient();
    const [one, other] = await Promise.all([openFile(openSession(client)), openFile(openSession(client))]);
    expect(await readWhole(one)).toEqual(await readWhole(other));
    await readWhole(await openFile(openSession(client)));
    expect(await exported()).toHaveLength(3);
    const { entries } = await simulator.journal();
    expect(entries.filter(({ path }) => path === '/api/target-users/search').length).toBeGreaterThan(1);
    expect(client.paceState.inFlight).toBe(0);
  });

  it('are asked for again while they are not ready, and no turn is held meanwhile', async () => {
    await simulator.addFault({ kind: 'notReady', path: USERS_EXPORT, status: 201, times: 1 });
    await simulator.addFault({ kind: 'notReady', path: USERS_EXPORT, status: 202, times: 3 });
    const client = createClient({ ...QUICK, firstPollMs: 200, longestPollMs: 200, pollForMs: 5_000 });
    const opening = openFile(openSession(client));
    await until(async () => (await exported()).length === 1, 'the first question');
    await sleep(50);
    expect(client.paceState.inFlight).toBe(0);
    expect((await readWhole(await opening)).length).toBeGreaterThan(1_000);
    expect((await exported()).map(({ status }) => status)).toEqual([201, 202, 202, 200]);
  });

  it('that never get ready are given up', async () => {
    await simulator.addFault({ kind: 'notReady', path: USERS_EXPORT });
    const error = await errorOf(openFile());
    expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', companyId: company });
    const { length } = await exported();
    expect(length).toBeGreaterThan(4);
    expect(length).toBeLessThan(12);
  });

  it('end while they are waited for, when their asker leaves', async () => {
    await simulator.addFault({ kind: 'notReady', path: USERS_EXPORT });
    const asker = new AbortController();
    const opening = errorOf(
      openFile(openSession(createClient({ ...QUICK, firstPollMs: 10_000, pollForMs: 60_000 }), asker.signal)),
    );
    await until(async () => (await exported()).length === 1, 'the first question');
    asker.abort(new AppError('DEADLINE_EXCEEDED', 'cancelled'));
    expect((await opening).message).toBe('cancelled');
  });

  const PASSING: Fault[] = [
    { kind: 'status', status: 503, bodyStyle: 'html', times: 1 },
    { kind: 'status', status: 500, bodyStyle: 'pascal', times: 2 },
    { kind: 'status', status: 429, retryAfterSeconds: 0, times: 1 },
    { kind: 'reset', times: 2 },
    { kind: 'revokeToken', times: 1 },
  ];
  it.each(PASSING)('come after all where a trouble passes: $kind $status', async (fault) => {
    await simulator.addFault({ ...fault, path: USERS_EXPORT });
    const session = openSession();
    const file = await openFile(session);
    expect(parseCsv((await readWhole(file)).toString('utf8'))).toHaveLength(USERS + 1);
    expect(await exported()).toHaveLength(1 + (fault.times ?? 0));
    expect(session.receipt()).toMatchObject({ retried: fault.times });
  });

  const LASTING: [Fault, AppError['code'], number][] = [
    [{ kind: 'status', status: 500, bodyStyle: 'pascal' }, 'UPSTREAM_UNAVAILABLE', 3],
    [{ kind: 'status', status: 400, bodyStyle: 'envelope' }, 'UPSTREAM_REJECTED', 1],
    [{ kind: 'status', status: 302, bodyStyle: 'empty' }, 'UPSTREAM_BAD_RESPONSE', 1],
    [{ kind: 'status', status: 404, bodyStyle: 'problem' }, 'COMPANY_NOT_FOUND', 1],
    [{ kind: 'status', status: 206, bodyStyle: 'html' }, 'UPSTREAM_BAD_RESPONSE', 1],
    [{ kind: 'unmanaged' }, 'FORBIDDEN', 1],
    [{ kind: 'failed200' }, 'UPSTREAM_REJECTED', 1],
    [{ kind: 'status', status: 200, bodyStyle: 'pascal' }, 'UPSTREAM_UNAVAILABLE', 3],
    [{ kind: 'html200' }, 'UPSTREAM_BAD_RESPONSE', 1],
    [{ kind: 'jsonForFile' }, 'UPSTREAM_BAD_RESPONSE', 1],
    // JSON under the content type of a file.
    [{ kind: 'wrongShape' }, 'UPSTREAM_BAD_RESPONSE', 1],
    [{ kind: 'empty200' }, 'UPSTREAM_BAD_RESPONSE', 1],
    [{ kind: 'largeBody', bytes: 1_000_000 }, 'UPSTREAM_BAD_RESPONSE', 1],
    [{ kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', 3],
  ];
  it.each(LASTING)('fail with a code and no byte: %j is %s', async (fault, code, calls) => {
    await simulator.addFault({ ...fault, path: USERS_EXPORT });
    const client = createClient();
    const error = await errorOf(openFile(openSession(client)));
    expect(error).toMatchObject({ code, companyId: company, upstream: { operation: `POST ${USERS_EXPORT.slice(5)}` } });
    expect(await exported()).toHaveLength(calls);
    expect(`${error.message}${lines.join()}`).not.toContain(CANARY);
    await until(() => client.paceState.inFlight === 0, 'the turn');
  });

  it('of another format than asked for are refused', async () => {
    await simulator.addFault({ kind: 'largeFile', bytes: 1_000, path: USERS_EXPORT });
    for (const format of ['XLSX', 'PDF'] as const) {
      expect(await errorOf(openFile(openSession(), usersQuery(format)))).toMatchObject({
        code: 'UPSTREAM_BAD_RESPONSE',
      });
    }
  });

  it('are refused before their first byte where they are too large', async () => {
    await simulator.addFault({ kind: 'largeFile', bytes: 5_000, path: USERS_EXPORT });
    const session = openSession(createClient({ ...QUICK, maxBytes: 4_000 }));
    expect(await errorOf(openFile(session))).toMatchObject({ code: 'RESPONSE_TOO_LARGE' });
  });

  const BROKEN: [ProxyFault['kind'], AppError['code']][] = [
    ['reset', 'UPSTREAM_UNAVAILABLE'],
    ['closeUnanswered', 'UPSTREAM_UNAVAILABLE'],
    ['halfHead', 'UPSTREAM_UNAVAILABLE'],
    ['noHttp', 'UPSTREAM_UNAVAILABLE'],
    ['halfBody', 'UPSTREAM_UNAVAILABLE'],
    ['resetInBody', 'UPSTREAM_UNAVAILABLE'],
    ['halfChunks', 'UPSTREAM_UNAVAILABLE'],
    ['untoldLength', 'UPSTREAM_BAD_RESPONSE'],
    ['badGzip', 'UPSTREAM_BAD_RESPONSE'],
    ['silent', 'UPSTREAM_TIMEOUT'],
    ['headOnly', 'UPSTREAM_TIMEOUT'],
    ['drip', 'UPSTREAM_TIMEOUT'],
  ];
  it.each(BROKEN)('that come as %s never look whole: %s', async (fault, code) => {
    proxy.strike({ kind: fault, path: USERS_EXPORT });
    const client = createClient({ ...QUICK, headersTimeoutMs: 200, idleTimeoutMs: 200, totalTimeoutMs: 800 });
    const error = await errorOf(openFile(openSession(client)).then(readWhole));
    expect(error).toMatchObject({ code, companyId: company });
    expect(proxied().length).toBeGreaterThan(0);
    await until(() => client.paceState.inFlight === 0, 'the turn');
  });

  it('are not asked for again once a byte was handed on', async () => {
    proxy.strike({ kind: 'lateReset', path: USERS_EXPORT });
    const { body } = await openFile();
    const first = await body.next();
    expect(String(first.value && Buffer.from(first.value))).toMatch(/^First Name,/);
    expect(await errorOf(readWhole({ body } as KeepnetDownload))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(proxied()).toHaveLength(1);
  });

  it('hold a turn until they are read, and give it back when their reader leaves', async () => {
    await simulator.addFault({ kind: 'largeFile', bytes: 50_000_000, path: USERS_EXPORT });
    const client = createClient(QUICK, simulator.url);
    const file = await openFile(openSession(client));
    expect(client.paceState.inFlight).toBe(1);
    for await (const block of file.body) {
      expect(block.length).toBeGreaterThan(0);
      break;
    }
    await until(() => client.paceState.inFlight === 0, 'the turn');
    expect(await file.body.next()).toEqual({ value: undefined, done: true });
    await until(async () => (await exported())[0]?.aborted === true, 'the end of the connection');
  });

  it('that nobody has begun to read let go as well', async () => {
    await simulator.addFault({ kind: 'largeFile', bytes: 50_000_000, path: USERS_EXPORT });
    const client = createClient(QUICK, simulator.url);
    await (await openFile(openSession(client))).body.return();
    await until(
      async () => client.paceState.inFlight === 0 && (await exported())[0]?.aborted === true,
      'the end of the connection',
    );
    expect(client.paceState.inFlight).toBe(0);
  });

  it('end with the reason of their asker', async () => {
    await simulator.addFault({ kind: 'largeFile', bytes: 50_000_000, path: USERS_EXPORT });
    const asker = new AbortController();
    const client = createClient(QUICK, simulator.url);
    const { body } = await openFile(openSession(client, asker.signal));
    await body.next();
    asker.abort(new AppError('DEADLINE_EXCEEDED', 'cancelled'));
    expect(await errorOf(body.next())).toMatchObject({ message: 'cancelled', companyId: company });
    await until(
      async () => client.paceState.inFlight === 0 && (await exported())[0]?.aborted === true,
      'the end of the connection',
    );
  });

  it('of 200 MB are never held in memory', async () => {
    await simulator.addFault({ kind: 'largeFile', bytes: 200_000_000, path: USERS_EXPORT });
    const { body } = await openFile(openSession(createClient(QUICK, simulator.url)));
    let bytes = 0;
    let mostHeld = 0;
    for await (const block of body) {
      bytes += block.length;
      mostHeld = Math.max(mostHeld, process.memoryUsage().arrayBuffers);
    }
    expect(bytes).toBe(200_000_000);
    // Garbage waits to be collected on a busy machine; a file that is held would be all there.
    expect(mostHeld).toBeLessThan(120_000_000);
  });

  it('are not asked for where the customer closed its data', async () => {
    const session = openSession();
    expect(await errorOf(session.exportFile(closed, usersQuery()))).toMatchObject({ code: 'COMPANY_PRIVACY_DENIED' });
    expect(session.learnedAccess(closed)).toBe('PRIVACY_DENIED');
    expect(await exported()).toEqual([]);
  });

  it('count against what the operation may ask', async () => {
    const session = openSession(createClient(), undefined, 1);
    expect(await errorOf(openFile(session))).toMatchObject({ code: 'BUDGET_EXCEEDED', companyId: company });
    expect(await exported()).toEqual([]);
  });
});
