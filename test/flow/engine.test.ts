/** The engine through the door: how few calls it makes, what it does under limits and outages, and what it tells of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CompanyNamesDocument, CompanyWithSummaryDocument, DashboardDocument } from '../../src/generated/operations.js';
import { type House, openHouse } from '../support/house.js';

const houses: House[] = [];

afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.close()));
});

async function open(env: Record<string, string> = {}): Promise<House> {
  const house = await openHouse({ env });
  houses.push(house);
  return house;
}

const RECEIPT = { 'x-keepnet-graph-receipt': '1' };

type DashboardAnswer = Awaited<ReturnType<typeof askDashboard>>;

function askDashboard(house: House, first: number, headers: Record<string, string> = {}) {
  return house.ask(DashboardDocument, { first }, headers);
}

/** Fields that are null although their customer is open, and no other reason of the customer's own stands against it. */
function countEmpty({ body }: DashboardAnswer): number {
  const expected = new Set(['COMPANY_PRIVACY_DENIED', 'FORBIDDEN']);
  return (body.errors ?? []).filter(({ extensions }) => !expected.has(String(extensions?.code))).length;
}

function countReadable({ body }: DashboardAnswer): number {
  return (body.data?.companies?.nodes ?? []).filter(({ access }) => access.state !== 'PRIVACY_DENIED').length;
}

async function countScoped(house: House): Promise<number> {
  return (await house.asked()).filter(({ companyId }) => companyId !== null).length;
}

describe('calls in flight are shared', () => {
  it('by ten clients that ask the same dashboard at once', async () => {
    // Long enough that a busy machine has read all ten questions before the first answer comes.
    const house = await open({ SIMULATOR_LATENCY_MS: '300' });
    await house.simulator.clearJournal();
    const answers = await Promise.all(Array.from({ length: 10 }, () => askDashboard(house, 20)));
    const [first] = answers;
    // What a customer refuses is learned meanwhile: its state depends on who looks when.
    const toFields = (answer?: DashboardAnswer) =>
      answer?.body.data?.companies?.nodes.map(({ access, ...rest }) => rest);
    for (const answer of answers) expect(toFields(answer)).toEqual(toFields(first));
    const entries = await house.asked();
    expect(entries).toHaveLength(1 + 3 * countReadable(first as DashboardAnswer));
  });

  it('by two different queries where they overlap', async () => {
    const house = await open({ SIMULATOR_LATENCY_MS: '60' });
    await house.simulator.clearJournal();
    const counts = '{ companies(first: 20) { nodes { countSummary { active } } } }';
    const both = '{ companies(first: 20) { nodes { c: countSummary { deleted } topPerformers { rank } } } }';
    await Promise.all([house.ask(counts), house.ask(both)]);
    const paths = (await house.asked()).map(({ path }) => path);
    expect(paths.filter((path) => path === '/api/companies/search')).toHaveLength(1);
    const summaries = paths.filter((path) => path === '/api/target-users/count-summary');
    const performers = paths.filter((path) => path === '/api/leaderboard/get-top-performers');
    expect(summaries).toHaveLength(performers.length);
    expect(summaries.length).toBeGreaterThan(15);
  });

  it('and go on for one when the other leaves', async () => {
    const house = await open({ SIMULATOR_LATENCY_MS: '150' });
    const query = JSON.stringify({ query: '{ companies(first: 3) { nodes { countSummary { active } } } }' });
    const leaving = new AbortController();
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: query };
    const left = fetch(`${house.url}/graphql`, { ...options, signal: leaving.signal }).catch(() => 'left');
    const stayed = fetch(`${house.url}/graphql`, options);
    await sleep(220);
    leaving.abort();
    expect(await left).toBe('left');
    expect(await (await stayed).json()).toMatchObject({ data: { companies: { nodes: expect.any(Array) } } });
    expect((await house.asked()).some(({ aborted }) => aborted)).toBe(false);
  });
});

