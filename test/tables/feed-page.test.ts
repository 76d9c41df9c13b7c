/** A table in pages, each in a request of its own: every row once, whatever the sizes of pages, and a coverage that adds up. */
import { describe, expect, it } from '@jest/globals';
import type { AppError } from '../../src/errors.js';
import type { FeedOptions } from '../../src/tables/feed.js';
import { type FeedPage, readFeedPage } from '../../src/tables/feed-page.js';
import { createFakeWorld, type FakeTable, type FakeWorld, toThings } from '../support/fake-tables.js';

interface Reading {
  readonly limit: number;
  readonly cursor?: string | null;
  readonly question?: string;
  readonly options?: Partial<FeedOptions>;
}

function readPage(world: FakeWorld, table: FakeTable, { limit, cursor = null, question = 'q', options }: Reading) {
  return readFeedPage({ ...world.options(table, options), limit, cursor, question });
}

async function readPages(world: FakeWorld, table: FakeTable, limit: number): Promise<readonly FeedPage[]> {
  const pages: FeedPage[] = [];
  for (let cursor: string | null | undefined; cursor !== null; cursor = pages.at(-1)?.next) {
    pages.push(await readPage(world, table, { limit, cursor: cursor ?? null }));
    if (pages.length > 500) throw new Error('there is no end');
  }
  return pages;
}

function cells(pages: readonly FeedPage[], name: string) {
  return pages.flatMap(({ rows, columns }) =>
    rows.map((row) => row[columns.findIndex((column) => column.name === name)]),
  );
}

const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: AppError) => error,
  );

const SIZES = { a: 220, b: 0, c: 100, d: 7, e: 30 };

describe('pages', () => {
  const tables: readonly FakeTable[] = ['things', 'labels', 'boxes', 'counts'];
  const sizes = [1, 7, 50, 99, 100, 101, 250, 1_000];
  const cases = tables.flatMap((table) => sizes.map((limit) => [table, limit] as const));

  it.each(cases.filter(([table, limit]) => table !== 'labels' || limit > 1))(
    'of %s by %i hold every row once, in the order of the whole',
    async (table, limit) => {
      const world = createFakeWorld(SIZES);
      const whole = await readPage(world, table, { limit: 10_000 });
      expect(whole.next).toBeNull();
      const pages = await readPages(world, table, limit);
      expect(cells(pages, 'row_key')).toEqual(cells([whole], 'row_key'));
      expect(new Set(cells(pages, 'row_key')).size).toBe(whole.rows.length);
      expect(pages.slice(0, -1).every(({ rows }) => rows.length === limit)).toBe(true);
      expect(pages.at(-1)?.coverage).toEqual(whole.coverage);
    },
  );

  it('of a table that is not per company too, each row counted', async () => {
    const world = createFakeWorld(Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`company${at}`, 0])));
    const pages = await readPages(world, 'companies', 60);
    expect(cells(pages, 'company_id')).toEqual(Object.keys(world.things));
    expect(pages.map(({ coverage: { answered, skipped, complete } }) => [answered, skipped, complete])).toEqual([
      [60, 70, false],
      [120, 10, false],
      [130, 0, true],
    ]);
  });

  it('read what they need: no list further, and as many companies at once as may fill the page', async () => {
    const world = createFakeWorld({ a: 250, b: 250, c: 250 });
    await readPage(world, 'things', { limit: 30 });
    expect(world.asked).toEqual(['a']);
    world.asked.length = 0;
    const { next } = await readPage(world, 'things', { limit: 200 });
    expect(world.asked.filter((each) => each.startsWith('a'))).toEqual(['a', 'a 100']);
    world.asked.length = 0;
    await readPage(world, 'things', { limit: 50, cursor: next });
    expect(world.asked).toEqual(['a 200']);
  });

  it('of one row each read many companies at once, and no more than there is room for', async () => {
    const world = createFakeWorld(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`company${at + 100}`, 1])));
    const { rows } = await readPage(world, 'counts', { limit: 20 });
    expect(rows).toHaveLength(20);
    expect(world.asked).toHaveLength(20);
    expect(world.mostAtOnce()).toBe(20);
  });

  it('tell when their oldest row was read', async () => {
    const world = createFakeWorld({ a: 250 });
    const run: FeedOptions['run'] = async (document, variables, context) => ({
      ...(await world.run(document, variables, context)),
      asOfMs: variables.after === '100' ? 1_000 : 2_000,
    });
    const first = await readPage(world, 'things', { limit: 100, options: { run } });
    const second = await readPage(world, 'things', { limit: 150, cursor: first.next, options: { run } });
    expect([first.asOfMs, second.asOfMs]).toEqual([2_000, 1_000]);
    expect((await readPage(createFakeWorld({ a: 0 }), 'things', { limit: 5 })).asOfMs).toBeNull();
  });
});

