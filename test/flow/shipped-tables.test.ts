/**
 * The tables that are not paged, through the real door: their rows are what the graph says of each company, for the calls that their
 * documents promise, and the same in pages as in whole.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchPages, fetchTable, type TableRow } from '../support/fetch-table.js';
import { type House, openHouse } from '../support/house.js';

const SUBJECTS = `resourceId name access { state } userTotals { addedThisMonth } license { seats isLimited isOverLimit }
  countSummary { active inactive deleted monthlyActiveUsers { periodStart label count } }
  executiveReports { id name createdAt period { preset from to label }
    widgets { resourceId name metric chart points { date series label value } } }`;

// biome-ignore lint/suspicious/noExplicitAny: looked at field by field
type Company = any;

let house: House;
/** As the graph shows them, those that can be read. */
let companies: readonly Company[];
let missing: readonly Company[];

beforeAll(async () => {
  house = await openHouse({ env: { SIMULATOR_COMPANIES: '50' } });
  const { body } = await house.ask<{ companies: { nodes: Company[] } }>(
    `{ companies(first: 100) { nodes { ${SUBJECTS} } } }`,
  );
  const all = (body.data?.companies.nodes ?? []).toSorted((one, other) => (one.resourceId < other.resourceId ? -1 : 1));
  companies = all.filter(({ countSummary }) => countSummary !== null);
  missing = all.filter(({ countSummary }) => countSummary === null);
});
beforeEach(() => house.simulator.clearJournal());
afterAll(() => house.close());

const ADDED = ['row_key', 'as_of'];

async function readTable(name: string): Promise<readonly TableRow[]> {
  const { status, text } = await fetchTable(house.url, `/tables/${name}.ndjson`);
  expect(status).toBe(200);
  const rows: TableRow[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(rows.map(({ row_key }) => row_key)).size).toBe(rows.length);
  return rows;
}

function without(row: TableRow, names: readonly string[]): TableRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