describe('answers are kept', () => {
  it('so that the second dashboard costs nothing', async () => {
    const house = await open({ CACHE_TTL_SECONDS: '60' });
    await askDashboard(house, 25);
    // What the IP-restricted customer refused was learned, not kept: it is not asked again either.
    const first = await askDashboard(house, 25);
    await house.simulator.clearJournal();
    const second = await askDashboard(house, 25, RECEIPT);
    expect(second.body.data).toEqual(first.body.data);
    expect(await house.asked()).toEqual([]);
    expect(second.body.extensions?.cost).toMatchObject({ calls: 0, cached: 1 + 3 * (countReadable(first) - 1) });
  });

  it('unless the client says no-cache', async () => {
    const house = await open({ CACHE_TTL_SECONDS: '60' });
    await house.ask(CompanyNamesDocument, { first: 5 });
    await house.simulator.clearJournal();
    await house.ask(CompanyNamesDocument, { first: 5 }, { 'cache-control': 'no-cache' });
    expect(await house.asked()).toHaveLength(1);
  });

  it('and stand in, marked, when Keepnet cannot give newer ones', async () => {
    const house = await open({ CACHE_TTL_SECONDS: '1' });
    const { body: list } = await house.ask(CompanyNamesDocument, { first: 1 });
    const id = list.data?.companies?.nodes[0]?.resourceId ?? '';
    const fresh = await house.ask(CompanyWithSummaryDocument, { id });
    expect(fresh.body.extensions).toBeUndefined();
    await sleep(1_100);
    await house.simulator.addFault({ path: '/api/target-users/count-summary', kind: 'status', status: 503 });
    const stale = await house.ask(CompanyWithSummaryDocument, { id });
    expect(stale.body.data).toEqual(fresh.body.data);
    expect(stale.body.errors).toBeUndefined();
    expect(stale.body.extensions).toEqual({
      stale: {
        answers: [{ operation: 'GET target-users/count-summary', companyId: id, ageSeconds: expect.any(Number) }],
        more: 0,
      },
    });
  });
});

describe('the receipt', () => {
  it('says what was predicted and what was asked, only to those who want it', async () => {
    const house = await open();
    expect((await askDashboard(house, 10)).body.extensions).toBeUndefined();
    const answer = await askDashboard(house, 10, RECEIPT);
    const scoped = countReadable(answer);
    expect(answer.body.extensions?.cost).toEqual({
      predictedCalls: 31,
      calls: 1 + 3 * scoped,
      callsByOperation: {
        'POST companies/search': 1,
        'GET target-users/count-summary': scoped,
        'POST leaderboard/get-all': scoped,
        'POST executive-report/search': scoped,
      },
      cached: 0,
      shared: 0,
      retried: 0,
      waitedMs: expect.any(Number),
      stale: 0,
      requestId: answer.headers.get('x-request-id'),
    });
  });
});

describe('an operation that asks for more than it may', () => {
  it('keeps what was answered and says of the rest BUDGET_EXCEEDED', async () => {
    const house = await open({ OPERATION_MAX_CALLS: '30' });
    await house.simulator.clearJournal();
    const { body } = await askDashboard(house, 25);
    expect(await house.asked()).toHaveLength(30);
    const over = (body.errors ?? []).filter(({ extensions }) => extensions?.code === 'BUDGET_EXCEEDED');
    expect(over.length).toBeGreaterThan(30);
    expect(over.every(({ extensions }) => typeof extensions?.companyId === 'string')).toBe(true);
    const companies = body.data?.companies?.nodes ?? [];
    expect(companies).toHaveLength(25);
    expect(companies.filter(({ countSummary }) => countSummary !== null).length).toBeGreaterThan(5);
  });

  it('or runs out of time, keeps what was answered and says of the rest DEADLINE_EXCEEDED', async () => {
    const house = await open({ OPERATION_TIMEOUT_SECONDS: '1' });
    const { body: list } = await house.ask(CompanyNamesDocument, { first: 10 });
    const hanging = list.data?.companies?.nodes[0]?.resourceId ?? '';
    await house.simulator.addFault({ kind: 'hang', companyId: hanging });
    const startedAt = performance.now();
    const answer = await askDashboard(house, 10);
    const tookMs = performance.now() - startedAt;
    const late = (answer.body.errors ?? []).filter(({ extensions }) => extensions?.code === 'DEADLINE_EXCEEDED');
    expect(late.map(({ extensions }) => extensions?.companyId)).toEqual([hanging, hanging, hanging]);
    expect(countEmpty(answer)).toBe(3);
    expect(tookMs).toBeLessThan(2_500);
  });
});

