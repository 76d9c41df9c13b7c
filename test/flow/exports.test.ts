/** Exports through the door: what a mutation answers and asks, what the job becomes, and what it asks of Keepnet on its way. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CancelExportDocument,
  ExportCompaniesDocument,
  ExportJobByIdDocument,
  type ExportJobByIdQuery,
  ExportJobsDocument,
  ExportLeaderboardDocument,
  type ExportLeaderboardInput,
  ExportTargetUsersDocument,
  ExportUserTimelineDocument,
  RetryExportDocument,
} from '../../src/generated/operations.js';
import type { JournalEntry } from '../../src/simulator/journal.js';
import { type House, openHouse } from '../support/house.js';

type Job = NonNullable<ExportJobByIdQuery['exportJob']>;

const LEADERBOARD = '/api/leaderboard/get-all';
const SEARCH = '/api/companies/search';

/** Of the 25 companies of a house, one closed its data to the reseller and one lets no server in. */
const COMPANIES = 25;
const READABLE = 23;

/** Keepnet says that the call is wrong: nobody repeats it. */
const REFUSAL = { kind: 'status', status: 400, path: LEADERBOARD } as const;

let house: House;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-exports-'));
  house = await open();
});

afterEach(async () => {
  await house.close();
  await rm(directory, { recursive: true, force: true });
});

function open(): Promise<House> {
  return openHouse({ env: { DATA_DIR: directory, CACHE_TTL_SECONDS: '60' } });
}

async function startLeaderboard(input: Partial<ExportLeaderboardInput> = {}): Promise<string> {
  const { body } = await house.ask(ExportLeaderboardDocument, {
    input: { companies: { all: true }, format: 'CSV', ...input },
  });
  expect(body.errors).toBeUndefined();
  return body.data?.exportLeaderboard.job.id ?? '';
}

async function find(id: string): Promise<Job> {
  const { body } = await house.ask(ExportJobByIdDocument, { id });
  expect(body.errors).toBeUndefined();
  if (!body.data?.exportJob) throw new Error('the job is not there');
  return body.data.exportJob;
}

/** Raw ids of five companies that answer. */
async function listOpenCompanies(): Promise<readonly string[]> {
  const { body } = await house.ask<{ companies: { nodes: { resourceId: string }[] } }>(
    '{ companies(first: 5, orderBy: { field: ACTIVE_USERS, direction: DESC }) { nodes { resourceId } } }',
  );
  const ids = body.data?.companies.nodes.map(({ resourceId }) => resourceId) ?? [];
  expect(ids).toHaveLength(5);
  return ids;
}

/** Looks as often as the job says, though not less often than every tenth of a second. */
async function untilFinished(id: string): Promise<Job> {
  for (const endsAtMs = Date.now() + 20_000; Date.now() < endsAtMs; ) {
    const job = await find(id);
    if (job.pollAfterMs === null) return job;
    await sleep(Math.min(100, job.pollAfterMs));
  }
  throw new Error('the job did not end in 20 s');
}

/** `fetch` would not send another host than the one in the address. */
// biome-ignore lint/suspicious/noExplicitAny: an answer of one query, looked at where it is asked
function askWithHost(host: string, query: string): Promise<any> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json' };
    const sent = request(`${house.url}/graphql`, { method: 'POST', headers }, (response) => {
      json(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ query }));
  });
}

async function askedOf(path: string): Promise<readonly JournalEntry[]> {
  return (await house.asked()).filter((entry) => entry.path === path);
}

/** The one file of a job, found on disk by its size and its digest. */
async function readOnlyFile(job: Job): Promise<string> {
  expect(job.files).toHaveLength(1);
  const [file] = job.files;
  const names = await readdir(directory, { recursive: true });
  for (const name of names.filter((each) => each.endsWith(file?.name ?? ''))) {
    const content = await readFile(join(directory, name));
    const digest = createHash('sha256').update(content).digest('hex');
    if (content.length === file?.bytes && digest === file.sha256) return content.toString('utf8');
  }
  throw new Error(`no file on disk is ${file?.name}`);
}

