/** Export files: real ones of each kind, one page or all, and the errors that come instead. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCsv } from 'hucre/csv';
import { readXlsx } from 'hucre/xlsx';
import { fetchToken, startSimulator, type TestSimulator } from '../support/simulator.js';

const FILTER = { condition: 'AND', searchInputTextValue: '' };
const PAGE = { pageNumber: 2, pageSize: 10, orderBy: 'CreateTime', ascending: false };
const NOBODY = {
  ...FILTER,
  filterGroups: [{ condition: 'AND', filterItems: [{ fieldName: 'Email', operator: '=', value: 'x' }] }],
};

let simulator: TestSimulator;
let token: string;
let companyId: string;
let userId: string;

beforeAll(async () => {
  simulator = await startSimulator({ companies: 25, users: 60 });
  token = await fetchToken(simulator.url);
  companyId =
    (
      (await (
        await post('companies/search', {
          ...PAGE,
          pageNumber: 1,
          orderBy: 'CompanyName',
          ascending: true,
          pageSize: 100,
          filter: FILTER,
        })
      ).json()) as {
        data: { results: { companyName: string; companyResourceId: string }[] };
      }
    ).data.results.find((row) => row.companyName.startsWith('Şişli'))?.companyResourceId ?? '';
  const board = await post('leaderboard/get-top-performers', { datePeriod: 3 });
  userId =
    ((await board.json()) as { data: { results: { targetUserResourceId: string }[] } }).data.results[0]
      ?.targetUserResourceId ?? '';
});
afterAll(() => simulator.stop());

const post = (path: string, body: object) =>
  fetch(`${simulator.url}/api/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(companyId === undefined ? {} : { 'X-KEEPNET-Company-Id': companyId }),
    },
    body: JSON.stringify(body),
  });

const board = {
  datePeriod: 3,
  startDate: null,
  endDate: null,
  filter: FILTER,
  pagination: { ...PAGE, orderBy: 'rank' },
};

describe('an export', () => {
  it.each([
    ['companies/search/export', 'Companies', () => ({ ...PAGE, filter: FILTER }), 25],
    ['target-users/search/export', 'Target Users', () => ({ ...PAGE, filter: FILTER }), 60],
    ['leaderboard/get-all/export', 'Leaderboard', () => board, null],
    [
      'leaderboard/get-user-timeline/export',
      'Leaderboard-User-Timeline',
      () => ({ ...board, targetUserResourceId: userId, pagination: { ...PAGE, pageNumber: 1, orderBy: 'ActionTime' } }),
      null,
    ],
  ])('of %s is a CSV of one page or of all', async (path, name, toBody, total) => {
    const page = await post(path, { ...toBody(), exportType: 'CSV', reportAllPages: false });
    const all = await post(path, { ...toBody(), exportType: 'CSV', reportAllPages: true });
    expect(page.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(page.headers.get('content-disposition')).toContain(`filename="${name}.csv"`);
    const [pageRows, allRows] = [parseCsv(await page.text()), parseCsv(await all.text())];
    expect(pageRows).toHaveLength(11);
    expect(pageRows[0]).toEqual(allRows[0]);
    expect(allRows.map((row) => row.join())).toEqual(expect.arrayContaining(pageRows.map((row) => row.join())));
    expect(allRows.length).toBeGreaterThan(11);
    if (total !== null) expect(allRows).toHaveLength(total + 1);
  });

  it('is a real workbook with the same cells as the CSV', async () => {
    const csv = parseCsv(
      await (await post('companies/search/export', { ...PAGE, filter: FILTER, exportType: 'CSV' })).text(),
    );
    const excel = await post('companies/search/export', { ...PAGE, filter: FILTER, exportType: 'Excel' });
    const workbook = await readXlsx(new Uint8Array(await excel.arrayBuffer()));
    expect(excel.headers.get('content-type')).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    expect(workbook.sheets[0]?.rows.map((row) => row.map(String))).toEqual(csv.map((row) => row.map(String)));
  });

  it('is a PDF whose table of objects points at its objects', async () => {
    const answer = await post('target-users/search/export', { ...PAGE, filter: FILTER, exportType: 'PDF' });
    const file = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
    const offsets = [...file.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(file.startsWith('%PDF-1.4\n')).toBe(true);
    expect(offsets).toHaveLength(5);
    offsets.forEach((offset, index) => {
      expect(file.slice(offset, offset + 7)).toBe(`${index + 1} 0 obj`);
    });
  });

  it.each([
    ['nothing to export', { ...PAGE, filter: NOBODY, exportType: 'CSV', reportAllPages: true }, 500],
    ['a page past the end', { ...PAGE, pageNumber: 99, filter: FILTER, exportType: 'CSV', reportAllPages: false }, 500],
    ['an unknown type', { ...PAGE, filter: FILTER, exportType: 'Csv', reportAllPages: true }, 400],
    ['no filter', { ...PAGE, exportType: 'CSV', reportAllPages: true }, 500],
  ])('answers an error as JSON: %s', async (_name, body, status) => {
    const answer = await post('target-users/search/export', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('content-disposition')).toBeNull();
  });
});
