/** Whole tables over many companies: the order of rows, what is known before the first of them, and what becomes of companies that fail. */
import { describe, expect, it } from '@jest/globals';
import type { AppError } from '../../src/errors.js';
import type { Row } from '../../src/tables/column.js';
import { type Feed, type FeedOptions, openFeed } from '../../src/tables/feed.js';
import { createFakeWorld, type FakeWorld } from '../support/fake-tables.js';

async function readRows({ pages }: Feed): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

function cells(rows: readonly Row[], { columns }: Feed, name: string) {
  return rows.map((row) => row[columns.findIndex((column) => column.name === name)]);
}

const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: AppError) => error,
  );

/** Labels of all things, company after company. */
function labelsOf(world: FakeWorld): string[] {
  return Object.keys(world.things)
    .sort()
    .flatMap((id) => (world.things[id] ?? []).map(({ label }) => label));
}

describe('a whole table', () => {
  it('has the rows of all companies, company after company by id, each once', async () => {
    const world = createFakeWorld({ c: 250, a: 120, b: 0, d: 100 });
    const feed = await openFeed(world.options('things'));
    const rows = await readRows(feed);
    expect(cells(rows, feed, 'label')).toEqual(labelsOf(world));
    expect(new Set(cells(rows, feed, 'row_key')).size).toBe(470);
    expect([...world.asked].sort()).toEqual(['a', 'a 100', 'b', 'c', 'c 100', 'c 200', 'd']);
    expect(feed.coverage).toEqual({
      companiesInScope: 4,
      answered: 4,
      restricted: 0,
      failed: 0,
      skipped: 0,
      complete: true,
      gaps: [],
    });
  });

  it('of entries in entries has a row for each innermost one, under its own company and box', async () => {
    const world = createFakeWorld({ a: 45, b: 5 });
    const feed = await openFeed(world.options('boxes'));
    const rows = await readRows(feed);
    // The first box of each, and the fourth of `a`, hold nothing.
    expect(cells(rows, feed, 'box_id')).toEqual(
      [10, 20, 40].flatMap((at) => Array(at === 40 ? 5 : 10).fill(`Box:a:${at}`)),
    );
    expect(new Set(cells(rows, feed, 'row_key')).size).toBe(25);
    expect(cells(rows, feed, 'company_name').every((name) => name === 'The a')).toBe(true);
  });

  it('of one row each asks each company once', async () => {
    const world = createFakeWorld({ b: 2, a: 1 });
    const feed = await openFeed(world.options('counts'));
    expect(cells(await readRows(feed), feed, 'things')).toEqual([1, 2]);
    expect(world.asked).toEqual(['a', 'b']);
  });

  it('that is not per company counts its rows', async () => {
    const sizes = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`company${at}`, 0]));
    const world = createFakeWorld(sizes);
    const feed = await openFeed(world.options('companies', { missing: 2 }));
    expect(await readRows(feed)).toHaveLength(130);
    expect(world.asked).toEqual(['', '100']);
    expect(feed.coverage).toMatchObject({ companiesInScope: 132, answered: 130, failed: 2, complete: false });
    expect(feed.coverage.gaps).toMatchObject([{ companyId: null, code: 'LIST_CHANGED' }]);
  });

  it('without rows has columns and no page', async () => {
    const world = createFakeWorld({ a: 0 });
    const feed = await openFeed(world.options('things'));
    expect(feed.columns.map(({ name }) => name)).toEqual([
      'company_id',
      'company_name',
      'row_key',
      'label',
      'weight',
      'as_of',
    ]);
    expect(await feed.pages.next()).toEqual({ done: true, value: undefined });
  });

  it('tells when each row was read, as the graph says', async () => {
    const world = createFakeWorld({ a: 150 });
    const run: FeedOptions['run'] = async (document, variables, context) => ({
      ...(await world.run(document, variables, context)),
      asOfMs: Date.UTC(2026, 0, variables.after ? 2 : 1),
    });
    const feed = await openFeed(world.options('things', { run }));
    const instants = cells(await readRows(feed), feed, 'as_of');
    expect([instants[99], instants[100]]).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']);
  });
});

describe('columns that are named', () => {
  it('come in the order of the table, whatever order names them', async () => {
    const feed = await openFeed(createFakeWorld({ a: 1 }).options('things', { columns: ['as_of', 'weight', 'label'] }));
    expect(feed.columns.map(({ name }) => name)).toEqual(['label', 'weight', 'as_of']);
    expect(await readRows(feed)).toEqual([['a 0', 0, expect.stringMatching(/^\d{4}-.*Z$/)]]);
  });

  it('must be there', async () => {
    const world = createFakeWorld({ a: 1 });
    const error = await failure(openFeed(world.options('things', { columns: ['label', 'size'] })));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'columns' });
    expect(error.message).toContain('"size"');
    expect(world.asked).toEqual([]);
  });
});

describe('a limit', () => {
  it('cuts the whole, and reads no list that is not wanted any further', async () => {
    const world = createFakeWorld({ a: 80, b: 500, c: 900 });
    const feed = await openFeed(world.options('things', { limit: 130 }));
    expect(cells(await readRows(feed), feed, 'label')).toEqual(labelsOf(world).slice(0, 130));
    expect(world.asked.filter((each) => each.startsWith('c'))).toEqual(['c']);
    expect(feed.coverage).toMatchObject({ answered: 3, complete: true });
  });
});

