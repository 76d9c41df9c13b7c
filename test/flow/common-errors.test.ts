/**
 * The "common errors" of Keepnet's own documentation, each as a person meets it: one clear GraphQL error with its code, what to
 * do, and the company where there is one. The wrong secret and the wrong role are also told at the start, in one line.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CompanyByIdDocument,
  CompanyNamesDocument,
  CompanyWithSummaryDocument,
  FilteredCompaniesDocument,
  WhoamiDocument,
} from '../../src/generated/operations.js';
import { COMPANY_ADMIN_CREDENTIALS, SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { type House, openHouse } from '../support/house.js';
import { startSimulator, type TestSimulator } from '../support/simulator.js';

let keepnet: TestSimulator;
const houses: House[] = [];

beforeAll(async () => {
  keepnet = await startSimulator();
});

afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.close()));
  await keepnet.clearFaults();
});

afterAll(() => keepnet.stop());

async function openWith(credentials: { clientId: string; clientSecret: string }): Promise<House> {
  const house = await openHouse({
    env: {
      KEEPNET_BASE_URL: keepnet.url,
      KEEPNET_CLIENT_ID: credentials.clientId,
      KEEPNET_CLIENT_SECRET: credentials.clientSecret,
    },
  });
  houses.push(house);
  return house;
}

function warnings(house: House): string[] {
  return house
    .logged()
    .filter(({ level }) => level === 'warn' || level === 40)
    .map(({ msg }) => String(msg));
}

describe('a wrong secret', () => {
  const wrong = { clientId: SIMULATOR_CREDENTIALS.clientId, clientSecret: 'not-the-secret' };

  it('is told in one line at the start, and the server lives', async () => {
    const house = await openWith(wrong);
    expect(warnings(house)).toEqual([expect.stringMatching(/KEEPNET_CLIENT_ID.*KEEPNET_CLIENT_SECRET/)]);
    const live = await fetch(`${house.url}/livez`);
    expect(live.status).toBe(200);
    const ready = await fetch(`${house.url}/readyz`);
    expect({ status: ready.status, body: await ready.json() }).toMatchObject({ status: 503, body: { ready: false } });
  });

  it('is UPSTREAM_UNAUTHENTICATED in a query, and says which variables to check', async () => {
    const house = await openWith(wrong);
    const { text, body } = await house.ask(CompanyNamesDocument, { first: 5 });
    expect(body).toMatchObject({
      data: { companies: null },
      errors: [
        { message: expect.stringContaining('KEEPNET_CLIENT_SECRET'), extensions: { code: 'UPSTREAM_UNAUTHENTICATED' } },
      ],
    });
    expect(text).not.toContain('not-the-secret');
    expect(JSON.stringify(house.logged())).not.toContain('not-the-secret');
  });
});

describe('an expired token', () => {
  it('is renewed once, and nobody notices', async () => {
    const house = await openWith(SIMULATOR_CREDENTIALS);
    await keepnet.clearJournal();
    await keepnet.addFault({ kind: 'revokeToken', path: '/api/companies/search' });
    const { body } = await house.ask(CompanyNamesDocument, { first: 5 });
    expect(body.errors).toBeUndefined();
    const { entries } = await keepnet.journal();
    expect(entries.map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/api/companies/search 401',
      '/connect/token 200',
      '/api/companies/search 200',
    ]);
  });

  it('that stays refused is UPSTREAM_UNAUTHENTICATED after one repetition', async () => {
    const house = await openWith(SIMULATOR_CREDENTIALS);
    await keepnet.clearJournal();
    await keepnet.addFault({ kind: 'status', status: 401, bodyStyle: 'empty', path: '/api/companies/search' });
    const { body } = await house.ask(CompanyNamesDocument, { first: 5 });
    expect(body.errors).toMatchObject([{ path: ['companies'], extensions: { code: 'UPSTREAM_UNAUTHENTICATED' } }]);
    const { entries } = await keepnet.journal();
    expect(entries.filter(({ path }) => path === '/api/companies/search')).toHaveLength(2);
  });
});

describe('a credential whose role is not Reseller', () => {
  it('is told in one line at the start, and the server lives', async () => {
    const house = await openWith(COMPANY_ADMIN_CREDENTIALS);
    expect(warnings(house)).toEqual([expect.stringContaining('Reseller')]);
    const { body } = await house.ask(WhoamiDocument);
    expect(body.data?.viewer.credential?.role).toBe('CompanyAdmin');
  });

  it('is MISSING_PERMISSION in a query, naming the role that it needs and the one that it has', async () => {
    const house = await openWith(COMPANY_ADMIN_CREDENTIALS);
    const { body } = await house.ask(CompanyNamesDocument, { first: 5 });
    expect(body.errors).toMatchObject([
      {
        path: ['companies'],
        message: expect.stringMatching(/Reseller.*CompanyAdmin|CompanyAdmin.*Reseller/),
        extensions: { code: 'MISSING_PERMISSION' },
      },
    ]);
  });
});

describe('a company', () => {
  it('that nobody knows is COMPANY_NOT_FOUND without a scoped call', async () => {
    const house = await openWith(SIMULATOR_CREDENTIALS);
    await keepnet.clearJournal();
    const { body } = await house.ask(CompanyWithSummaryDocument, { id: 'nobodyKnows1' });
    expect(body.errors).toMatchObject([
      { path: ['company'], extensions: { code: 'COMPANY_NOT_FOUND', companyId: 'nobodyKnows1' } },
    ]);
    const { entries } = await keepnet.journal();
    expect(entries.filter(({ companyId }) => companyId !== null)).toEqual([]);
  });

  it.each([
    [403, 'FORBIDDEN'],
    [404, 'COMPANY_NOT_FOUND'],
    [400, 'UPSTREAM_REJECTED'],
  ] as const)('that is no longer managed, answered %i, is %s with its id', async (unmanagedStatus, code) => {
    const house = await openWith(SIMULATOR_CREDENTIALS);
    const { body: list } = await house.ask(CompanyNamesDocument, { first: 1 });
    const id = list.data?.companies?.nodes[0]?.resourceId ?? '';
    await house.ask(CompanyByIdDocument, { id });
    await keepnet.settings({ unmanagedStatus });
    await keepnet.addFault({ kind: 'unmanaged', companyId: id });
    const { body } = await house.ask(CompanyWithSummaryDocument, { id });
    expect(body.data?.company).toMatchObject({ name: expect.any(String), countSummary: null });
    expect(body.errors).toMatchObject([{ path: ['company', 'countSummary'], extensions: { code, companyId: id } }]);
    expect(String(body.errors?.[0]?.message)).not.toContain('CANARY');
  });
});

describe('a body that Keepnet rejects', () => {
  it('is UPSTREAM_REJECTED and says where to look', async () => {
    const house = await openWith(SIMULATOR_CREDENTIALS);
    const where = { groups: [{ items: [{ field: 'RenewalDate', operator: 'EQUALS' as const, value: '2026-01-01' }] }] };
    const { body } = await house.ask(FilteredCompaniesDocument, { filter: { where } });
    expect(body.errors).toMatchObject([
      {
        path: ['companies'],
        message: expect.stringMatching(/filter|order/i),
        extensions: { code: 'UPSTREAM_REJECTED', upstream: { status: 400 } },
      },
    ]);
  });
});
