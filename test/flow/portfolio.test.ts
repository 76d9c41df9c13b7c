/**
 * The portfolio through the door: its sums are those of the same companies asked one by one, it asks no more than it says, and
 * each company is either in a sum or in its coverage with the reason.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of many documents, looked at field by field
type Loose = any;

const COUNT_SUMMARY = '/api/target-users/count-summary';
const COVERAGE = 'coverage { companiesInScope answered restricted failed skipped complete }';
const LICENSE = `license {
  seats seatsUsed companiesUnlimited companiesOfUnknownSeats companiesOverLimit companiesExpired companiesExpiring
  companiesOfUnknownEnd }`;
const USERS = 'userTotals { active inactive deleted addedThisMonth }';

let house: House;

async function ask(query: string): Promise<Loose> {
  const { body } = await house.ask<Loose>(query);
  expect(body.errors).toBeUndefined();
  return body.data;
}

/** Every company of the house with `fields`, page by page; what is refused is null in them. */
async function listCompanies(fields: string, filter = '{}'): Promise<Loose[]> {
  const nodes: Loose[] = [];
  for (let after = 'null'; after !== ''; ) {
    const { body } = await house.ask<Loose>(
      `{ companies(first: 100, after: ${after}, filter: ${filter}) { nodes { resourceId name ${fields} } pageInfo { hasNextPage endCursor } } }`,
    );
    const { nodes: page, pageInfo } = body.data.companies;
    nodes.push(...page);
    after = pageInfo.hasNextPage ? JSON.stringify(pageInfo.endCursor) : '';
  }
  return nodes;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

async function askedOf(path: string): Promise<string[]> {
  return (await house.asked()).filter((call) => call.path === path).map((call) => call.companyId ?? '');
}

function sumUsers(companies: readonly Loose[]) {
  const total = (name: string) => sum(companies.map(({ userTotals }) => userTotals[name]));
  return {
    active: total('active'),
    inactive: total('inactive'),
    deleted: total('deleted'),
    addedThisMonth: total('addedThisMonth'),
  };
}

function sumLicenses(companies: readonly Loose[]) {
  const count = (test: (license: Loose) => boolean) => companies.filter(({ license }) => test(license)).length;
  const seated = companies.filter(({ license }) => license.isLimited && license.seats !== null);
  return {
    seats: sum(seated.map(({ license }) => license.seats)),
    seatsUsed: sum(seated.map(({ userTotals }) => userTotals.active)),
    companiesUnlimited: count(({ isLimited }) => !isLimited),
    companiesOfUnknownSeats: count(({ isLimited, seats }) => isLimited && seats === null),
    companiesOverLimit: count(({ isOverLimit }) => isOverLimit),
    companiesExpired: count(({ isExpired }) => isExpired),
    companiesExpiring: count(({ isExpired, daysRemaining }) => !isExpired && daysRemaining <= 30),
    companiesOfUnknownEnd: count(({ daysRemaining }) => daysRemaining === null),
  };
}

const ROW = `${USERS} license { seats isLimited isOverLimit isExpired daysRemaining type { name } } industry { resourceId name }`;

describe('the free totals of 1,000 companies', () => {
  beforeAll(async () => {
    house = await openHouse({ env: { SIMULATOR_COMPANIES: '1000', SIMULATOR_USERS: '5' } });
  });
  afterAll(() => house.close());

  it('are the sums over the list, for 10 list calls', async () => {
    const companies = await listCompanies(ROW);
    expect(companies).toHaveLength(1000);
    await house.simulator.clearJournal();
    const { portfolio } = await ask(`{ portfolio { companyCount ${USERS} ${LICENSE} ${COVERAGE} } }`);
    expect((await house.asked()).map(({ path }) => path)).toEqual(Array(10).fill('/api/companies/search'));
    expect(portfolio).toEqual({
      companyCount: 1000,
      userTotals: sumUsers(companies),
      license: sumLicenses(companies),
      coverage: { companiesInScope: 1000, answered: 1000, restricted: 0, failed: 0, skipped: 0, complete: true },
    });
    expect(portfolio.license.companiesOverLimit).toBeGreaterThan(0);
    expect(portfolio.license.companiesExpired).toBeGreaterThan(0);
  });

  it('come in slices, with every company in one, and the id of a slice is what a filter takes', async () => {
    const slice = `group { resourceId name } companyCount ${USERS} ${LICENSE}`;
    const { portfolio } = await ask(`{ portfolio { ${USERS} byIndustry { ${slice} } byLicenseType { ${slice} } } }`);
    for (const slices of [portfolio.byIndustry, portfolio.byLicenseType]) {
      expect(slices.length).toBeGreaterThan(1);
      expect(sum(slices.map((each: Loose) => each.companyCount))).toBe(1000);
      expect(sum(slices.map((each: Loose) => each.userTotals.active))).toBe(portfolio.userTotals.active);
    }
    const { group, ...largest } = portfolio.byIndustry[0];
    const inIndustry = `{ industryIds: ["${group.resourceId}"] }`;
    const filtered = await ask(`{ portfolio(filter: ${inIndustry}) { companyCount ${USERS} ${LICENSE} } }`);
    expect(filtered.portfolio).toEqual(largest);
  });

  it('of a filter are those of `companies` with the same filter, page by page', async () => {
    const filter = '{ isLicenseExpired: false }';
    const companies = await listCompanies(ROW, filter);
    expect(companies).toHaveLength(960);
    await house.simulator.clearJournal();
    const { portfolio } = await ask(`{ portfolio(filter: ${filter}) { companyCount ${USERS} ${LICENSE} } }`);
    expect(await house.asked()).toHaveLength(10);
    expect(portfolio).toEqual({
      companyCount: 960,
      userTotals: sumUsers(companies),
      license: sumLicenses(companies),
    });
  });

  it('count licences that end within the days that are asked', async () => {
    const companies = await listCompanies('license { isExpired daysRemaining }');
    const expiring = (days: number) =>
      companies.filter(({ license }) => !license.isExpired && license.daysRemaining <= days).length;
    const { portfolio } = await ask(
      '{ portfolio { license { soon: companiesExpiring(withinDays: 10) later: companiesExpiring(withinDays: 200) } } }',
    );
    expect(portfolio.license).toEqual({ soon: expiring(10), later: expiring(200) });
    expect(portfolio.license.later).toBeGreaterThan(portfolio.license.soon);
  });

  it('are predicted as if there were 500 companies', async () => {
    const { body } = await house.ask<Loose>('{ portfolio { companyCount countSummary { active } } }', undefined, {
      'x-keepnet-graph-receipt': '1',
    });
    expect(body.extensions?.cost).toMatchObject({ predictedCalls: 505, calls: 500 });
  });

  it.each([
    ['portfolio(filter: { activeUsersMin: 5, activeUsersMax: 1 }) { companyCount }', 'filter.activeUsersMin'],
    ['portfolio { license { companiesExpiring(withinDays: -1) } }', 'withinDays'],
    ['portfolio { countSummary { monthlyActiveUsers(last: 0) { count } } }', 'last'],
    ['portfolio { topPerformers(first: 101) { performers { entry { rank } } } }', 'first'],
  ])('are not asked for where an argument is wrong: %s', async (field, argument) => {
    await house.simulator.clearJournal();
    const { body } = await house.ask(`{ ${field} }`);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
    expect(await house.asked()).toEqual([]);
  });
});

describe('what 500 companies are asked for', () => {
  beforeAll(async () => {
    house = await openHouse({ env: { SIMULATOR_COMPANIES: '500', SIMULATOR_USERS: '5' } });
  });
  afterAll(() => house.close());
  afterEach(() => house.simulator.clearFaults());

  it('is summed over those that answer, and the others are told: 20 closed, 20 refused, 3 failing', async () => {
    const listed = await listCompanies('access { state }');
    const closed = listed.filter(({ access }) => access.state === 'PRIVACY_DENIED');
    expect(closed).toHaveLength(20);
    const failing = listed.filter(({ access }) => access.state === 'OPEN').slice(100, 400);
    const broken = [failing[0], failing[9], failing[250]];
    for (const { resourceId } of broken) {
      await house.simulator.addFault({ kind: 'wrongShape', path: COUNT_SUMMARY, companyId: resourceId });
    }
    const counted = (await listCompanies('countSummary { active inactive deleted }')).filter(
      ({ countSummary }) => countSummary !== null,
    );
    await house.simulator.clearJournal();
    const { portfolio } = await ask(
      `{ portfolio { countSummary { active inactive deleted ${COVERAGE.replace('complete', 'complete gaps(first: 100) { companyName code }')} } } }`,
    );
    const { coverage, ...sums } = portfolio.countSummary;
    expect(sums).toEqual({
      active: sum(counted.map(({ countSummary }) => countSummary.active)),
      inactive: sum(counted.map(({ countSummary }) => countSummary.inactive)),
      deleted: sum(counted.map(({ countSummary }) => countSummary.deleted)),
    });
    expect(sums.active).toBeGreaterThan(0);
    const { gaps, ...counts } = coverage;
    expect(counts).toEqual({
      companiesInScope: 500,
      answered: 457,
      restricted: 20,
      failed: 23,
      skipped: 0,
      complete: false,
    });
    const named = (code: string) => gaps.filter((gap: Loose) => gap.code === code).map((gap: Loose) => gap.companyName);
    expect(named('COMPANY_PRIVACY_DENIED').sort()).toEqual(closed.map(({ name }) => name).sort());
    expect(named('UPSTREAM_BAD_RESPONSE').sort()).toEqual(broken.map(({ name }) => name).sort());
    expect(named('FORBIDDEN')).toHaveLength(20);
    expect(gaps).toHaveLength(43);
    expect(gaps.slice(23).map((gap: Loose) => gap.code)).toEqual(Array(20).fill('COMPANY_PRIVACY_DENIED'));
    // Nothing is asked of a company that is closed.
    const asked = await askedOf(COUNT_SUMMARY);
    expect(asked.filter((id) => closed.some(({ resourceId }) => resourceId === id))).toEqual([]);
  });
});

describe('what 25 companies are asked for', () => {
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  it('is summed by month, with the companies that have it', async () => {
    const months = 'monthlyActiveUsers { periodStart label count }';
    const listed = (await listCompanies(`countSummary { ${months} }`)).flatMap(({ countSummary }) =>
      countSummary === null ? [] : countSummary.monthlyActiveUsers,
    );
    const starts = [...new Set<string>(listed.map((month: Loose) => month.periodStart))].sort();
    const { portfolio } = await ask(
      `{ portfolio { countSummary { monthlyActiveUsers { periodStart label count companies } newest: monthlyActiveUsers(last: 2) { periodStart } } } }`,
    );
    expect(portfolio.countSummary.monthlyActiveUsers).toEqual(
      starts.map((periodStart) => {
        const same = listed.filter((month: Loose) => month.periodStart === periodStart);
        return {
          periodStart,
          label: same[0].label,
          count: sum(same.map(({ count }) => count)),
          companies: same.length,
        };
      }),
    );
    expect(starts.length).toBeGreaterThan(2);
    expect(portfolio.countSummary.newest).toEqual(starts.slice(-2).map((periodStart) => ({ periodStart })));
  });

  it('gives the best of all companies, as one finds them by looking at every leaderboard', async () => {
    const entries = 'nodes { points performance displayName targetUserId }';
    const listed = (await listCompanies(`leaderboard(first: 100) { ${entries} }`)).flatMap(({ leaderboard }) =>
      leaderboard === null ? [] : leaderboard.nodes,
    );
    const points = listed.map((entry: Loose) => entry.points).sort((left: number, right: number) => right - left);
    await house.simulator.clearJournal();
    const { portfolio } = await ask(
      `{ portfolio { topPerformers(first: 30) { performers { company { resourceId } entry { points rank targetUserId } } ${COVERAGE} } } }`,
    );
    const { performers, coverage } = portfolio.topPerformers;
    expect(performers.map(({ entry }: Loose) => entry.points)).toEqual(points.slice(0, 30));
    for (const { company, entry } of performers) expect(entry.targetUserId).toContain(company.resourceId);
    expect(new Set(performers.map(({ entry }: Loose) => entry.targetUserId)).size).toBe(30);
    expect(coverage).toMatchObject({ companiesInScope: 25, answered: 23, restricted: 1, failed: 1, skipped: 0 });
    // Neither the closed one, nor the one that refused a moment ago.
    expect(await askedOf('/api/leaderboard/get-all')).toHaveLength(23);
  });

  it('is nothing, and not zero, where nobody answers', async () => {
    await house.simulator.addFault({ kind: 'wrongShape', path: COUNT_SUMMARY });
    const { portfolio } = await ask(
      `{ portfolio { countSummary { active inactive deleted monthlyActiveUsers { count } ${COVERAGE} } } }`,
    );
    expect(portfolio.countSummary).toEqual({
      active: null,
      inactive: null,
      deleted: null,
      monthlyActiveUsers: [],
      coverage: { companiesInScope: 25, answered: 0, restricted: 1, failed: 24, skipped: 0, complete: false },
    });
  });
});

describe('an operation that may not ask everybody', () => {
  afterEach(() => house.close());

  it('says who was skipped and what can be done; what is kept takes the next one further', async () => {
    house = await openHouse({ env: { OPERATION_MAX_CALLS: '10', CACHE_TTL_SECONDS: '3600' } });
    const query = `{ portfolio { countSummary { ${COVERAGE.replace('complete', 'complete gaps(first: 100) { code message retryable }')} } } }`;
    await ask('{ portfolio { companyCount } }');
    await house.simulator.clearJournal();
    const first = (await ask(query)).portfolio.countSummary.coverage;
    expect(await house.asked()).toHaveLength(10);
    expect(first).toMatchObject({ companiesInScope: 25, answered: 9, restricted: 1, failed: 1, skipped: 14 });
    expect(first.gaps[15]).toEqual({
      code: 'BUDGET_EXCEEDED',
      message:
        'The operation may make 10 Keepnet calls and needs more. Narrow the portfolio by its filter, or raise OPERATION_MAX_CALLS.',
      retryable: false,
    });
    await house.simulator.clearJournal();
    const second = (await ask(query)).portfolio.countSummary.coverage;
    expect(second).toMatchObject({ companiesInScope: 25, answered: 19, restricted: 1, failed: 1, skipped: 4 });
    expect(await house.asked()).toHaveLength(10);
  });

  it('answers with what had come when its time is up', async () => {
    house = await openHouse({ env: { OPERATION_TIMEOUT_SECONDS: '2' } });
    const [slow] = (await listCompanies('')).slice(3);
    await house.simulator.addFault({ kind: 'hang', path: COUNT_SUMMARY, companyId: slow.resourceId });
    const { portfolio } = await ask(
      `{ portfolio { countSummary { active ${COVERAGE.replace('complete', 'gaps { code companyName }')} } } }`,
    );
    const { active, coverage } = portfolio.countSummary;
    expect(active).toBeGreaterThan(0);
    expect(coverage).toMatchObject({ companiesInScope: 25, answered: 22, restricted: 1, failed: 1, skipped: 1 });
    expect(coverage.gaps.at(-1)).toEqual({ code: 'DEADLINE_EXCEEDED', companyName: slow.name });
  });
});
