/** Journal, settings and every kind of fault, as a client on the other end of the wire meets them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CANARY } from '../../src/simulator/answer.js';
import { FAULT_KINDS } from '../../src/simulator/faults.js';
import { createSettings } from '../../src/simulator/settings.js';
import {
  type AskOptions,
  ask,
  type Fault,
  fetchToken,
  startSimulator,
  type TestSimulator,
} from '../support/simulator.js';

const COUNT = 'GET /api/target-users/count-summary';

let simulator: TestSimulator;
let token: string;
let ids: string[];

beforeAll(async () => {
  simulator = await startSimulator();
  token = await fetchToken(simulator.url);
  const mine = await ask(simulator.url, token, 'GET /api/companies/my');
  ids = mine.json.data.map((company: { resourceId: string }) => company.resourceId);
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await simulator.clearFaults();
  await simulator.clearJournal();
  await simulator.settings(createSettings(0));
});

const count = (options: AskOptions = {}) => ask(simulator.url, token, COUNT, { companyId: ids[0] ?? '', ...options });
const withFault = async (fault: Fault) => {
  await simulator.addFault(fault);
  return count();
};

describe('faults', () => {
  it.each([
    [{ kind: 'status', status: 503 }, 503, 'application/json; charset=utf-8', '"validationMessages"'],
    [
      { kind: 'status', status: 500, bodyStyle: 'pascal' },
      500,
      'application/json; charset=utf-8',
      '"Message":"Internal server error"',
    ],
    [
      { kind: 'status', status: 404, bodyStyle: 'problem' },
      404,
      'application/problem+json; charset=utf-8',
      '"status":404',
    ],
    [{ kind: 'status', status: 502, bodyStyle: 'html' }, 502, 'text/html; charset=utf-8', '<html>'],
    [{ kind: 'html200' }, 200, 'text/html; charset=utf-8', '<html>'],
    [{ kind: 'failed200' }, 200, 'application/json; charset=utf-8', '"status":"FAILED"'],
    [{ kind: 'wrongShape' }, 200, 'application/json; charset=utf-8', '"status":"SUCCESS"'],
    [{ kind: 'notReady', status: 201 }, 201, 'application/json; charset=utf-8', '"data":null'],
    [{ kind: 'jsonForFile' }, 200, 'application/json; charset=utf-8', '"fileName"'],
    [{ kind: 'unmanaged' }, 403, 'application/json; charset=utf-8', '"FORBIDDEN"'],
  ] as const)('%j', async (fault, status, type, text) => {
    const answer = await withFault(fault);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.text).toContain(text);
    expect(answer.text).toContain(CANARY);
  });

  it('empty200 and the empty style have no body', async () => {
    const empty = await withFault({ kind: 'empty200', times: 1 });
    const style = await withFault({ kind: 'status', status: 500, bodyStyle: 'empty' });
    expect([empty.status, empty.text, style.status, style.text]).toEqual([200, '', 500, '']);
  });

  it('halfJson is the first half of the true answer', async () => {
    const whole = await count();
    const half = await withFault({ kind: 'halfJson' });
    expect(half.json).toBeUndefined();
    expect(half.text.length).toBeGreaterThan(20);
    expect(whole.text.startsWith(half.text)).toBe(true);
  });

  it('Retry-After in seconds and as a date', async () => {
    const seconds = await withFault({ kind: 'status', status: 429, retryAfterSeconds: 3, times: 1 });
    const date = await withFault({ kind: 'status', status: 429, retryAfterSeconds: 30, retryAfterAsDate: true });
    expect(seconds.headers.get('retry-after')).toBe('3');
    const waitMs = Date.parse(date.headers.get('retry-after') ?? '') - Date.now();
    expect(waitMs).toBeGreaterThan(20_000);
    expect(waitMs).toBeLessThan(31_000);
  });

  it('badDates makes every date impossible, and nothing else', async () => {
    const answer = await withFault({ kind: 'badDates' });
    expect(answer.json.data.monthlyActiveUsers[0]).toMatchObject({
      period: 'December 2025',
      periodStart: '31/02/2026 25:61',
    });
  });

  it('latency delays the true answer', async () => {
    const startMs = performance.now();
    const answer = await withFault({ kind: 'latency', ms: 120 });
    expect(answer.status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(115);
  });

  it('dripping sends the whole answer, byte by byte', async () => {
    const license = () => ask(simulator.url, token, `GET /api/companies/${ids[0]}/license-check`);
    const whole = await license();
    await simulator.addFault({ kind: 'dripping', ms: 1 });
    const startMs = performance.now();
    const dripped = await license();
    expect(dripped.text).toBe(whole.text);
    expect(performance.now() - startMs).toBeGreaterThan(whole.text.length);
  });

  it.each(['reset', 'truncated'] as const)('%s breaks the connection', async (kind) => {
    await expect(withFault({ kind })).rejects.toThrow();
    const { entries } = await simulator.journal();
    expect(entries[0]).toMatchObject({ fault: kind, aborted: false, status: kind === 'reset' ? null : 200 });
  });

  it('largeBody is valid JSON of the size asked for', async () => {
    const answer = await withFault({ kind: 'largeBody', bytes: 3_000_000 });
    expect(answer.text).toHaveLength(3_000_000);
    expect(answer.json.status).toBe('SUCCESS');
  });

  it('largeFile is a CSV of the size asked for', async () => {
    const answer = await withFault({ kind: 'largeFile', bytes: 300_000 });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.text).toHaveLength(300_000);
    expect(answer.text.startsWith('First Name,') && answer.text.endsWith('\r\n')).toBe(true);
  });

  it('hang never answers, and the journal tells that the client left', async () => {
    await simulator.addFault({ kind: 'hang' });
    await expect(count({ signal: AbortSignal.timeout(80) })).rejects.toThrow();
    const entry = await untilClosed();
    expect(entry).toMatchObject({ status: null, aborted: true, fault: 'hang' });
  });

  it('revokeToken: 401 from the matching call on, until there is a new token', async () => {
    await simulator.addFault({ kind: 'revokeToken', after: 1 });
    const statuses = [(await count()).status, (await count()).status, (await count()).status];
    token = await fetchToken(simulator.url);
    expect([...statuses, (await count()).status]).toEqual([200, 401, 401, 200]);
  });

  it('strike the path, the company and the number of calls that they name', async () => {
    await simulator.addFault({ kind: 'status', path: '/api/companies/{id}', companyId: ids[1] ?? '', times: 1 });
    const company = (id = '') => ask(simulator.url, token, `GET /api/companies/${id}`, { companyId: id });
    const statuses = [await count(), await company(ids[0]), await company(ids[1]), await company(ids[1])];
    expect(statuses.map((answer) => answer.status)).toEqual([200, 200, 500, 200]);
    const mine = await ask(simulator.url, token, 'GET /api/companies/my');
    expect(mine.status).toBe(200);
  });

  it('are refused with a sentence where they make no sense', async () => {
    await expect(simulator.addFault({ kind: 'explode' } as never)).rejects.toThrow('Fault kind must be one of');
    await expect(simulator.addFault({ kind: 'latency', ms: -1 })).rejects.toThrow('Fault ms must be a number');
    const listed = await fetch(`${simulator.url}/_simulator/faults`);
    expect(await listed.json()).toEqual({ faults: [], kinds: FAULT_KINDS });
  });
});

describe('settings', () => {
  it('limit the rate, and say how long to wait', async () => {
    await simulator.settings({ rateLimit: { callsPerSecond: 0, burst: 3, retryAfterSeconds: 2 } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => count()));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(2);
    expect(refused[0]?.headers.get('retry-after')).toBe('2');
    expect(refused[0]?.text).toContain(CANARY);
  });

  it('limit the calls in flight', async () => {
    await simulator.settings({ maxInFlight: 2, latencyMs: 60 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => count()));
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(3);
  });

  it('leave permissions out', async () => {
    await simulator.settings({ omitPermissions: true });
    const body = 'grant_type=client_credentials&client_id=simulator&client_secret=simulator-secret&scope=api1';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${simulator.url}/connect/token`, { method: 'POST', body, headers });
    expect(await response.json()).not.toHaveProperty('permissions');
  });

  it('are taken whole or not at all', async () => {
    const wrong = { latencyMs: 5, dateFormat: 'YY' } as never;
    await expect(simulator.settings(wrong)).rejects.toThrow('Setting dateFormat cannot be');
    await expect(simulator.settings({ colour: 1 } as never)).rejects.toThrow('Unknown setting colour');
    expect(await simulator.settings()).toEqual(createSettings(0));
  });

  it('are named by every choice that one of them changes', async () => {
    const { choices } = (await (await fetch(`${simulator.url}/_simulator/choices`)).json()) as {
      choices: { setting: string | null }[];
    };
    const named = choices.flatMap((choice) => choice.setting ?? []);
    expect(choices.length).toBeGreaterThan(30);
    expect(Object.keys(createSettings(0)).filter((name) => name !== 'latencyMs' && !named.includes(name))).toEqual([]);
  });
});

describe('the journal', () => {
  it('tells what was asked, without secrets', async () => {
    await fetchToken(simulator.url);
    await ask(simulator.url, token, 'POST /api/executive-report/search?x=1', {
      body: { Name: '' },
      companyId: ids[2] ?? '',
    });
    const { entries } = await simulator.journal();
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      method: 'POST',
      path: '/connect/token',
      companyId: null,
      clientId: null,
      status: 200,
    });
    expect(entries[0]?.body).toEqual({
      grant_type: 'client_credentials',
      client_id: 'simulator',
      client_secret: '***',
      scope: 'api1',
    });
    expect(entries[1]).toMatchObject({
      path: '/api/executive-report/search',
      companyId: ids[2],
      companyHeaders: { 'x-keepnet-company-id': ids[2], 'x-ir-company-id': ids[2] },
      body: { Name: '' },
      clientId: 'simulator',
      inFlight: 1,
      status: 200,
      aborted: false,
      fault: null,
    });
    expect(JSON.stringify(entries)).not.toContain('simulator-secret');
  });

  it('counts calls in flight exactly', async () => {
    await simulator.settings({ latencyMs: 60 });
    await Promise.all(Array.from({ length: 7 }, () => count()));
    for (let turn = 0; turn < 3; turn += 1) await count();
    const { entries, maxInFlight } = await simulator.journal();
    expect(maxInFlight).toBe(7);
    expect(entries.map((entry) => entry.inFlight)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 1, 1]);
  });

  it('stops working for a client that has left, and says so', async () => {
    await simulator.settings({ latencyMs: 100_000 });
    await expect(count({ signal: AbortSignal.timeout(60) })).rejects.toThrow();
    expect(await untilClosed()).toMatchObject({ status: null, aborted: true });
  });
});

describe('the server', () => {
  it('starts at once with 200 companies of 5,000 users, and serves any page of them', async () => {
    // Processor time: what else the machine does takes no part in it.
    const before = process.cpuUsage();
    const large = await startSimulator({ companies: 200, users: 5_000 });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_000);
    const search = { pageNumber: 50, pageSize: 100, orderBy: 'CreateTime', ascending: false };
    const body = { ...search, filter: { condition: 'AND', searchInputTextValue: '' } };
    const own = await fetchToken(large.url);
    const mine = await ask(large.url, own, 'GET /api/companies/my');
    const page = await ask(large.url, own, 'POST /api/target-users/search', {
      body,
      companyId: mine.json.data[1].resourceId,
    });
    await large.stop();
    expect(page.json.data.results).toHaveLength(100);
    expect(page.json.data.totalNumberOfRecords).toBe(5_000);
  });

  it('is alive without a token, and knows no other path', async () => {
    const live = await fetch(`${simulator.url}/livez`);
    const unknown = await ask(simulator.url, token, 'GET /api/nothing');
    const control = await fetch(`${simulator.url}/_simulator/nothing`);
    expect([live.status, unknown.status, control.status]).toEqual([200, 404, 404]);
  });

  it('stops although clients keep their sockets', async () => {
    const other = await startSimulator({ companies: 1, users: 1 });
    await fetch(`${other.url}/livez`);
    await other.stop();
    await expect(fetch(`${other.url}/livez`)).rejects.toThrow();
  });

  it('refuses a port that is taken', async () => {
    await expect(startSimulator({ port: simulator.port })).rejects.toThrow('EADDRINUSE');
  });
});

async function untilClosed() {
  for (let turn = 0; turn < 100; turn += 1) {
    const entry = (await simulator.journal()).entries[0];
    if (entry?.durationMs !== null && entry !== undefined) return entry;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The entry never closed.');
}