describe('a Keepnet with limits', () => {
  it('of 200 calls a second gives every field of a 100-company dashboard', async () => {
    const house = await open({ SIMULATOR_COMPANIES: '100', SIMULATOR_LATENCY_MS: '40' });
    await house.simulator.settings({ rateLimit: { callsPerSecond: 200, burst: 50, retryAfterSeconds: 1 } });
    const answer = await askDashboard(house, 100);
    expect(countEmpty(answer)).toBe(0);
    const refused = (await house.asked()).filter(({ status }) => status === 429).length;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(100);
  });

  it('of 200 calls a second is never asked more often where that is configured', async () => {
    const house = await open({
      SIMULATOR_COMPANIES: '100',
      SIMULATOR_LATENCY_MS: '40',
      KEEPNET_CALLS_PER_SECOND: '200',
    });
    await house.simulator.settings({ rateLimit: { callsPerSecond: 200, burst: 50, retryAfterSeconds: 1 } });
    const answer = await askDashboard(house, 100);
    expect(countEmpty(answer)).toBe(0);
    expect((await house.asked()).filter(({ status }) => status === 429)).toEqual([]);
  });

  it('of 50 calls in flight gives every field with at most a tenth of its calls in vain', async () => {
    const house = await open({ SIMULATOR_COMPANIES: '100', SIMULATOR_LATENCY_MS: '40' });
    await house.simulator.settings({ maxInFlight: 50 });
    await house.simulator.clearJournal();
    const answer = await askDashboard(house, 100);
    expect(countEmpty(answer)).toBe(0);
    const entries = await house.asked();
    expect(entries.length).toBeLessThanOrEqual(1.1 * (1 + 3 * countReadable(answer)));
  });
});

describe('a Keepnet in trouble', () => {
  it('that fails now and then is asked again, and nobody notices', async () => {
    const house = await open({ SIMULATOR_COMPANIES: '100' });
    for (const path of [
      '/api/target-users/count-summary',
      '/api/leaderboard/get-all',
      '/api/executive-report/search',
    ]) {
      await house.simulator.addFault({ path, kind: 'status', status: 500, after: 40, times: 1 });
    }
    const answer = await askDashboard(house, 100, RECEIPT);
    expect(countEmpty(answer)).toBe(0);
    expect(answer.body.extensions?.cost).toMatchObject({ retried: 3 });
  });

  it('for a moment in which many calls fail together loses no field', async () => {
    const house = await open({ SIMULATOR_COMPANIES: '100', SIMULATOR_LATENCY_MS: '5' });
    await askDashboard(house, 100);
    await house.simulator.addFault({ kind: 'status', status: 503, after: 60, times: 30 });
    const answer = await askDashboard(house, 100, RECEIPT);
    expect(countEmpty(answer)).toBe(0);
    expect(answer.body.extensions?.cost).toMatchObject({ retried: 30 });
  });

  it('that goes down after a long quiet time is asked little more than once', async () => {
    const house = await open({ SIMULATOR_COMPANIES: '100' });
    for (let turn = 0; turn < 2; turn += 1) await askDashboard(house, 100);
    await house.simulator.addFault({ kind: 'status', status: 503 });
    await house.simulator.clearJournal();
    const names = Array.from({ length: 30 }, (_, index) => `nobody ${index}`);
    for (const search of names) {
      const { body } = await house.ask(
        'query ($search: String!) { companies(filter: { search: $search }) { nodes { name } } }',
        {
          search,
        },
      );
      expect(body).toMatchObject({
        data: { companies: null },
        errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
      });
    }
    const entries = await house.asked();
    const firstAttempts = new Set(entries.map(({ body }) => JSON.stringify(body))).size;
    expect(firstAttempts).toBeLessThan(names.length);
    expect(entries.length).toBeLessThanOrEqual(1.2 * firstAttempts + 3);
  });

  it('that is down is asked little more than once', async () => {
    const house = await open({ SIMULATOR_COMPANIES: '100' });
    await house.simulator.addFault({ kind: 'status', status: 503 });
    await house.simulator.clearFaults();
    await house.ask(CompanyNamesDocument, { first: 100 });
    for (const path of [
      '/api/target-users/count-summary',
      '/api/leaderboard/get-all',
      '/api/executive-report/search',
    ]) {
      await house.simulator.addFault({ path, kind: 'status', status: 503 });
    }
    await house.simulator.clearJournal();
    const answer = await askDashboard(house, 100);
    expect(countEmpty(answer)).toBeGreaterThan(250);
    // The list was a first attempt too.
    expect(await countScoped(house)).toBeLessThanOrEqual(1.2 * (1 + 3 * countReadable(answer)) + 3);
  });

  it('whose token dies in the middle costs one token and one repetition of each refused call', async () => {
    const house = await open({ SIMULATOR_COMPANIES: '50', SIMULATOR_LATENCY_MS: '20' });
    await house.simulator.clearJournal();
    await house.simulator.addFault({ path: '/api/leaderboard/get-all', kind: 'revokeToken', after: 10, times: 1 });
    const answer = await askDashboard(house, 50);
    expect(countEmpty(answer)).toBe(0);
    const entries = await house.asked();
    expect(entries.filter(({ path }) => path === '/connect/token')).toHaveLength(1);
    const refused = entries.filter(({ status }) => status === 401);
    expect(refused.length).toBeGreaterThan(0);
    const retried = new Set(refused.map(({ path, companyId }) => `${path} ${companyId}`));
    expect(retried.size).toBe(refused.length);
  });
});
