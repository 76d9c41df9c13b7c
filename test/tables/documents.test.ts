/**
 * The shipped tables as export jobs read them: over the ordinary graph and the ordinary client, from a simulator. What was asked
 * of Keepnet is counted as well as what came.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { createExportSources } from '../../src/app-exports.js';
import type { AppError } from '../../src/errors.js';
import type { ExportSources } from '../../src/exports/exports.js';
import type { ExportKind, ExportRequest, ExportRights, ExportTarget } from '../../src/exports/job.js';
import { createAnswerCache } from '../../src/keepnet/cache.js';
import { createKeepnetClient, type KeepnetClient } from '../../src/keepnet/client.js';
import { createPersonalMask } from '../../src/keepnet/personal-mask.js';
import type { CompanyRow } from '../../src/keepnet/rows.js';
import type { KeepnetSession } from '../../src/keepnet/session.js';
import { buildGraphSchema } from '../../src/schema/build.js';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { COMPANIES_PER_BLOCK, HEALTH_BY_POSITION } from '../../src/simulator/world/health.js';
import type { Cell, Row } from '../../src/tables/column.js';
import { loadTables, parseShippedTables, SHIPPED_TABLES } from '../../src/tables/documents.js';
import { createLog } from '../../src/telemetry.js';
import {
  fetchCompanyIds,
  fetchToken,
  type JournalEntry,
  startSimulator,
  type TestSimulator,
} from '../support/simulator.js';
import { until } from '../support/until.js';

const COMPANIES = 130;
const log = createLog('silent');

let schema: GraphQLSchema;
let simulator: TestSimulator;
let keepnet: KeepnetClient;
let sources: ExportSources;
/** Of all, in the order of `HEALTH_BY_POSITION`. */
let companyIds: readonly string[];
let listed: readonly CompanyRow[];
/** Healthy ones, the largest first. */
let companies: readonly CompanyRow[];

beforeAll(async () => {
  schema = await buildGraphSchema();
  simulator = await startSimulator({ companies: COMPANIES, users: 250 });
  companyIds = await fetchCompanyIds(simulator.url, await fetchToken(simulator.url));
});
afterAll(() => simulator.stop());

/** The directory is known when a test begins: walking it is not what is counted. */
beforeEach(async () => {
  keepnet = createKeepnetClient(
    {
      baseUrl: simulator.url,
      ...SIMULATOR_CREDENTIALS,
      transport: 'undici',
      timeZone: 'UTC',
      dateFormat: 'DD/MM/YYYY',
      maxInFlight: 8,
      callsPerSecond: null,
      callTimeoutMs: 5_000,
      cacheTtlMs: 60_000,
    },
    { log, cache: createAnswerCache({ maxBytes: 10_000_000 }) },
  );
  sources = createExportSources({ keepnet, schema, upstream: 'SIMULATOR', mask: createPersonalMask(Buffer.alloc(32)) });
  // Not as a person: for a while exports would get few places.
  const directory = await openSession('exports').directory();
  listed = companyIds.flatMap((companyId) => directory.find(companyId) ?? []);
  companies = listed
    .filter((_row, position) => HEALTH_BY_POSITION[position % COMPANIES_PER_BLOCK] === 'healthy')
    .sort((one, other) => other.userTotals.active - one.userTotals.active);
  await simulator.clearJournal();
});
afterEach(async () => {
  keepnet.stop();
  await simulator.clearFaults();
});

function openSession(lane: 'interactive' | 'exports'): KeepnetSession {
  return keepnet.openSession({
    signal: new AbortController().signal,
    requestId: 'another',
    deadlineAtMs: Date.now() + 5_000,
    lane,
    maxCalls: 10,
    isFresh: false,
    sees: null,
    mask: null,
  });
}

const SEES_ALL: ExportRights = { companies: { kind: 'ALL' }, masksPersonalData: false };

function toRequest(kind: ExportKind, variables: Record<string, unknown> = {}): ExportRequest {
  return { kind, format: 'CSV', layout: 'COMBINED', source: 'BUILT', bom: false, variables, rights: SEES_ALL };
}

