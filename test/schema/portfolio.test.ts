/** How many companies are taken together: the sums themselves, and what becomes of a list that Keepnet does not give whole. */
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { CompanyRow, CountSummaryRow, LeaderboardRow } from '../../src/keepnet/rows.js';
import { askCompanies } from '../../src/schema/portfolio/ask-companies.js';
import {
  countExpiring,
  pickBest,
  sliceBy,
  sumCounts,
  sumLicenses,
  sumMonths,
  sumUserTotals,
} from '../../src/schema/portfolio/roll-up.js';
import { toCompanyRow, toCompanyRows } from '../support/fake-companies.js';
import { openFakeGraph } from '../support/fake-graph.js';

type License = CompanyRow['license'];

function aCompany(number: number, active: number, license: Partial<License> = {}): CompanyRow {
  const row = toCompanyRow(number, `Customer ${number}`);
  return { ...row, license: { ...row.license, ...license }, userTotals: { ...row.userTotals, active } };
}

describe('licences', () => {
  it.each<[string, CompanyRow[], Partial<ReturnType<typeof sumLicenses>>]>([
    ['of nobody', [], { seats: 0, seatsUsed: 0, companiesUnlimited: 0, companiesOfUnknownEnd: 0 }],
    [
      'with a limit',
      [
        aCompany(1, 7, { isLimited: true, seats: 10 }),
        aCompany(2, 30, { isLimited: true, seats: 20, isOverLimit: true }),
      ],
      { seats: 30, seatsUsed: 37, companiesOverLimit: 1, companiesUnlimited: 0 },
    ],
    [
      'without a limit, whose users would seem to use seats of others',
      [aCompany(1, 7, { isLimited: true, seats: 10 }), aCompany(2, 5_000)],
      { seats: 10, seatsUsed: 7, companiesUnlimited: 1, companiesOfUnknownSeats: 0 },
    ],
    [
      'with a limit that nobody can read',
      [aCompany(1, 7, { isLimited: true, seats: null })],
      { seats: 0, seatsUsed: 0, companiesUnlimited: 0, companiesOfUnknownSeats: 1 },
    ],
    [
      'that ended',
      [aCompany(1, 0, { isExpired: true, daysRemaining: -3 }), aCompany(2, 0, { isExpired: true })],
      { companiesExpired: 2, companiesOfUnknownEnd: 0 },
    ],
  ])('%s', (_name, rows, expected) => expect(sumLicenses(rows)).toMatchObject(expected));

  it.each<[Partial<License>, number]>([
    [{ daysRemaining: 30 }, 1],
    [{ daysRemaining: 31 }, 0],
    [{ daysRemaining: 0 }, 1],
    [{ daysRemaining: -1 }, 1],
    [{ daysRemaining: -1, isExpired: true }, 0],
    [{ daysRemaining: null }, 0],
  ])('%j: %i expiring within 30 days', (license, expected) => {
    expect(countExpiring([aCompany(1, 0, license)], 30)).toBe(expected);
  });
});

describe('slices', () => {
  it('hold every company once, those without a group too; the largest first, then by name', () => {
    const inIndustry = (number: number, industry: CompanyRow['industry']) => ({
      ...aCompany(number, number),
      industry,
    });
    const bank = { resourceId: 'b1', name: 'Banking' };
    const rows = [
      inIndustry(1, null),
      inIndustry(2, { resourceId: null, name: 'Zoo' }),
      inIndustry(3, bank),
      inIndustry(4, { resourceId: null, name: 'Zoo' }),
      inIndustry(5, { ...bank }),
      inIndustry(6, { resourceId: 'b2', name: 'Banking' }),
    ];
    const slices = sliceBy(rows, ({ industry }) => industry);
    expect(slices.map((slice) => [slice.group?.name, slice.rows.length, sumUserTotals(slice.rows).active])).toEqual([
      ['Banking', 2, 8],
      ['Zoo', 2, 6],
      [undefined, 1, 1],
      ['Banking', 1, 6],
    ]);
  });
});