describe('the coverage of pages', () => {
  it('adds up from page to page, and names a gap where it was found', async () => {
    const world = createFakeWorld({ a: 10, b: 10, c: 10, d: 10, e: 10 });
    world.fail('b', 'COMPANY_PRIVACY_DENIED');
    world.fail('d', 'UPSTREAM_UNAVAILABLE');
    const pages = await readPages(world, 'things', 15);
    const told = pages.map(({ rows, coverage: { answered, restricted, failed, skipped, complete, gaps } }) => [
      rows.length,
      { answered, restricted, failed, skipped, complete, gaps: gaps.map(({ companyId }) => companyId) },
    ]);
    expect(told).toEqual([
      [15, { answered: 2, restricted: 1, failed: 0, skipped: 2, complete: false, gaps: ['b'] }],
      [15, { answered: 3, restricted: 1, failed: 1, skipped: 0, complete: false, gaps: ['d'] }],
    ]);
  });

  it('counts companies that Keepnet did not list as failed, on every page, and names them once', async () => {
    const world = createFakeWorld({ a: 10, b: 10 });
    const first = await readPage(world, 'things', { limit: 10, options: { missing: 3 } });
    const last = await readPage(world, 'things', { limit: 10, cursor: first.next, options: { missing: 3 } });
    expect(first.coverage).toMatchObject({ companiesInScope: 5, answered: 1, failed: 3, skipped: 1 });
    expect(first.coverage.gaps).toMatchObject([{ companyId: null, code: 'LIST_CHANGED' }]);
    expect(last).toMatchObject({
      next: null,
      coverage: { answered: 2, failed: 3, skipped: 0, gaps: [], complete: false },
    });
  });

  it('is not complete where a company went away in the middle, and one came behind the reader', async () => {
    const world = createFakeWorld({ b: 20, c: 20 });
    const first = await readPage(world, 'things', { limit: 10 });
    const things = world.things as Record<string, unknown>;
    delete things.b;
    world.things.a = toThings('a', 5);
    const second = await readPage(world, 'things', { limit: 10, cursor: first.next });
    const last = await readPage(world, 'things', { limit: 50, cursor: second.next });
    expect(cells([second, last], 'company_id')).toEqual(Array(20).fill('c'));
    expect(second.coverage.gaps).toMatchObject([{ companyId: null, code: 'LIST_CHANGED' }]);
    expect(last).toMatchObject({ next: null, coverage: { companiesInScope: 2, complete: false, gaps: [] } });
  });
});