function toTarget(company: CompanyRow | undefined): ExportTarget {
  if (company === undefined) throw new Error('the simulator has too few companies');
  return { companyId: company.companyId, companyName: company.name, skipCode: null };
}

const EVERYTHING: ExportTarget = { companyId: '*', companyName: 'Companies', skipCode: null };

function read(request: ExportRequest, target: ExportTarget, signal = new AbortController().signal) {
  return sources.rows(request, target, { callerId: 'caller', requestId: 'job-1', signal });
}

async function readAll(request: ExportRequest, target: ExportTarget): Promise<readonly (readonly Row[])[]> {
  const pages: (readonly Row[])[] = [];
  for await (const page of read(request, target)) pages.push(page);
  return pages;
}

/** Each row as an object. */
function named(kind: ExportKind, pages: readonly (readonly Row[])[]): Readonly<Record<string, Cell>>[] {
  const names = sources.columns(kind).map(({ name }) => name);
  return pages.flat().map((row) => Object.fromEntries(row.map((cell, at) => [names[at], cell])));
}

/** `path` and company of each call but the token's. */
async function asked(): Promise<readonly Pick<JournalEntry, 'path' | 'companyId' | 'body'>[]> {
  return (await simulator.journal()).entries.filter(({ path }) => path !== '/connect/token');
}

async function askedPaths(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { path } of await asked()) counts[path] = (counts[path] ?? 0) + 1;
  return counts;
}

function failure(reading: Promise<unknown>): Promise<AppError> {
  return reading.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: AppError) => error,
  );
}

describe('the shipped documents', () => {
  it('are tables whose every column is described', () => {
    const tables = parseShippedTables(schema);
    for (const name of SHIPPED_TABLES) {
      const { columns } = tables[name];
      expect(columns.length).toBeGreaterThan(5);
      expect(columns.filter(({ description }) => description.length < 5)).toEqual([]);
      // What a field costs in a query is not what a column costs in a table.
      expect(columns.filter(({ description }) => /Free\.|Keepnet call/.test(description))).toEqual([]);
      expect(columns.map((column) => column.name)).toEqual(
        expect.arrayContaining(['row_key', 'company_id', 'company_name']),
      );
    }
  });

  it('take these variables', () => {
    const tables = parseShippedTables(schema);
    const written = SHIPPED_TABLES.map((name) => [
      name,
      tables[name].variables.map((each) => `${each.name}: ${each.type}`).join(', '),
    ]);
    expect(Object.fromEntries(written)).toEqual({
      companies: 'filter: CompanyFilter, orderBy: CompanyOrder',
      coverage: 'company: ID!',
      executive_reports: 'company: ID!, name: String',
      leaderboard: 'company: ID!, period: PeriodInput, filter: LeaderboardFilter, orderBy: LeaderboardOrder',
      monthly_active_users: 'company: ID!',
      target_users: 'company: ID!, filter: TargetUserFilter, orderBy: TargetUserOrder',
      user_counts: 'company: ID!',
      user_timeline: 'company: ID!, user: ID!, period: PeriodInput, filter: TimelineFilter, direction: OrderDirection',
      widget_points: 'company: ID!, name: String',
    });
  });
});

