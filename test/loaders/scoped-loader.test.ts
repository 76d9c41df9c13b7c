/** The loaders by themselves: what is asked once, what is merged, and that answers are matched by id. */
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { CompanyId, CompanyRow } from '../../src/keepnet/rows.js';
import { createAccessGuard, createCallLoader, createMergedLoader } from '../../src/loaders/scoped-loader.js';

function company(id: string, isOpen: boolean | null = true): CompanyRow {
  return { companyId: id as CompanyId, isOpen } as CompanyRow;
}

const A = company('companyA');
const B = company('companyB');
const allow = createAccessGuard(() => null);

describe('createCallLoader', () => {
  it('asks each company and input once, however often and in whatever shape it is asked', async () => {
    const asked: string[] = [];
    const load = createCallLoader(allow, async (companyId: CompanyId, input: { search?: string | null; n: number }) => {
      asked.push(`${companyId} ${input.n}`);
      return input.n;
    });
    const answers = await Promise.all([
      load(A, { n: 1 }),
      load(A, { n: 1, search: null }),
      load(B, { n: 1 }),
      load(A, { n: 2 }),
    ]);
    expect(answers).toEqual([1, 1, 1, 2]);
    expect(asked).toEqual(['companyA 1', 'companyB 1', 'companyA 2']);
  });

  it('answers one company while another hangs', async () => {
    const load = createCallLoader(allow, (companyId: CompanyId, _input: null) =>
      companyId === A.companyId ? new Promise<string>(() => {}) : Promise.resolve('B'),
    );
    void load(A, null);
    await expect(load(B, null)).resolves.toBe('B');
  });

  it('fails only the company that failed', async () => {
    const load = createCallLoader(allow, async (companyId: CompanyId, _input: null) => {
      if (companyId === A.companyId) throw new AppError('UPSTREAM_UNAVAILABLE', 'down', { companyId });
      return 'B';
    });
    const [first, second] = await Promise.allSettled([load(A, null), load(B, null)]);
    expect(first).toMatchObject({
      status: 'rejected',
      reason: { code: 'UPSTREAM_UNAVAILABLE', companyId: 'companyA' },
    });
    expect(second).toMatchObject({ status: 'fulfilled', value: 'B' });
  });
});

describe('createMergedLoader', () => {
  const rowsOf = (ids: readonly string[]) => ids.map((id) => ({ id, name: `name of ${id}` }));
  const misorders: [string, (ids: readonly string[]) => { id: string; name: string }[]][] = [
    ['reversed', (ids) => rowsOf(ids).reverse()],
    ['doubled', (ids) => rowsOf([...ids, ...ids])],
    ['with strangers', (ids) => rowsOf(['stranger', ...ids])],
  ];

  it.each(misorders)('matches by id where Keepnet answers %s', async (_name, answer) => {
    const load = createMergedLoader(
      allow,
      async (_companyId, _group: null, ids) => answer(ids),
      (row) => row.id,
    );
    const rows = await Promise.all(['u1', 'u2', 'u3'].map((id) => load(A, { group: null, id })));
    expect(rows.map((row) => row?.name)).toEqual(['name of u1', 'name of u2', 'name of u3']);
  });

  it('answers null for what Keepnet leaves out, without moving its neighbours', async () => {
    const load = createMergedLoader(
      allow,
      async (_companyId, _group: null, ids) => rowsOf(ids.filter((id) => id !== 'u2')),
      (row) => row.id,
    );
    const rows = await Promise.all(['u1', 'u2', 'u3'].map((id) => load(A, { group: null, id })));
    expect(rows.map((row) => row?.id ?? null)).toEqual(['u1', null, 'u3']);
  });

  it('merges what is asked in one turn per company and group, a hundred ids at most', async () => {
    const asked: string[] = [];
    const load = createMergedLoader(
      allow,
      async (companyId, group: string, ids) => {
        asked.push(`${companyId} ${group} ${ids.length}`);
        return rowsOf(ids);
      },
      (row) => row.id,
    );
    const ids = Array.from({ length: 150 }, (_, index) => `u${index}`);
    await Promise.all([
      ...ids.map((id) => load(A, { group: 'x', id })),
      load(A, { group: 'y', id: 'u1' }),
      load(B, { group: 'x', id: 'u1' }),
    ]);
    expect(asked.sort()).toEqual(['companyA x 100', 'companyA x 50', 'companyA y 1', 'companyB x 1']);
  });
});

describe('the access guard', () => {
  it.each([
    [company('closed01', false), null, 'COMPANY_PRIVACY_DENIED'],
    [company('learned1'), 'PRIVACY_DENIED' as const, 'COMPANY_PRIVACY_DENIED'],
    [company('learned2'), 'FORBIDDEN' as const, 'FORBIDDEN'],
  ])('makes no call to %j where it is known to be in vain', async (row, learned, code) => {
    let calls = 0;
    const load = createCallLoader(
      createAccessGuard(() => learned),
      async (_companyId: CompanyId, _input: null) => {
        calls += 1;
      },
    );
    await expect(load(row, null)).rejects.toMatchObject({ code, companyId: row.companyId });
    expect(calls).toBe(0);
  });

  it('calls a company of which Keepnet does not say whether it is open', async () => {
    const load = createCallLoader(allow, async (_companyId: CompanyId, _input: null) => 'read');
    await expect(load(company('unknown1', null), null)).resolves.toBe('read');
  });
});