/** How often each was asked, per company; the directory's pages stand for themselves. */
async function askedPaths(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { path, companyId } of await house.asked()) {
    const name = path.replace(/\/[A-Za-z0-9]{12}$/, '/{id}');
    if (companyId) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const about = ({ resourceId, name }: Company) => ({ company_id: resourceId, company_name: name });

/** What each company's rows are, in the words of the graph. */
const EXPECTED: Readonly<Record<string, (company: Company) => readonly TableRow[]>> = {
  user_counts: (company) => [
    {
      ...about(company),
      active_users: company.countSummary.active,
      inactive_users: company.countSummary.inactive,
      deleted_users: company.countSummary.deleted,
      users_added_this_month: company.userTotals.addedThisMonth,
      seats: company.license.seats,
      is_license_limited: company.license.isLimited,
      is_over_limit: company.license.isOverLimit,
    },
  ],
  monthly_active_users: (company) =>
    company.countSummary.monthlyActiveUsers.map((month: Company) => ({
      ...about(company),
      month: month.periodStart,
      month_label: month.label,
      monthly_active_users: month.count,
    })),
  widget_points: (company) =>
    company.executiveReports.flatMap((report: Company) =>
      report.widgets.flatMap((widget: Company) =>
        widget.points.map((point: Company) => ({
          ...about(company),
          report_id: report.id,
          report_name: report.name,
          widget_id: widget.resourceId,
          widget_name: widget.name,
          metric: widget.metric,
          chart: widget.chart,
          point_at: point.date,
          series: point.series,
          label: point.label,
          value: point.value,
        })),
      ),
    ),
};

describe('rows are what the graph says', () => {
  it.each(Object.entries(EXPECTED))('of %s', async (name, toRows) => {
    const rows = await readTable(name);
    expect(rows.length).toBeGreaterThanOrEqual(companies.length);
    expect(rows.map((row) => without(row, ADDED))).toEqual(companies.flatMap(toRows));
  });

  it('of executive_reports', async () => {
    const rows = await readTable('executive_reports');
    const told = rows.map((row) => [row.row_key, row.company_id, row.report_name, row.created_at, row.period_preset]);
    const shown = companies.flatMap(({ resourceId, executiveReports }) =>
      executiveReports.map((report: Company) => [
        report.id,
        resourceId,
        report.name,
        report.createdAt,
        report.period?.preset ?? null,
      ]),
    );
    expect(told).toEqual(shown);
    expect(told.length).toBeGreaterThan(50);
  });
});

describe('calls', () => {
  const reports = () => companies.reduce((sum, { executiveReports }) => sum + executiveReports.length, 0);

  it.each([
    ['user_counts', () => 0],
    ['monthly_active_users', () => 0],
    ['coverage', () => 0],
    ['executive_reports', reports],
    ['widget_points', reports],
  ])('of %s: one per company, and one per report where reports are opened', async (name, toDetails) => {
    await readTable(name);
    const counts = Object.entries(await askedPaths());
    const details = counts.filter(([path]) => path.endsWith('/{id}')).reduce((sum, [, count]) => sum + count, 0);
    const others = counts.reduce((sum, [, count]) => sum + count, 0) - details;
    expect(details).toBe(toDetails());
    // Of those that are missing only what is not known to be closed is asked.
    expect(others).toBeGreaterThanOrEqual(companies.length);
    expect(others).toBeLessThanOrEqual(companies.length + missing.length);
  });
});

it('pages by JSON hold the same rows under the same keys as the whole', async () => {
  for (const [name, limit] of [
    ['widget_points', 700],
    ['monthly_active_users', 45],
    ['user_counts', 7],
    ['coverage', 20],
  ] as const) {
    const whole = await readTable(name);
    const pages = await fetchPages(house.url, `/tables/${name}.json?limit=${limit}`);
    expect(pages.length).toBeGreaterThan(2);
    const rows: TableRow[] = pages.flatMap((page) => page.rows);
    expect(rows.map((row) => without(row, ['as_of']))).toEqual(whole.map((row) => without(row, ['as_of'])));
    const { companiesInScope, answered, restricted, failed, skipped } = pages.at(-1).coverage;
    expect({ companiesInScope, answered, skipped }).toEqual({
      companiesInScope: 50,
      answered: companies.length,
      skipped: 0,
    });
    expect(restricted + failed).toBe(missing.length);
  }
});

describe('coverage', () => {
  it('has a row for every company, and says of those that are missing why', async () => {
    const rows = await readTable('coverage');
    expect(rows.map(({ company_id }) => company_id)).toEqual(
      [...companies, ...missing].map(({ resourceId }) => resourceId).toSorted(),
    );
    const unread = rows.filter(({ state }) => state !== 'ANSWERED');
    expect(unread.map(({ company_id }) => company_id)).toEqual(missing.map(({ resourceId }) => resourceId));
    for (const { access_state, state, code, retryable, message, active_users } of unread) {
      expect([access_state, state]).toEqual(
        code === 'COMPANY_PRIVACY_DENIED' ? ['PRIVACY_DENIED', 'RESTRICTED'] : ['FORBIDDEN', 'FAILED'],
      );
      expect({ retryable, active_users }).toEqual({ retryable: false, active_users: null });
      expect(String(message).length).toBeGreaterThan(10);
    }
    expect(new Set(unread.map(({ code }) => code))).toEqual(new Set(['COMPANY_PRIVACY_DENIED', 'FORBIDDEN']));
    const read = rows.filter(({ state }) => state === 'ANSWERED');
    expect(read.map(({ active_users }) => active_users)).toEqual(
      companies.map(({ countSummary }) => countSummary.active),
    );
    expect(read.every(({ code, retryable, message }) => code === null && retryable === null && message === null)).toBe(
      true,
    );
  });
});
