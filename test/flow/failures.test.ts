/** One customer's trouble costs that customer's fields, each with one coded error; nothing of Keepnet's own words gets out. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CompanyNamesDocument, CompanyWithSummaryDocument, DashboardDocument } from '../../src/generated/operations.js';
import { type House, openHouse } from '../support/house.js';

let house: House;
let ids: string[];

beforeAll(async () => {
  house = await openHouse();
  const { body } = await house.ask(DashboardDocument, { first: 25 });
  const failing = new Set((body.errors ?? []).map(({ path }) => path?.[2]));
  ids = (body.data?.companies?.nodes ?? [])
    .filter((_company, index) => !failing.has(index))
    .map((company) => company.resourceId);
});

beforeEach(() => house.simulator.clearJournal());
afterEach(async () => {
  await house.simulator.clearFaults();
  // A refusal for too many calls leaves a pause behind, which the next test must not find.
  await house.ask(CompanyNamesDocument, { first: 1 });
});
afterAll(() => house.close());

/** A company whose answers are whole when nothing is injected. */
function healthy(index: number): string {
  const id = ids[index];
  if (id === undefined) throw new Error(`the simulator has only ${ids.length} healthy companies`);
  return id;
}

describe('three customers that fail in three ways', () => {
  it('cost one null and one coded error for each of their fields, and nobody else anything', async () => {
    const [down, html, failed] = [healthy(2), healthy(5), healthy(9)];
    await house.simulator.addFault({ companyId: down, kind: 'status', status: 503 });
    await house.simulator.addFault({ companyId: html, kind: 'html200' });
    await house.simulator.addFault({ companyId: failed, kind: 'failed200' });
    const { status, text, body } = await house.ask(DashboardDocument, { first: 25 });
    expect(status).toBe(200);

    const companies = body.data?.companies?.nodes ?? [];
    expect(companies).toHaveLength(25);
    const codes: Record<string, string[]> = {};
    for (const { extensions } of body.errors ?? []) {
      const companyId = String(extensions?.companyId);
      codes[companyId] = [...(codes[companyId] ?? []), String(extensions?.code)];
    }
    expect(codes[down]).toEqual(Array(3).fill('UPSTREAM_UNAVAILABLE'));
    expect(codes[html]).toEqual(Array(3).fill('UPSTREAM_BAD_RESPONSE'));
    expect(codes[failed]).toEqual(Array(3).fill('UPSTREAM_REJECTED'));
    for (const company of companies.filter(({ resourceId }) => [down, html, failed].includes(resourceId))) {
      expect(company).toMatchObject({ countSummary: null, leaderboard: null, executiveReports: null });
    }
    for (const company of companies.filter(({ resourceId }) => ids.includes(resourceId) && !codes[resourceId])) {
      expect(company.countSummary).not.toBeNull();
      expect(company.leaderboard).not.toBeNull();
      expect(company.executiveReports).not.toBeNull();
    }
    expect(
      Object.keys(codes)
        .filter((id) => ids.includes(id))
        .sort(),
    ).toEqual([down, html, failed].sort());
    expect(text).not.toContain('CANARY');
  });

  it('name the field, the call and the company', async () => {
    await house.simulator.addFault({
      companyId: healthy(0),
      path: '/api/target-users/count-summary',
      kind: 'status',
      status: 500,
    });
    const { body } = await house.ask(CompanyWithSummaryDocument, { id: healthy(0) });
    expect(body.data?.company).toMatchObject({ countSummary: null });
    expect(body.errors).toEqual([
      {
        message: expect.any(String),
        locations: expect.any(Array),
        path: ['company', 'countSummary'],
        extensions: {
          code: 'UPSTREAM_UNAVAILABLE',
          retryable: true,
          companyId: healthy(0),
          upstream: { operation: 'GET target-users/count-summary', status: 500 },
        },
      },
    ]);
  });
});

