/** The session of a caller who sees some companies: lists that change under the walk, the account tree, and what it costs. */
import { describe, expect, it } from '@jest/globals';
import type { CompanyRow, CompanySearch, MyCompanyRow, Page } from '../../src/keepnet/rows.js';
import { toScopedSession } from '../../src/keepnet/scoped-session.js';
import type { KeepnetSession } from '../../src/keepnet/session.js';
import { createFakeCompanies, toCompanyRows } from '../support/fake-companies.js';

const SEARCH: CompanySearch = {
  pageNumber: 1,
  pageSize: 10,
  filter: {},
  order: { field: 'NAME', direction: 'ASC' },
};

const isEven = ({ companyId }: CompanyRow) => Number(companyId.slice(-1)) % 2 === 0;

const never = () => Promise.reject(new Error('asked past what is kept'));

/** A list that says it has more companies than it tells of. */
function shortList(rows: readonly CompanyRow[], promised: number) {
  return async ({ pageNumber, pageSize }: CompanySearch): Promise<Page<CompanyRow>> => ({
    rows: rows.slice((pageNumber - 1) * pageSize, pageNumber * pageSize),
    totalCount: promised,
  });
}

describe('a search of a caller who sees some companies', () => {
  it('walks the list once in an operation, whatever its pages, and counts and pages over his', async () => {
    const rows = toCompanyRows(250);
    const { session, asked } = createFakeCompanies(rows);
    const scoped = toScopedSession(session, { sees: isEven, searchAnew: never });
    const pages = await Promise.all(
      [1, 2, 13, 14].map((pageNumber) => scoped.searchCompanies({ ...SEARCH, pageNumber })),
    );
    expect(asked).toHaveLength(3);
    expect(pages.map(({ rows: own, totalCount }) => [own.length, totalCount])).toEqual([
      [10, 125],
      [10, 125],
      [5, 125],
      [0, 125],
    ]);
    expect(pages.slice(0, 2).flatMap(({ rows: own }) => own)).toEqual(rows.filter(isEven).slice(0, 20));
    await scoped.searchCompanies({ ...SEARCH, filter: { tag: 'other' } });
    expect(asked).toHaveLength(6);
  });

  it('reads a list that does not fit together once more, past what is kept', async () => {
    const rows = toCompanyRows(20);
    const { session } = createFakeCompanies(rows, { totalCount: 21 });
    const scoped = toScopedSession(session, { sees: isEven, searchAnew: shortList(rows, 20) });
    expect(await scoped.searchCompanies(SEARCH)).toEqual({ rows: rows.filter(isEven), totalCount: 10 });
  });

  it('gives up a list that changes all the time, and is ready to try again', async () => {
    const rows = toCompanyRows(20);
    const { session } = createFakeCompanies(rows, { totalCount: 21 });
    let promised = 22;
    const searchAnew = (search: CompanySearch) => shortList(rows, promised)(search);
    const scoped = toScopedSession(session, { sees: isEven, searchAnew });
    await expect(scoped.searchCompanies(SEARCH)).rejects.toMatchObject({ code: 'LIST_CHANGED', retryable: true });
    promised = 20;
    expect(await scoped.searchCompanies(SEARCH)).toMatchObject({ totalCount: 10 });
  });
});

describe('the account tree of a caller who sees some companies', () => {
  it('holds his alone, each under the nearest of his', async () => {
    const account = (number: number, children: MyCompanyRow[] = []): MyCompanyRow => ({
      resourceId: `company${String(number).padStart(4, '0')}`,
      name: `Account ${number}`,
      openUntil: null,
      children,
    });
    const { session } = createFakeCompanies(toCompanyRows(8));
    const whole: KeepnetSession = {
      ...session,
      myCompanies: async () => [account(1, [account(2, [account(3, [account(4)])]), account(6)]), account(7)],
    };
    const scoped = toScopedSession(whole, { sees: isEven, searchAnew: never });
    expect(await scoped.myCompanies()).toEqual([{ ...account(2), children: [account(4)] }, account(6)]);
  });
});

describe('the directory of a caller who sees some companies', () => {
  it('looks at nothing before it is asked for', async () => {
    const looked: string[] = [];
    const { session } = createFakeCompanies(toCompanyRows(8));
    const sees = (company: CompanyRow) => {
      looked.push(company.companyId);
      return isEven(company);
    };
    const { find, companies } = await toScopedSession(session, { sees, searchAnew: never })
      .directory()
      .then((directory) => {
        expect([
          directory.find('company0002')?.companyId,
          directory.find('company0003'),
          directory.find('nobody'),
        ]).toEqual(['company0002', undefined, undefined]);
        expect(looked).toEqual(['company0002', 'company0003']);
        return directory;
      });
    expect(companies.map(({ companyId }) => find(companyId)?.companyId)).toEqual(
      companies.map(({ companyId }) => companyId),
    );
    expect(companies).toHaveLength(4);
  });
});