const count = (active: number, months: CountSummaryRow['monthlyActiveUsers'] = []) => ({
  row: toCompanyRow(1, 'A'),
  answer: { active, inactive: 0, deleted: 0, monthlyActiveUsers: months },
});

describe('counts', () => {
  it('of nobody are null, and of a company without users zero', () => {
    expect(sumCounts([], ({ active }) => active)).toBeNull();
    expect(sumCounts([count(0)], ({ active }) => active)).toBe(0);
    expect(sumCounts([count(3), count(4)], ({ active }) => active)).toBe(7);
  });

  it('of months are matched by month, oldest first; a date that cannot be read is kept, and last', () => {
    const month = (periodStart: string | AppError, label: string, users: number) => ({
      periodStart,
      label,
      count: users,
    });
    const unreadable = new AppError('UPSTREAM_BAD_RESPONSE', 'no date');
    const sums = sumMonths([
      count(0, [month('2026-01-01', 'January', 5), month('2026-02-01', 'February', 6)]),
      count(0, [month('2025-12-01', 'December', 1), month('2026-02-01', 'February', 7), month(unreadable, '?', 2)]),
    ]);
    expect(sums).toEqual([
      { periodStart: '2025-12-01', label: 'December', count: 1, companies: 1 },
      { periodStart: '2026-01-01', label: 'January', count: 5, companies: 1 },
      { periodStart: '2026-02-01', label: 'February', count: 13, companies: 2 },
      { periodStart: unreadable, label: '?', count: 2, companies: 1 },
    ]);
  });
});

describe('the best', () => {
  const entry = (displayName: string, points: number, performance: number | null) =>
    ({ displayName, points, performance, targetUserResourceId: displayName }) as LeaderboardRow;

  it('are so by points, then performance, then name, whatever the order of the companies', () => {
    const one = { row: toCompanyRow(1, 'A'), answer: [entry('Cleo', 50, 90), entry('Adam', -10, 0)] };
    const two = {
      row: toCompanyRow(2, 'B'),
      answer: [entry('Bea', 50, 90), entry('Dora', 50, null), entry('Eve', 70, 10)],
    };
    const names = (answers: Parameters<typeof pickBest>[0], first: number) =>
      pickBest(answers, first).map((best) => best.entry.displayName);
    expect(names([one, two], 10)).toEqual(['Eve', 'Bea', 'Cleo', 'Dora', 'Adam']);
    expect(names([two, one], 2)).toEqual(['Eve', 'Bea']);
  });
});

describe('a list that Keepnet does not give whole', () => {
  it.each(['', '(filter: { activeUsersMin: 0 })'])('portfolio%s says how many are missing', async (filter) => {
    const graph = openFakeGraph(toCompanyRows(120), { totalCount: 123 });
    const { data, errors } = await graph.ask(
      `{ portfolio${filter} { companyCount
           coverage { companiesInScope answered failed complete gaps { companyId companyName code retryable } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.portfolio).toEqual({
      companyCount: 120,
      coverage: {
        companiesInScope: 123,
        answered: 120,
        failed: 3,
        complete: false,
        gaps: [{ companyId: null, companyName: 'Companies', code: 'LIST_CHANGED', retryable: true }],
      },
    });
  });

  it('is missing in what each company is asked for, too', async () => {
    const rows = toCompanyRows(2);
    const { answers, coverage } = await askCompanies({ rows, missing: 1 }, async ({ name }) => name);
    expect(answers.map(({ answer }) => answer)).toEqual(['Customer 2', 'Customer 1']);
    expect(coverage).toMatchObject({ companiesInScope: 3, answered: 2, failed: 1, complete: false });
  });
});

describe('a question to every company', () => {
  it('fails as a whole where the fault is of this program', async () => {
    const broken = askCompanies({ rows: toCompanyRows(2), missing: 0 }, () => Promise.reject(new TypeError('a fault')));
    await expect(broken).rejects.toThrow('a fault');
  });
});