describe('a company whose first page fails', () => {
  it.each([
    ['COMPANY_PRIVACY_DENIED', { restricted: 1, failed: 0, skipped: 0 }],
    ['UPSTREAM_UNAVAILABLE', { restricted: 0, failed: 1, skipped: 0 }],
    ['BUDGET_EXCEEDED', { restricted: 0, failed: 0, skipped: 1 }],
    ['DEADLINE_EXCEEDED', { restricted: 0, failed: 0, skipped: 1 }],
  ] as const)('with %s is told before the first row, and costs nobody else a row', async (code, counts) => {
    const world = createFakeWorld({ a: 3, b: 3, c: 3 });
    world.fail('b', code);
    const feed = await openFeed(world.options('things'));
    expect(feed.coverage).toMatchObject({ companiesInScope: 3, answered: 2, complete: false, ...counts });
    expect(feed.coverage.gaps).toEqual([
      { companyId: 'b', companyName: 'The b', code, retryable: expect.any(Boolean), message: 'No b.' },
    ]);
    expect(cells(await readRows(feed), feed, 'company_id')).toEqual(['a', 'a', 'a', 'c', 'c', 'c']);
  });

  it.each(['RATE_LIMITED', 'BAD_USER_INPUT'] as const)(
    'with %s refuses the table: that is no trouble of its',
    async (code) => {
      const world = createFakeWorld({ a: 3, b: 3 });
      world.fail('b', code);
      expect(await failure(openFeed(world.options('things')))).toMatchObject({ code });
    },
  );

  it('refuses a table that is not per company', async () => {
    const world = createFakeWorld({ a: 1 });
    world.fail('', 'UPSTREAM_TIMEOUT');
    expect(await failure(openFeed(world.options('companies')))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});

describe('a company that fails later', () => {
  it('fails the table in its turn, with the error as it was thrown', async () => {
    const world = createFakeWorld({ a: 50, b: 250, c: 50 });
    world.fail('b', 'UPSTREAM_TIMEOUT', 3);
    const feed = await openFeed(world.options('things'));
    expect(feed.coverage.complete).toBe(true);
    const rows: Row[] = [];
    const reading = (async () => {
      for await (const page of feed.pages) rows.push(...page);
    })();
    expect(await failure(reading)).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(rows).toHaveLength(250);
  });

  it('fails it where the list changed between its pages', async () => {
    const world = createFakeWorld({ a: 250 });
    const feed = await openFeed(world.options('things'));
    world.things.a?.splice(0, 1);
    expect(await failure(readRows(feed))).toMatchObject({ code: 'LIST_CHANGED' });
  });

  it('fails itself alone where its only page is not what Keepnet counted', async () => {
    const world = createFakeWorld({ a: 3, b: 3 });
    const run: FeedOptions['run'] = async (document, variables, context) => {
      const answer = await world.run(document, variables, context);
      const text = JSON.stringify(answer).replace('"totalCount":3', '"totalCount":4');
      return variables.company === 'a' ? JSON.parse(text) : answer;
    };
    const feed = await openFeed(world.options('things', { run }));
    expect(feed.coverage).toMatchObject({ answered: 1, failed: 1, gaps: [{ companyId: 'a', code: 'LIST_CHANGED' }] });
    expect(await readRows(feed)).toHaveLength(3);
  });
});

describe('what is held', () => {
  it('is 5,000 rows of the first look at many companies; lists that are longer are read from their beginning in their turn', async () => {
    const ids = Array.from({ length: 250 }, (_, at) => `company${String(at).padStart(3, '0')}`);
    const world = createFakeWorld(Object.fromEntries(ids.map((id, at) => [id, at < 200 ? 20 : 150])));
    const feed = await openFeed(world.options('things'));
    expect(world.asked.toSorted()).toEqual(ids);
    expect(world.mostAtOnce()).toBeLessThanOrEqual(64);
    const rows = await readRows(feed);
    expect(cells(rows, feed, 'label')).toEqual(labelsOf(world));
    expect(world.asked).toHaveLength(250 + 50 * 2);
  });

  it('is the first page of each of a few companies, which is not read again', async () => {
    const world = createFakeWorld({ a: 150, b: 100, c: 0 });
    const feed = await openFeed(world.options('things'));
    expect(cells(await readRows(feed), feed, 'label')).toEqual(labelsOf(world));
    expect(world.asked).toHaveLength(4);
  });

  it('does not grow while nobody takes rows', async () => {
    const world = createFakeWorld(Object.fromEntries(['a', 'b', 'c'].map((id) => [id, 5_000])));
    const feed = await openFeed(world.options('things'));
    await feed.pages.next();
    for (let turns = 0; turns < 500; turns += 1) await new Promise(setImmediate);
    // 10,000 rows of all three together, a page of each beyond, and the one that was taken.
    expect(world.asked.length).toBeLessThanOrEqual(100 + 3 + 1);
    await feed.pages.return();
  });
});