describe('where the calls or the time of a request are used up', () => {
  const codes = ['BUDGET_EXCEEDED', 'DEADLINE_EXCEEDED', 'RATE_LIMITED'] as const;

  it.each(codes)('%s ends the page early; the next one goes on with the same company', async (code) => {
    const world = createFakeWorld({ a: 10, b: 10, c: 10 });
    world.fail('b', code);
    const first = await readPage(world, 'things', { limit: 100 });
    expect(cells([first], 'company_id')).toEqual(Array(10).fill('a'));
    expect(first.coverage).toMatchObject({ answered: 1, skipped: 2, gaps: [] });
    world.mend('b');
    const last = await readPage(world, 'things', { limit: 100, cursor: first.next });
    expect(last).toMatchObject({ next: null, coverage: { answered: 3, complete: true } });
    expect(last.rows).toHaveLength(20);
  });

  it.each(codes)('a list is left where it was: %s', async (code) => {
    const world = createFakeWorld({ a: 250 });
    world.fail('a', code, 2);
    const first = await readPage(world, 'things', { limit: 1_000 });
    expect(first.rows).toHaveLength(100);
    world.mend('a');
    const last = await readPage(world, 'things', { limit: 1_000, cursor: first.next });
    expect(last.rows).toHaveLength(150);
    expect(last).toMatchObject({ next: null, coverage: { answered: 1, complete: true } });
  });

  it('a company that alone is more than a request may ask is skipped, and told', async () => {
    const world = createFakeWorld({ a: 10, b: 10 });
    world.fail('a', 'BUDGET_EXCEEDED');
    const page = await readPage(world, 'things', { limit: 100 });
    expect(cells([page], 'company_id')).toEqual(Array(10).fill('b'));
    expect(page).toMatchObject({ next: null, coverage: { answered: 1, skipped: 1, complete: false } });
    expect(page.coverage.gaps).toMatchObject([{ companyId: 'a', code: 'BUDGET_EXCEEDED' }]);
  });

  it('and nothing was read, the request fails', async () => {
    const world = createFakeWorld({ a: 10 });
    world.fail('a', 'DEADLINE_EXCEEDED');
    const context = { signal: AbortSignal.abort(new Error('late')), requestId: 'request-1' };
    expect(await failure(readPage(world, 'things', { limit: 5, options: { context } }))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });
});

describe('what changes between pages', () => {
  it.each(['things', 'labels', 'boxes', 'companies'] as const)(
    'is told where a list of %s became shorter',
    async (table) => {
      const world = createFakeWorld({ a: 60, b: 60, c: 60 });
      const first = await readPage(world, table, { limit: 2 });
      const things = world.things as Record<string, unknown>;
      if (table === 'companies') delete things.a;
      else world.things.a?.splice(0, 20);
      expect(await failure(readPage(world, table, { limit: 200, cursor: first.next }))).toMatchObject({
        code: 'LIST_CHANGED',
      });
    },
  );

  it.each(['labels', 'boxes'] as const)(
    'is told where a list of %s grew: its new rows may stand anywhere',
    async (table) => {
      const world = createFakeWorld({ a: 60 });
      const first = await readPage(world, table, { limit: 20 });
      world.things.a?.push(...toThings('a', 15, 60));
      expect(await failure(readPage(world, table, { limit: 200, cursor: first.next }))).toMatchObject({
        code: 'LIST_CHANGED',
      });
    },
  );

  it('is read with the rest where entries with ids came at the end', async () => {
    const world = createFakeWorld({ a: 60 });
    const first = await readPage(world, 'things', { limit: 20 });
    world.things.a?.push(...toThings('a', 10, 60));
    const last = await readPage(world, 'things', { limit: 200, cursor: first.next });
    expect(last.rows).toHaveLength(50);
    expect(last.next).toBeNull();
  });

  it('a list that fails on a later page fails that page, and is read when it is asked for again', async () => {
    const world = createFakeWorld({ a: 250 });
    const first = await readPage(world, 'things', { limit: 120 });
    world.fail('a', 'UPSTREAM_TIMEOUT', 2);
    expect(await failure(readPage(world, 'things', { limit: 120, cursor: first.next }))).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
    world.mend('a');
    expect((await readPage(world, 'things', { limit: 120, cursor: first.next })).rows).toHaveLength(120);
  });
});

describe('a cursor', () => {
  it.each([
    ['of another question', async (next: string) => [next, 'other'] as const],
    ['that was cut', async (next: string) => [next.slice(0, -3), 'q'] as const],
    ['of nobody', async () => ['bm90aGluZw', 'q'] as const],
    ['that is much too long', async () => ['A'.repeat(5_000), 'q'] as const],
    [
      'with a place that is none',
      async () => [Buffer.from('["x","a",[1],"s",0,0,0]').toString('base64url'), 'q'] as const,
    ],
    [
      'with counts that are none',
      async () => [Buffer.from('["x","a",null,"s",-1,0,0]').toString('base64url'), 'q'] as const,
    ],
  ])('%s is refused by its name, and nothing is asked', async (_name, toCursor) => {
    const world = createFakeWorld({ a: 10 });
    const { next } = await readPage(world, 'things', { limit: 5 });
    world.asked.length = 0;
    const [cursor, question] = await toCursor(next ?? '');
    const error = await failure(readPage(world, 'things', { limit: 5, cursor, question }));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'cursor' });
    expect(world.asked).toEqual([]);
  });
});

it.each([
  ['RATE_LIMITED', 'a', 'nothing was read'],
  ['BAD_USER_INPUT', 'b', 'it is no trouble of one company'],
] as const)('%s refuses the page at %s: %s', async (code, company, _why) => {
  const world = createFakeWorld({ a: 10, b: 10 });
  world.fail(company, code);
  expect(await failure(readPage(world, 'things', { limit: 50 }))).toMatchObject({ code });
});