describe("an operator's own documents", () => {
  const OWN = `# Departments. 1 Keepnet call per 100 users.
    query($company: ID!, $first: Int!, $after: String) { company(id: $company) { company_id: resourceId company_name: name
      targetUsers(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { row_key: id department } } } }`;
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-documents-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const write = (name: string, text: string) => writeFile(join(directory, name), text);

  it('are tables beside the shipped ones, by the names of their files; other files are left alone', async () => {
    await write('departments.graphql', OWN);
    await write('README.md', 'not a table');
    const tables = await loadTables(schema, directory);
    expect([...tables.keys()]).toEqual([...SHIPPED_TABLES, 'departments']);
    expect(tables.get('departments')).toMatchObject({
      description: 'Departments. 1 Keepnet call per 100 users.',
      per: 'COMPANY',
    });
  });

  it('are refused together, each by its file and why', async () => {
    await write('departments.graphql', OWN);
    await write('Departments.graphql', OWN);
    await write('leaderboard.graphql', OWN);
    await write('broken.graphql', 'query {');
    await write('nameless.graphql', OWN.replace('company_name: name', ''));
    await write('doubled.graphql', OWN.replace('$company: ID!', '$company: ID!, $limit: Int'));
    const error = await failure(loadTables(schema, directory));
    expect(error.message.split('; ').map((each) => each.slice(0, each.indexOf(':')))).toEqual([
      'Departments.graphql',
      'broken.graphql',
      'doubled.graphql',
      'leaderboard.graphql',
      'nameless.graphql',
    ]);
    expect(error.message).toContain('leaderboard.graphql: the server has a table of this name itself');
    expect(error.message).toContain('nameless.graphql: expected the columns company_name');
  });

  it('must be there where a directory is named', async () => {
    expect((await failure(loadTables(schema, directory))).message).toBe('expected .graphql files, got: none');
    const elsewhere = join(directory, 'elsewhere');
    expect((await failure(loadTables(schema, elsewhere))).message).toBe(
      'expected a directory that can be read, got: ENOENT',
    );
  });
});

describe('target users', () => {
  it('are all there, in their order, for one call per hundred and no other', async () => {
    const [company] = companies;
    const pages = await readAll(toRequest('TARGET_USERS'), toTarget(company));
    const rows = named('TARGET_USERS', pages);
    const total = (company?.userTotals.active ?? 0) + (company?.userTotals.inactive ?? 0);
    expect(total).toBeGreaterThan(200);
    expect(rows).toHaveLength(total);
    expect(new Set(rows.map(({ row_key }) => row_key)).size).toBe(total);
    expect(pages.map((page) => page.length)).toEqual([100, 100, total - 200]);
    expect(await askedPaths()).toEqual({ '/api/target-users/search': 3 });
    const calls = await asked();
    expect(calls.map(({ companyId }) => companyId)).toEqual([1, 2, 3].map(() => company?.companyId));
    expect(calls.map(({ body }) => body)).toEqual(
      [1, 2, 3].map((pageNumber) =>
        expect.objectContaining({ pageNumber, pageSize: 100, orderBy: 'CreateTime', ascending: true }),
      ),
    );
  });

  it('carry their company, and their own fields as JSON', async () => {
    const [company] = companies;
    const rows = named('TARGET_USERS', await readAll(toRequest('TARGET_USERS'), toTarget(company)));
    const [first] = rows;
    expect(first).toMatchObject({ company_id: company?.companyId, company_name: company?.name });
    expect(first?.target_user_id).toBe(first?.row_key);
    expect(String(first?.target_user_id)).toMatch(new RegExp(`^TargetUser:${company?.companyId}:\\w+$`));
    expect(String(first?.created_at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const fields = rows.map(({ custom_fields }) => JSON.parse(String(custom_fields)));
    expect(fields.some((each) => each.length > 0)).toBe(true);
    expect(fields.flat().every((each) => Object.keys(each).join() === 'name,value')).toBe(true);
  });

  it('of a company without any are no page, for one call', async () => {
    const empty = listed[HEALTH_BY_POSITION.indexOf('empty')];
    expect(await readAll(toRequest('TARGET_USERS'), toTarget(empty))).toEqual([]);
    expect(await askedPaths()).toEqual({ '/api/target-users/search': 1 });
  });

  it('are filtered by Keepnet', async () => {
    const request = toRequest('TARGET_USERS', { filter: { statuses: ['INACTIVE'] }, orderBy: null });
    const rows = named('TARGET_USERS', await readAll(request, toTarget(companies[0])));
    expect(rows.length).toBe(companies[0]?.userTotals.inactive);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['INACTIVE']));
  });
});