describe('an export of all leaderboards', () => {
  it('is answered at once, and asks each open company once, under its own header', async () => {
    const { body } = await house.ask(ExportLeaderboardDocument, { input: { companies: { all: true }, format: 'CSV' } });
    const started = body.data?.exportLeaderboard.job;
    expect(started).toMatchObject({
      kind: 'LEADERBOARD',
      format: 'CSV',
      layout: 'COMBINED',
      source: 'BUILT',
      progress: { companiesTotal: COMPANIES },
    });
    expect(['QUEUED', 'RUNNING']).toContain(started?.state);
    const job = await untilFinished(started?.id ?? '');
    expect(job).toMatchObject({
      state: 'PARTIAL',
      progress: { percent: 100, companiesDone: COMPANIES },
      pollAfterMs: null,
    });
    const calls = await askedOf(LEADERBOARD);
    const asked = calls.filter(({ status }) => status === 200).map(({ companyId }) => companyId);
    expect(new Set(asked).size).toBe(READABLE);
    expect(asked).toHaveLength(READABLE);
    for (const { companyId, companyHeaders } of calls) {
      expect(Object.values(companyHeaders)).toEqual([companyId, companyId]);
    }
    expect(await askedOf(SEARCH)).toHaveLength(1);
    const paths = new Set((await house.asked()).map(({ path }) => path));
    expect([...paths].sort()).toEqual([SEARCH, LEADERBOARD, '/connect/token'].sort());
  });

  it('tells what is missing in its file', async () => {
    const job = await untilFinished(await startLeaderboard());
    expect(job.coverage).toMatchObject({
      companiesInScope: COMPANIES,
      answered: READABLE,
      restricted: 1,
      failed: 1,
      skipped: 0,
      complete: false,
    });
    const codes = job.coverage.gaps.map(({ code }) => code).sort();
    expect(codes).toEqual(['COMPANY_PRIVACY_DENIED', 'FORBIDDEN']);
    const names = job.parts.nodes.map(({ companyName }) => companyName);
    expect(names).toEqual([...names].sort(new Intl.Collator('en', { numeric: true }).compare));
    expect(job.files).toMatchObject([{ mediaType: expect.stringContaining('text/csv'), rows: job.progress.rows }]);
    const lines = (await readOnlyFile(job)).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + job.progress.rows);
    expect(lines[0]).toContain('company_id');
  });

  it('gives addresses that begin where the client reached the server', async () => {
    const job = await untilFinished(await startLeaderboard());
    const url = new URL(job.files[0]?.url ?? '');
    expect(url.origin).toBe(house.url);
    expect(url.pathname).toMatch(/^\/exports\/[A-Za-z0-9]{22,}\/files\//);
    expect(`ExportJob:${url.pathname.split('/')[2]}`).toBe(job.id);
    const leftMs = Date.parse(job.files[0]?.urlExpiresAt ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(14 * 60_000);
    expect(leftMs).toBeLessThanOrEqual(15 * 60_000);
  });

  it.each([
    ['localhost:4000', 'http://localhost:4000'],
    ['127.0.0.1', 'http://127.0.0.1'],
    ['[::1]:4000', 'http://[::1]:4000'],
    ['localhost:4000@example.com', 'http://localhost'],
    ['localhost:x@example.com:80', 'http://localhost'],
  ])('gives no address that a header has bent: %s', async (host, origin) => {
    const { id } = await untilFinished(await startLeaderboard());
    const answer = await askWithHost(host, `{ exportJob(id: "${id}") { files { url } } }`);
    expect(new URL(answer.data.exportJob.files[0].url).origin).toBe(origin);
  });

  it('is asked again for what failed, and for nothing else', async () => {
    const failing = (await listOpenCompanies()).slice(0, 3);
    for (const companyId of failing) await house.simulator.addFault({ ...REFUSAL, companyId });
    const job = await untilFinished(await startLeaderboard({ companies: { ids: [...(await listOpenCompanies())] } }));
    expect(job).toMatchObject({ state: 'PARTIAL', coverage: { failed: 3 } });
    const gaps = job.coverage.gaps.map(({ companyId, code }) => `${companyId} ${code}`);
    expect(gaps.sort()).toEqual(failing.map((companyId) => `Company:${companyId} UPSTREAM_REJECTED`).sort());
    await house.simulator.clearFaults();
    await house.simulator.clearJournal();
    const { body } = await house.ask(RetryExportDocument, { id: job.id });
    expect(body.data?.retryExport.job).toMatchObject({ id: job.id, pollAfterMs: expect.any(Number) });
    expect(await untilFinished(job.id)).toMatchObject({ state: 'SUCCEEDED', coverage: { complete: true } });
    const asked = (await house.asked()).map(({ companyId, path }) => `${path} ${companyId}`);
    expect(asked.sort()).toEqual(failing.map((companyId) => `${LEADERBOARD} ${companyId}`).sort());
  });

  it('that has nothing to ask again is refused a retry', async () => {
    const [companyId = ''] = await listOpenCompanies();
    const job = await untilFinished(await startLeaderboard({ companies: { ids: [companyId] } }));
    expect(job.state).toBe('SUCCEEDED');
    const { body } = await house.ask(RetryExportDocument, { id: job.id });
    expect(body.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });
});

describe('an idempotency key', () => {
  it('makes one job of twenty that are asked for at once, and one set of calls', async () => {
    const input = {
      companies: { all: true as const },
      format: 'NDJSON' as const,
      idempotencyKey: 'nightly-2026-03-01',
    };
    const ids = await Promise.all(Array.from({ length: 20 }, () => startLeaderboard(input)));
    expect(new Set(ids).size).toBe(1);
    await untilFinished(ids[0] ?? '');
    const asked = (await askedOf(LEADERBOARD)).filter(({ status }) => status === 200);
    expect(asked).toHaveLength(READABLE);
    const { body } = await house.ask(ExportJobsDocument, {});
    expect(body.data?.exportJobs.totalCount).toBe(1);
  });

  it('with another input is refused', async () => {
    await startLeaderboard({ idempotencyKey: 'nightly-2026-03-01' });
    const { body } = await house.ask(ExportLeaderboardDocument, {
      input: { companies: { all: true }, format: 'XLSX', idempotencyKey: 'nightly-2026-03-01' },
    });
    expect(body.errors?.[0]?.extensions?.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('a job', () => {
  it('is there, with its file, after the server was started again', async () => {
    const before = await untilFinished(await startLeaderboard());
    await house.close();
    house = await open();
    const after = await find(before.id);
    expect(after).toMatchObject({ state: before.state, finishedAt: before.finishedAt, progress: before.progress });
    expect(after.files[0]?.sha256).toBe(before.files[0]?.sha256);
    expect(await askedOf(LEADERBOARD)).toEqual([]);
  });

  it('that is cancelled stops asking, and has no file', async () => {
    await house.simulator.addFault({ kind: 'hang', path: LEADERBOARD });
    const id = await startLeaderboard();
    const { body } = await house.ask(CancelExportDocument, { id });
    expect(body.data?.cancelExport.job).toMatchObject({ id, state: 'CANCELLED', pollAfterMs: null });
    const asked = (await askedOf(LEADERBOARD)).length;
    await house.simulator.clearFaults();
    const job = await untilFinished(id);
    expect(job).toMatchObject({ state: 'CANCELLED', files: [], coverage: { complete: false } });
    expect(await askedOf(LEADERBOARD)).toHaveLength(asked);
  });

  it('of no company is done with nothing but a header', async () => {
    const id = await startLeaderboard({ companies: { filter: { search: 'nobody is called so' } } });
    const job = await untilFinished(id);
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      progress: { rows: 0, percent: 100 },
      coverage: { complete: true },
    });
    expect((await readOnlyFile(job)).trimEnd().split('\r\n')).toHaveLength(1);
    expect(await askedOf(LEADERBOARD)).toEqual([]);
  });

  it('that there is not is said so, and changed by nobody', async () => {
    const id = 'zzzzzzzzzzzzzzzzzzzzzz';
    const { body } = await house.ask('mutation ($id: ID!) { retryExport(id: $id) { job { id } } }', { id });
    expect(body.errors?.[0]?.extensions?.code).toBe('EXPORT_NOT_FOUND');
    const found = await house.ask(ExportJobByIdDocument, { id });
    expect(found.body.errors?.[0]?.extensions?.code).toBe('EXPORT_NOT_FOUND');
  });
});

describe('the other exports', () => {
  async function findOpenCompany() {
    const { body } = await house.ask<{ companies: { nodes: OpenCompany[] } }>(
      '{ companies(first: 1, orderBy: { field: ACTIVE_USERS, direction: DESC }) { nodes { id resourceId targetUsers(first: 2) { totalCount nodes { id } } } } }',
    );
    const [company] = body.data?.companies.nodes ?? [];
    if (!company) throw new Error('no company');
    await house.simulator.clearJournal();
    return company;
  }

  interface OpenCompany {
    readonly id: string;
    readonly resourceId: string;
    readonly targetUsers: { readonly totalCount: number; readonly nodes: readonly { readonly id: string }[] };
  }

  it('target users: the rows that the graph counts, by one call', async () => {
    const { id, targetUsers } = await findOpenCompany();
    const { body } = await house.ask(ExportTargetUsersDocument, {
      input: { companies: { ids: [id] }, format: 'CSV', filter: { statuses: ['ACTIVE', 'INACTIVE'] } },
    });
    const job = await untilFinished(body.data?.exportTargetUsers.job.id ?? '');
    expect(job).toMatchObject({ state: 'SUCCEEDED', progress: { rows: targetUsers.totalCount } });
    expect(await askedOf('/api/target-users/search')).toHaveLength(1);
  });

  it('timelines: of the users that are named', async () => {
    const { id, resourceId, targetUsers } = await findOpenCompany();
    const { body } = await house.ask(ExportUserTimelineDocument, {
      input: { company: id, targetUsers: targetUsers.nodes.map((user) => user.id), format: 'NDJSON' },
    });
    const job = await untilFinished(body.data?.exportUserTimeline.job.id ?? '');
    expect(job).toMatchObject({ kind: 'USER_TIMELINE', state: 'SUCCEEDED', progress: { companiesTotal: 1 } });
    const asked = await askedOf('/api/leaderboard/get-user-timeline');
    expect(asked.map(({ companyId }) => companyId)).toEqual([resourceId, resourceId]);
  });

  it('the list of companies: one part, by one call for each hundred', async () => {
    const { body } = await house.ask(ExportCompaniesDocument, {
      input: {
        format: 'NDJSON',
        filter: { where: { groups: [{ items: [{ field: 'CompanyName', operator: 'CONTAINS', value: 'a' }] }] } },
      },
    });
    const job = await untilFinished(body.data?.exportCompanies.job.id ?? '');
    expect(job).toMatchObject({ kind: 'COMPANIES', state: 'SUCCEEDED', progress: { companiesTotal: 1 } });
    expect(job.parts.nodes).toMatchObject([{ companyId: null, state: 'SUCCEEDED' }]);
    const [call, ...others] = await askedOf(SEARCH);
    expect(others).toEqual([]);
    expect(JSON.stringify(call?.body)).toContain('"Contains"');
    const rows = (await readOnlyFile(job))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(job.progress.rows);
    expect(rows.every(({ company_name }) => /a/i.test(company_name))).toBe(true);
  });
});

describe("Keepnet's own files", () => {
  it('come as they are, of one company', async () => {
    const [companyId = ''] = await listOpenCompanies();
    const id = await startLeaderboard({
      companies: { ids: [companyId] },
      format: 'PDF',
      filter: { where: { groups: [{ items: [{ field: 'FirstName', operator: 'NOT_EQUALS', value: 'nobody' }] }] } },
    });
    const job = await untilFinished(id);
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      source: 'KEEPNET_FILE',
      files: [{ name: expect.stringMatching(/\.pdf$/), mediaType: 'application/pdf' }],
    });
    expect((await readOnlyFile(job)).slice(0, 4)).toBe('%PDF');
    const [call, ...others] = await askedOf(`${LEADERBOARD}/export`);
    expect(others).toEqual([]);
    expect(call).toMatchObject({ companyId, body: { exportType: 'PDF' } });
    expect(JSON.stringify(call?.body)).toContain('"!="');
  });

  it('of several companies lie in one archive', async () => {
    const ids = [...(await listOpenCompanies())];
    const id = await startLeaderboard({ companies: { ids }, format: 'PDF', layout: 'ONE_FILE_PER_COMPANY' });
    const job = await untilFinished(id);
    expect(job).toMatchObject({ state: 'SUCCEEDED', files: [{ mediaType: 'application/zip' }] });
    const asked = (await askedOf(`${LEADERBOARD}/export`)).map(({ companyId }) => companyId);
    expect(asked.sort()).toEqual(ids.sort());
  });
});

describe('the door', () => {
  it('takes no mutation over GET', async () => {
    const query = encodeURIComponent('mutation { exportCompanies(input: { format: CSV }) { job { id } } }');
    const response = await fetch(`${house.url}/graphql?query=${query}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBe(405);
    const { body } = await house.ask(ExportJobsDocument, {});
    expect(body.data?.exportJobs.totalCount).toBe(0);
  });

  it('predicts what finding the companies costs, and tells what it cost', async () => {
    const { body } = await house.ask(
      ExportLeaderboardDocument,
      { input: { companies: { all: true }, format: 'CSV' } },
      { 'x-keepnet-graph-receipt': '1' },
    );
    expect(body.extensions?.cost).toMatchObject({ predictedCalls: 1, calls: 1 });
  });
});
