/** Windows and cursors over an API that pages by number. */
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { PageRequest } from '../../src/keepnet/rows.js';
import { loadWindow, parseWindow, toConnection } from '../../src/schema/connection.js';

const SCOPE = { field: 'things', question: { filter: { search: 'a' } } };

function createList(length: number) {
  const asked: PageRequest[] = [];
  const load = async ({ pageNumber, pageSize }: PageRequest) => {
    asked.push({ pageNumber, pageSize });
    const start = (pageNumber - 1) * pageSize;
    const end = Math.min(start + pageSize, length);
    return { rows: Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index), totalCount: length };
  };
  return { asked, load };
}

function readCode(run: () => unknown): [string, string | undefined] {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.argument];
    throw error;
  }
  return ['no error', undefined];
}

describe('loadWindow', () => {
  it('answers every window of a list with just its rows, in one call or two', async () => {
    for (let offset = 0; offset <= 130; offset += 1) {
      for (const first of [1, 2, 3, 7, 20, 33, 50, 64, 99, 100]) {
        const list = createList(117);
        const page = await loadWindow({ offset, first }, list.load);
        const expected = Array.from(
          { length: Math.max(0, Math.min(first, 117 - offset)) },
          (_, index) => offset + index,
        );
        expect({ offset, first, rows: page.rows }).toEqual({ offset, first, rows: expected });
        expect(list.asked.length).toBeLessThanOrEqual(2);
        expect(list.asked.every(({ pageSize }) => pageSize <= 100)).toBe(true);
      }
    }
  });

  it('asks for one page of just that size while a client keeps its first', async () => {
    const list = createList(100);
    for (const offset of [0, 20, 40, 60, 80]) await loadWindow({ offset, first: 20 }, list.load);
    expect(list.asked).toEqual([1, 2, 3, 4, 5].map((pageNumber) => ({ pageNumber, pageSize: 20 })));
  });
});

describe('a connection', () => {
  it('is walked by its cursors without a gap or a repeat', async () => {
    const list = createList(53);
    const seen: number[] = [];
    let after: string | null = null;
    for (;;) {
      const window = parseWindow({ first: 10, after }, SCOPE, 'owner01');
      const connection = toConnection(
        await loadWindow(window, list.load),
        window,
        { scope: SCOPE, ownerId: 'owner01' },
        (row) => row,
      );
      seen.push(...connection.nodes);
      const info = connection.pageInfo();
      expect(info.hasPreviousPage).toBe(seen.length > connection.nodes.length);
      after = info.endCursor;
      if (!info.hasNextPage) break;
    }
    expect(seen).toEqual(Array.from({ length: 53 }, (_, index) => index));
    expect(list.asked).toHaveLength(6);
  });

  it('goes on after the cursor of any edge', async () => {
    const list = createList(10);
    const window = { offset: 0, first: 5 };
    const connection = toConnection(await loadWindow(window, list.load), window, { scope: SCOPE }, (row) => row);
    const cursor = connection.edges()[2]?.cursor;
    expect(parseWindow({ first: 2, after: cursor }, SCOPE)).toEqual({ offset: 3, first: 2 });
  });

  it('is empty past its end, and says that nothing follows', async () => {
    const list = createList(3);
    const window = { offset: 40, first: 20 };
    const connection = toConnection(await loadWindow(window, list.load), window, { scope: SCOPE }, (row) => row);
    expect(connection.nodes).toEqual([]);
    expect(connection.pageInfo()).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: null,
    });
  });
});

describe('parseWindow refuses', () => {
  const cursor = toConnection(
    { rows: [1, 2], totalCount: 2 },
    { offset: 0, first: 2 },
    { scope: SCOPE, ownerId: 'owner01' },
    (row) => row,
  ).edges()[1]?.cursor;

  it.each([0, -1, 101, 1_000_000])('first: %p', (first) => {
    expect(readCode(() => parseWindow({ first }, SCOPE))).toEqual(['BAD_USER_INPUT', 'first']);
  });

  it.each(
    ['', 'nonsense', '!!!', 'MTI', 'x'.repeat(20_000), Buffer.from('-1 aaaaaaaaaaaaaaaa').toString('base64url')].map(
      (after) => ({ after, shown: JSON.stringify(after.slice(0, 20)) }),
    ),
  )('a cursor that nobody gave: $shown', ({ after }) => {
    expect(readCode(() => parseWindow({ after }, SCOPE))).toEqual(['BAD_USER_INPUT', 'after']);
  });

  it('a cursor of another question or owner, but takes it under its own', () => {
    const other = { field: 'things', question: { filter: { search: 'b' } } };
    expect(readCode(() => parseWindow({ after: cursor }, other))).toEqual(['BAD_USER_INPUT', 'after']);
    expect(readCode(() => parseWindow({ after: cursor }, SCOPE, 'owner02'))).toEqual(['BAD_USER_INPUT', 'after']);
    expect(parseWindow({ after: cursor }, SCOPE, 'owner01')).toEqual({ offset: 2, first: 20 });
  });

  it('no cursor because of the order or the nulls in which its question was written', () => {
    const written = { field: 'things', question: { filter: { tag: null, search: 'a' } } };
    expect(parseWindow({ after: cursor }, written, 'owner01')).toEqual({ offset: 2, first: 20 });
  });
});