describe('leaderboards', () => {
  it('cost pages times companies', async () => {
    const request = toRequest('LEADERBOARD', { period: { preset: 'LAST_YEAR' } });
    const [one, other] = companies;
    const first = named('LEADERBOARD', await readAll(request, toTarget(one)));
    const second = named('LEADERBOARD', await readAll(request, toTarget(other)));
    expect(first.length).toBeGreaterThan(100);
    const calls = Math.ceil(first.length / 100) + Math.ceil(second.length / 100);
    expect(await askedPaths()).toEqual({ '/api/leaderboard/get-all': calls });
    expect(first.map(({ rank }) => rank)).toEqual(
      [...first.map(({ rank }) => rank)].sort((a, b) => Number(a) - Number(b)),
    );
    expect(first[0]).toMatchObject({ company_id: one?.companyId, rank: 1, points: expect.any(Number) });
    expect(second[0]).toMatchObject({ company_id: other?.companyId });
  });
});

describe('the list of companies', () => {
  it('is one row for each, with licence, totals and access', async () => {
    const rows = named('COMPANIES', await readAll(toRequest('COMPANIES'), EVERYTHING));
    expect(rows).toHaveLength(COMPANIES);
    expect(await askedPaths()).toEqual({ '/api/companies/search': 2 });
    const [company] = companies;
    expect(rows.find(({ company_id }) => company_id === company?.companyId)).toMatchObject({
      row_key: `Company:${company?.companyId}`,
      company_name: company?.name,
      industry: company?.industry?.name ?? null,
      tags: JSON.stringify(company?.tags),
      access_state: 'OPEN',
      license_type: company?.license.type?.name ?? null,
      seats: company?.license.seats,
      active_users: company?.userTotals.active,
    });
  });
});

describe('timelines', () => {
  const period = { from: '2000-01-01', to: '2030-01-01' };

  it('of users by id: one call to find them all, one per page of each', async () => {
    const target = toTarget(companies[0]);
    const users = named('TARGET_USERS', await readAll(toRequest('TARGET_USERS'), target)).slice(0, 20);
    const ids = users.map(({ target_user_id }) => String(target_user_id).split(':')[2]);
    await simulator.clearJournal();
    const rows = named('USER_TIMELINE', await readAll(toRequest('USER_TIMELINE', { users: ids, period }), target));
    expect(await askedPaths()).toEqual({
      '/api/target-users/by-resource-ids': 1,
      '/api/leaderboard/get-user-timeline': ids.length,
    });
    // In the order of the ids, whatever came first, and each from its beginning.
    const seen = [...new Set(rows.map(({ target_user_id }) => target_user_id))];
    expect(seen).toEqual(users.map(({ target_user_id }) => target_user_id).filter((id) => seen.includes(id)));
    expect(seen.length).toBeGreaterThan(10);
    const ofFirst = rows
      .filter(({ target_user_id }) => target_user_id === seen[0])
      .map((row) => String(row.occurred_at));
    expect(ofFirst).toEqual([...ofFirst].sort());
    expect(rows[0]).toMatchObject({
      display_name: expect.any(String),
      email: expect.any(String),
      company_name: companies[0]?.name,
    });
  });

  it('of a whole company: the list of its users and their timelines, and nothing else', async () => {
    const target = toTarget(companies[0]);
    const rows = named('USER_TIMELINE', await readAll(toRequest('USER_TIMELINE', { period }), target));
    const { active = 0, inactive = 0 } = companies[0]?.userTotals ?? {};
    expect(await askedPaths()).toEqual({
      '/api/target-users/search': Math.ceil((active + inactive) / 100),
      '/api/leaderboard/get-user-timeline': active + inactive,
    });
    expect(new Set(rows.map(({ row_key }) => row_key)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(active);
  });

  it('have the same keys when they are read again', async () => {
    const request = toRequest('USER_TIMELINE', { period });
    const keysOf = async () =>
      named('USER_TIMELINE', await readAll(request, toTarget(companies[1]))).map(({ row_key }) => row_key);
    const keys = await keysOf();
    expect(keys.length).toBeGreaterThan(100);
    expect(await keysOf()).toEqual(keys);
  });

  it('of a user who is not there are refused by his id', async () => {
    const users = ['unknownUser1'];
    const error = await failure(readAll(toRequest('USER_TIMELINE', { users }), toTarget(companies[0])));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'targetUsers' });
    expect(error.message).toContain('unknownUser1');
    expect(await askedPaths()).toEqual({ '/api/target-users/by-resource-ids': 1 });
  });
});

