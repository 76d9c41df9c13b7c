/**
 * The sums of a portfolio against Keepnet itself: everything that was asked for them is asked once more past the server, and the raw
 * answers are added up.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';
import { ask, fetchToken, type JournalEntry } from '../support/simulator.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of a foreign API and of many documents, looked at field by field
type Loose = any;

const LIST = '/api/companies/search';
const COUNTS = '/api/target-users/count-summary';

let house: House;

/** The data of Keepnet's own answers to what the journal says was asked; faults are cleared before. */
async function askAgain(asked: readonly JournalEntry[]): Promise<Loose[]> {
  const token = await fetchToken(house.simulatorUrl);
  const answers = await Promise.all(
    asked.map(({ method, path, body, companyId }) =>
      ask(house.simulatorUrl, token, `${method} ${path}`, {
        ...(body !== null && { body }),
        ...(companyId !== null && { companyId }),
      }),
    ),
  );
  expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
  return answers.map(({ json }) => json.data);
}

const sum = (rows: readonly Loose[], name: string): number => rows.reduce((total, row) => total + row[name], 0);

describe('the sums of 1,000 companies, 40 of them closed, 40 refusing, 3 failing', () => {
  let portfolio: Loose;
  let asked: readonly JournalEntry[];

  beforeAll(async () => {
    house = await openHouse({
      env: { SIMULATOR_COMPANIES: '1000', SIMULATOR_USERS: '5', OPERATION_MAX_CALLS: '2000' },
    });
    const { body: list } = await house.ask<Loose>('{ companies(first: 9) { nodes { resourceId access { state } } } }');
    const open = list.data.companies.nodes.filter(({ access }: Loose) => access.state === 'OPEN');
    for (const { resourceId: companyId } of open.slice(0, 3)) {
      await house.simulator.addFault({ kind: 'wrongShape', path: COUNTS, companyId });
    }
    await house.simulator.clearJournal();
    const { body } = await house.ask<Loose>(
      `{ portfolio {
           companyCount userTotals { active inactive deleted addedThisMonth } coverage { companiesInScope answered complete }
           countSummary {
             active inactive deleted
             coverage { companiesInScope answered restricted failed skipped gaps(first: 100) { code } } } } }`,
    );
    expect(body.errors).toBeUndefined();
    portfolio = body.data.portfolio;
    asked = await house.asked();
    await house.simulator.clearFaults();
  });
  afterAll(() => house.close());

  it('are, of the list, those of 10 pages that Keepnet answered', async () => {
    const pages = asked.filter(({ path }) => path === LIST);
    expect(pages).toHaveLength(10);
    const rows = (await askAgain(pages)).flatMap(({ results }: Loose) => results);
    expect(new Set(rows.map(({ companyResourceId }: Loose) => companyResourceId)).size).toBe(1000);
    expect(portfolio.companyCount).toBe(1000);
    expect(portfolio.userTotals).toEqual({
      active: sum(rows, 'targetUserCount'),
      inactive: sum(rows, 'inactiveTargetUserCount'),
      deleted: sum(rows, 'deletedTargetUserCount'),
      addedThisMonth: sum(rows, 'monthlyActiveUserCount'),
    });
    expect(portfolio.coverage).toEqual({ companiesInScope: 1000, answered: 1000, complete: true });
  });

  it('are, of what each was asked for, those of everybody who answered, and the others are told one by one', async () => {
    const { coverage, ...sums } = portfolio.countSummary;
    const { gaps, ...counts } = coverage;
    expect(counts).toEqual({ companiesInScope: 1000, answered: 917, restricted: 40, failed: 43, skipped: 0 });
    const told = (code: string) => gaps.filter((gap: Loose) => gap.code === code).length;
    expect([gaps.length, told('COMPANY_PRIVACY_DENIED'), told('UPSTREAM_BAD_RESPONSE')]).toEqual([83, 40, 3]);

    const counted = asked.filter(({ path }) => path === COUNTS);
    // Nothing was asked of those that are closed, and nobody twice.
    expect([counted.length, new Set(counted.map(({ companyId }) => companyId)).size]).toEqual([960, 960]);
    const answered = counted.filter(({ status, fault }) => status === 200 && fault === null);
    expect(answered).toHaveLength(917);
    const rows = await askAgain(answered);
    expect(sums).toEqual({
      active: sum(rows, 'totalNumberOfActiveUsers'),
      inactive: sum(rows, 'totalNumberOfInActiveUsers'),
      deleted: sum(rows, 'totalNumberOfDeletedUsers'),
    });
    expect(sums.active).toBeGreaterThan(0);
  });
});
