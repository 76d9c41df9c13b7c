/** The main job: one nested question over many customers, with just the calls that it needs. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CompanyNamesDocument,
  CustomersDocument,
  DashboardDocument,
  DashboardTwiceDocument,
} from '../../src/generated/operations.js';
import { type House, openHouse } from '../support/house.js';

/** What was asked of Keepnet, counted by endpoint, whatever the company. */
async function countCalls(house: House): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { path } of await house.asked()) counts[path] = (counts[path] ?? 0) + 1;
  return counts;
}

describe('the first query', () => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse();
  });

  afterAll(() => house.close());

  it('answers 25 companies with one list call, four calls per readable company and one token', async () => {
    const { status, body } = await house.ask(CustomersDocument);
    expect(status).toBe(200);
    const companies = body.data?.companies?.nodes ?? [];
    expect(companies).toHaveLength(25);

    const closed = companies.filter((company) => company.access.state === 'PRIVACY_DENIED');
    expect(closed).toHaveLength(1);
    const called = companies.length - closed.length;
    expect(await countCalls(house)).toEqual({
      '/connect/token': 1,
      '/api/companies/search': 1,
      '/api/target-users/count-summary': called,
      '/api/leaderboard/get-all': called,
      '/api/target-users/search': called,
      '/api/executive-report/search': called,
    });
  });

  it('sends both company headers on every scoped call, and neither on the list', async () => {
    const entries = (await house.asked()).filter(({ path }) => path.startsWith('/api/'));
    const list = entries.filter(({ path }) => path === '/api/companies/search');
    const scoped = entries.filter(({ path }) => path !== '/api/companies/search');
    expect(list.map(({ companyHeaders }) => Object.values(companyHeaders).filter(Boolean))).toEqual([[]]);
    expect(scoped.length).toBeGreaterThan(80);
    for (const { companyId, companyHeaders } of scoped) {
      expect(companyId).toMatch(/^[A-Za-z0-9]{12}$/);
      expect(Object.values(companyHeaders)).toEqual([companyId, companyId]);
    }
  });

  it('fills every field of a healthy company', async () => {
    const { body } = await house.ask(CustomersDocument);
    const failed = new Set((body.errors ?? []).map(({ path }) => path?.[2]));
    const healthy = (body.data?.companies?.nodes ?? []).filter((_company, index) => !failed.has(index));
    expect(healthy.length).toBeGreaterThanOrEqual(23);
    for (const company of healthy) {
      expect(company.countSummary).not.toBeNull();
      expect(company.leaderboard?.nodes.length).toBeLessThanOrEqual(10);
      expect(company.targetUsers?.totalCount).toBe(
        (company.countSummary?.active ?? 0) + (company.countSummary?.inactive ?? 0),
      );
      expect(company.executiveReports).not.toBeNull();
    }
    expect(healthy.filter((company) => company.leaderboard?.nodes.length === 10).length).toBeGreaterThan(15);
  });

  it('is the query of the first tab of GraphiQL and of the README', async () => {
    const tab = await readFile('web/graphiql/tabs/1-customers.graphql', 'utf8');
    const readme = await readFile('README.md', 'utf8');
    const query = tab.replace(/^#.*\n/gm, '').trim();
    expect(readme).toContain(query);
  });
});

describe('a dashboard of 100 companies', () => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse({ env: { SIMULATOR_COMPANIES: '100', KEEPNET_MAX_IN_FLIGHT: '20' } });
  });

  beforeEach(() => house.simulator.clearJournal());
  afterAll(() => house.close());

  it('makes one list call and three per readable company', async () => {
    const { body } = await house.ask(DashboardDocument, { first: 100 });
    const companies = body.data?.companies?.nodes ?? [];
    const readable = companies.filter((company) => company.access.state !== 'PRIVACY_DENIED').length;
    expect(companies).toHaveLength(100);
    expect(readable).toBeGreaterThan(90);
    const { '/connect/token': _token, ...counts } = await countCalls(house);
    expect(counts).toEqual({
      '/api/companies/search': 1,
      '/api/target-users/count-summary': readable,
      '/api/leaderboard/get-all': readable,
      '/api/executive-report/search': readable,
    });
  });

  it('makes the same calls for the same fields under two aliases', async () => {
    const { body } = await house.ask(DashboardTwiceDocument, { first: 100 });
    expect(body.data?.two?.nodes).toEqual(
      body.data?.one?.nodes.map((company) => ({ ...company, again: company.countSummary })),
    );
    const counts = await countCalls(house);
    const scoped = counts['/api/target-users/count-summary'] ?? 0;
    expect(scoped).toBeGreaterThan(90);
    expect(counts).toEqual({
      '/api/companies/search': 1,
      '/api/target-users/count-summary': scoped,
      '/api/leaderboard/get-all': scoped,
      '/api/executive-report/search': scoped,
    });
  });

  it('fetches nothing for what is not selected', async () => {
    const { body } = await house.ask(CompanyNamesDocument, { first: 100 });
    expect(body.errors).toBeUndefined();
    expect(body.data?.companies?.nodes).toHaveLength(100);
    expect(await countCalls(house)).toEqual({ '/api/companies/search': 1 });
  });

  it('has as many calls in flight as it may, and never more', async () => {
    await house.simulator.settings({ latencyMs: 10 });
    await house.ask(DashboardDocument, { first: 100 });
    const { maxInFlight } = await house.simulator.journal();
    expect(maxInFlight).toBe(20);
  });
});