describe('a customer that closed its data', () => {
  it('costs no scoped call and says why', async () => {
    const { body } = await house.ask(DashboardDocument, { first: 25 });
    const closed = body.data?.companies?.nodes.find((company) => company.access.state === 'PRIVACY_DENIED');
    expect(closed).toMatchObject({ countSummary: null, leaderboard: null, executiveReports: null });
    const told = (body.errors ?? []).filter(({ extensions }) => extensions?.companyId === closed?.resourceId);
    expect(told.map(({ extensions }) => extensions?.code)).toEqual(Array(3).fill('COMPANY_PRIVACY_DENIED'));
    const calls = await house.asked();
    expect(calls.length).toBeGreaterThan(60);
    expect(calls.filter(({ companyId }) => companyId === closed?.resourceId)).toEqual([]);
  });
});

describe('a bad answer', () => {
  const faults: [kind: string, fault: Record<string, unknown>, code: string][] = [
    ['500 in Pascal case', { kind: 'status', status: 500, bodyStyle: 'pascal' }, 'UPSTREAM_UNAVAILABLE'],
    ['a problem document', { kind: 'status', status: 400, bodyStyle: 'problem' }, 'UPSTREAM_REJECTED'],
    ['an HTML page with 502', { kind: 'status', status: 502, bodyStyle: 'html' }, 'UPSTREAM_UNAVAILABLE'],
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfterSeconds: 1 }, 'UPSTREAM_RATE_LIMITED'],
    ['429 without', { kind: 'status', status: 429 }, 'UPSTREAM_RATE_LIMITED'],
    ['HTML with 200', { kind: 'html200' }, 'UPSTREAM_BAD_RESPONSE'],
    ['FAILED with 200', { kind: 'failed200' }, 'UPSTREAM_REJECTED'],
    ['an empty body', { kind: 'empty200' }, 'UPSTREAM_BAD_RESPONSE'],
    ['half of its JSON', { kind: 'halfJson' }, 'UPSTREAM_BAD_RESPONSE'],
    ['another shape', { kind: 'wrongShape' }, 'UPSTREAM_BAD_RESPONSE'],
    ['no answer', { kind: 'hang' }, 'UPSTREAM_TIMEOUT'],
    ['a body that drips', { kind: 'dripping', ms: 100 }, 'UPSTREAM_TIMEOUT'],
    ['a reset connection', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    ['a body cut short', { kind: 'truncated' }, 'UPSTREAM_UNAVAILABLE'],
    ['eleven megabytes', { kind: 'largeBody', bytes: 11_000_000 }, 'RESPONSE_TOO_LARGE'],
  ];

  // A house for each: what one fault teaches the engine (a pause, a rate, repetitions spent) is not to touch the next.
  let own: House | undefined;
  afterEach(() => own?.close());

  it.each(faults)('%s is %p %s', async (_name, fault, code) => {
    own = await openHouse({ env: { KEEPNET_CALL_TIMEOUT_SECONDS: '2', OPERATION_TIMEOUT_SECONDS: '15' } });
    await own.simulator.addFault({
      companyId: healthy(1),
      path: '/api/target-users/count-summary',
      ...fault,
    } as never);
    const { text, body } = await own.ask(CompanyWithSummaryDocument, { id: healthy(1) });
    expect(body.errors?.map(({ extensions }) => [extensions?.code, extensions?.companyId])).toEqual([
      [code, healthy(1)],
    ]);
    expect(body.data?.company).toMatchObject({ countSummary: null, name: expect.any(String) });
    expect(text).not.toMatch(/CANARY|127\.0\.0\.1|localhost|Bearer|\bat .*\.js/);
  });

  it('to the list itself is one error, and the server goes on', async () => {
    await house.simulator.addFault({ path: '/api/companies/search', kind: 'status', status: 503, times: 3 });
    const broken = await house.ask(CompanyNamesDocument, { first: 5 });
    expect(broken.body).toMatchObject({
      data: { companies: null },
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
    const mended = await house.ask(CompanyNamesDocument, { first: 5 });
    expect(mended.body.data?.companies?.nodes).toHaveLength(5);
  });

  it('that says when to come back is passed on in milliseconds', async () => {
    own = await openHouse({ env: { OPERATION_TIMEOUT_SECONDS: '6' } });
    await own.simulator.addFault({ companyId: healthy(1), kind: 'status', status: 429, retryAfterSeconds: 7 });
    const { body } = await own.ask(CompanyWithSummaryDocument, { id: healthy(1) });
    expect(body.errors?.[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: 7000,
      retryable: true,
    });
  });
});