describe('what goes wrong', () => {
  const path = '/api/target-users/search';

  it.each([
    ['a refusal', { kind: 'status', status: 403 }, 'FORBIDDEN'],
    ['a server error', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE'],
    ['a failure with 200', { kind: 'failed200' }, 'UPSTREAM_REJECTED'],
    ['a date that cannot be read', { kind: 'badDates' }, 'UPSTREAM_BAD_RESPONSE'],
  ] as const)('%s on the second page fails the rows with its code and company', async (_name, fault, code) => {
    await simulator.addFault({ path, after: 1, ...fault });
    const target = toTarget(companies[0]);
    const error = await failure(readAll(toRequest('TARGET_USERS'), target));
    expect(error).toMatchObject({ code, companyId: target.companyId });
  });

  it('keeps what Keepnet says of waiting', async () => {
    await simulator.addFault({ path, kind: 'status', status: 429, retryAfterSeconds: 1, times: 4 });
    const error = await failure(readAll(toRequest('TARGET_USERS'), toTarget(companies[0])));
    expect(error).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 1_000 });
  });

  it.each([
    ['a company that is not there', { companyId: 'unknownComp1' }, {}, 'COMPANY_NOT_FOUND'],
    ['a name that no document knows', {}, { filtre: {} }, 'BAD_USER_INPUT'],
    ['a filter of the wrong shape', {}, { filter: { statuses: 'GONE' } }, 'BAD_USER_INPUT'],
    ['a filter that cannot be meant', {}, { filter: { statuses: ['UNKNOWN'] } }, 'BAD_USER_INPUT'],
  ])('%s is refused before anything is asked', async (_name, target, variables, code) => {
    const request = toRequest('TARGET_USERS', variables);
    const error = await failure(readAll(request, { ...toTarget(companies[0]), ...target }));
    expect(error).toMatchObject({ code });
    expect(await asked()).toEqual([]);
  });

  it('another company among the variables does not move the rows', async () => {
    const request = toRequest('TARGET_USERS', { company: companies[1]?.companyId });
    await readAll(request, toTarget(companies[0]));
    expect(new Set((await asked()).map(({ companyId }) => companyId))).toEqual(new Set([companies[0]?.companyId]));
  });

  it('stops asking when the job is stopped', async () => {
    const stop = new AbortController();
    const pages = read(toRequest('USER_TIMELINE'), toTarget(companies[0]), stop.signal);
    await simulator.addFault({ path: '/api/leaderboard/get-user-timeline', kind: 'hang' });
    const first = failure(pages[Symbol.asyncIterator]().next());
    await until(async () => (await asked()).length > 3, 'the first timelines are asked for');
    stop.abort();
    expect(await first).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await until(
      async () => (await simulator.journal()).entries.every((entry) => entry.durationMs !== null),
      'all is over',
    );
    const after = (await asked()).length;
    expect(after).toBeLessThan(12);
  });

  it('ends the calls under way when the reader leaves', async () => {
    await simulator.addFault({ path: '/api/leaderboard/get-user-timeline', kind: 'hang', after: 1 });
    const period = { from: '2000-01-01', to: '2030-01-01' };
    for await (const _page of read(toRequest('USER_TIMELINE', { period }), toTarget(companies[0]))) break;
    await until(
      async () => (await simulator.journal()).entries.every((entry) => entry.durationMs !== null),
      'all is over',
    );
    expect((await asked()).length).toBeLessThan(12);
  });
});

