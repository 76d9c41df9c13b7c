/**
 * The walk of the README, as a person does it: an export of every customer's leaderboard as one workbook, started, watched,
 * fetched and opened by another reader, whose rows are those that the graph shows.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import readXlsxFile from 'read-excel-file/node';
import { type House, openHouse } from '../support/house.js';
import { type FinishedJob, runLeaderboard, startLeaderboard, untilFinished } from '../support/run-export.js';

const WORKBOOK = { format: 'XLSX', layout: 'ONE_SHEET_PER_COMPANY', period: { preset: 'LAST_3_MONTHS' } } as const;

const LEADERBOARDS = `{ companies(first: 100) { nodes {
  resourceId name
  leaderboard(first: 100, period: { preset: LAST_3_MONTHS }) { totalCount nodes { rank displayName points performance } }
} } }`;

interface Company {
  readonly resourceId: string;
  readonly name: string;
  readonly leaderboard: {
    readonly totalCount: number;
    readonly nodes: readonly { rank: number; displayName: string; points: number; performance: number }[];
  } | null;
}

let house: House;
let job: FinishedJob;
let events: string;
let sheets: Awaited<ReturnType<typeof readXlsxFile>>;
/** As the graph shows them. */
let companies: readonly Company[];

beforeAll(async () => {
  house = await openHouse({ env: { SIMULATOR_COMPANIES: '80' } });
  const id = await startLeaderboard(house, WORKBOOK);
  events = await (await fetch(`${house.url}/exports/${id}/events`)).text();
  job = await untilFinished(house, id);
  sheets = await openWorkbook(job);
  const { body } = await house.ask<{ companies: { nodes: Company[] } }>(LEADERBOARDS);
  companies = body.data?.companies.nodes ?? [];
});
afterAll(() => house.close());

async function openWorkbook({ files }: FinishedJob): Promise<typeof sheets> {
  const response = await fetch(files[0]?.url ?? '');
  expect(response.headers.get('content-type')).toBe(files[0]?.mediaType);
  return readXlsxFile(Buffer.from(await response.arrayBuffer()), { trim: false });
}

/** 31 characters at most, none of the seven that Excel has no room for, and no two the same. */
function toSheetNames(names: readonly string[]): string[] {
  const cut = (name: string, length: number) =>
    name
      .replace(/[[\]:*?/\\]/g, '-')
      .slice(0, length)
      .trim();
  return names.map((name, index) => {
    const twins = names.slice(0, index).filter((other) => cut(other, 31) === cut(name, 31)).length;
    return twins === 0 ? cut(name, 31) : `${cut(name, 27)} (${twins + 1})`;
  });
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

describe('an export of all leaderboards as a workbook', () => {
  it('is told to be done when it can be fetched', () => {
    expect(events.trimEnd().split('\n\n').at(-1)).toMatch(/^event: done\n/);
    expect(job).toMatchObject({ state: 'PARTIAL', progress: { companiesDone: 80, companiesTotal: 80, percent: 100 } });
  });

  it('has a sheet for each customer that may be read, called by as much of the name as Excel takes', () => {
    const readable = companies.filter(({ leaderboard }) => leaderboard !== null);
    const names = readable.map(({ name }) => name).sort(COLLATOR.compare);
    expect(names.filter((name) => name.length > 31).length).toBeGreaterThan(5);
    expect(sheets.slice(0, -1).map(({ sheet }) => sheet)).toEqual(toSheetNames(names));
    expect(sheets.map(({ sheet }) => sheet)).toContain('İstanbul Işık Lojistik İç Anado');
  });

  it('ends with a sheet of those that may not', () => {
    const missing = companies.filter(({ leaderboard }) => leaderboard === null).map(({ resourceId }) => resourceId);
    const { sheet, data = [] } = sheets.at(-1) ?? {};
    expect(sheet).toBe('Coverage');
    const told = data.slice(1).map(([id]) => String(id));
    expect(told.sort()).toEqual([...missing].sort());
    expect(missing).toHaveLength(job.coverage.restricted + job.coverage.failed);
  });

  it('holds the rows of the graph, as numbers and texts', () => {
    let compared = 0;
    for (const { data } of sheets.slice(0, -1)) {
      const [header = [], ...rows] = data;
      expect(header).toEqual(expect.arrayContaining(['company_name', 'rank', 'points', 'performance', 'display_name']));
      const company = companies.find(({ resourceId }) => resourceId === rows[0]?.[header.indexOf('company_id')]);
      if (company === undefined) {
        expect(rows).toEqual([]);
        continue;
      }
      const cells = rows.map((row) =>
        ['rank', 'display_name', 'points', 'performance'].map((name) => row[header.indexOf(name)]),
      );
      const shown = company.leaderboard?.nodes.map(({ rank, displayName, points, performance }) => [
        rank,
        displayName,
        points,
        performance,
      ]);
      expect(cells).toEqual(shown);
      expect(cells).toHaveLength(company.leaderboard?.totalCount ?? -1);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(60);
  });

  it('of a customer alone is his alone', async () => {
    const [company] = companies.filter(({ leaderboard }) => (leaderboard?.totalCount ?? 0) > 0);
    const alone = await runLeaderboard(house, { ...WORKBOOK, companies: { ids: [company?.resourceId ?? ''] } });
    const [sheet, ...others] = await openWorkbook(alone);
    expect(others).toEqual([]);
    expect(new Set(sheet?.data.slice(1).map(([id]) => id))).toEqual(new Set([company?.resourceId]));
  });
});