describe('the cache of answers', () => {
  it('is neither asked nor filled', async () => {
    const [company] = companies;
    const request = toRequest('LEADERBOARD');
    const calls = (await readAll(request, toTarget(company))).length;
    const person = openSession('interactive');
    const ask = () =>
      person.leaderboard((company as CompanyRow).companyId, {
        ...{ pageNumber: 1, pageSize: 100, period: { preset: 'LAST_MONTH' }, filter: {} },
        order: { field: 'RANK', direction: 'ASC' },
      });
    // The first is a call, because nothing was kept of the export's; the second is none.
    await ask();
    await ask();
    await readAll(request, toTarget(company));
    expect(await askedPaths()).toEqual({ '/api/leaderboard/get-all': 2 * calls + 1 });
  });

  it('gives no old answer in the place of a new one', async () => {
    const target = toTarget(companies.at(-1));
    await readAll(toRequest('LEADERBOARD'), target);
    await simulator.addFault({ path: '/api/leaderboard/get-all', kind: 'status', status: 503 });
    expect(await failure(readAll(toRequest('LEADERBOARD'), target))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe("Keepnet's own files", () => {
  const toFileRequest = (kind: ExportKind, variables = {}) =>
    ({ ...toRequest(kind, variables), source: 'KEEPNET_FILE' }) as const;
  const context = { callerId: 'caller', requestId: 'job-1', signal: new AbortController().signal };

  async function lines(request: ExportRequest, target: ExportTarget): Promise<readonly string[]> {
    const file = await sources.file(request, target, context);
    const pieces: Uint8Array[] = [];
    for await (const piece of file?.body ?? []) pieces.push(piece);
    return Buffer.concat(pieces).toString('utf8').trim().split(/\r?\n/);
  }

  it.each([
    ['COMPANIES', {}, '/api/companies/search/export'],
    ['TARGET_USERS', { filter: { statuses: ['INACTIVE'] } }, '/api/target-users/search/export'],
    ['LEADERBOARD', { period: { preset: 'LAST_YEAR' } }, '/api/leaderboard/get-all/export'],
  ] as const)('of %s has as many rows as are built, from the same question', async (kind, variables, path) => {
    const target = kind === 'COMPANIES' ? EVERYTHING : toTarget(companies[0]);
    const built = (await readAll(toRequest(kind, variables), target)).flat();
    await simulator.clearJournal();
    expect(await lines(toFileRequest(kind, variables), target)).toHaveLength(built.length + 1);
    const calls = await asked();
    expect(calls.map((call) => call.path)).toEqual([path.replace('/export', ''), path]);
    const companyId = kind === 'COMPANIES' ? null : target.companyId;
    expect(calls.map((call) => call.companyId)).toEqual([companyId, companyId]);
  });

  it('of a timeline is of one user', async () => {
    const target = toTarget(companies[0]);
    const period = { from: '2000-01-01', to: '2030-01-01' };
    const rows = named('USER_TIMELINE', await readAll(toRequest('USER_TIMELINE', { period }), target));
    const [userId] = rows.map(({ target_user_id }) => String(target_user_id));
    const built = rows.filter(({ target_user_id }) => target_user_id === userId);
    const users = [userId?.split(':')[2]];
    expect(await lines(toFileRequest('USER_TIMELINE', { period, users }), target)).toHaveLength(built.length + 1);
    const error = await failure(sources.file(toFileRequest('USER_TIMELINE', { period }), target, context));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'targetUsers' });
  });

  it('of a table without rows is none', async () => {
    const empty = listed[HEALTH_BY_POSITION.indexOf('empty')];
    expect(await sources.file(toFileRequest('TARGET_USERS'), toTarget(empty), context)).toBeNull();
  });

  it('ends its call when the reader leaves, also before the first byte', async () => {
    const path = '/api/leaderboard/get-all/export';
    await simulator.addFault({ path, kind: 'dripping', ms: 50 });
    const file = await sources.file(toFileRequest('LEADERBOARD'), toTarget(companies[0]), context);
    await file?.body[Symbol.asyncIterator]().return?.();
    const isOver = async () => (await simulator.journal()).entries.every((entry) => entry.durationMs !== null);
    await until(isOver, 'the call is over');
    expect((await simulator.journal()).entries.find((entry) => entry.path === path)?.aborted).toBe(true);
  });

  it('fails with its code and company', async () => {
    await simulator.addFault({ path: '/api/leaderboard/get-all/export', kind: 'status', status: 403 });
    const target = toTarget(companies[0]);
    const error = await failure(sources.file(toFileRequest('LEADERBOARD'), target, context));
    expect(error).toMatchObject({ code: 'FORBIDDEN', companyId: target.companyId });
  });
});
