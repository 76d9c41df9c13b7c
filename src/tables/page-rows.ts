/**
 * The rows of one page of a feed while they are collected from the lists of companies: no more than there is room for, and where to go
 * on in the list that was left.
 */
import { AppError, isUsedUp } from '../errors.js';
import type { Row } from './column.js';
import type { OpenedWalk } from './company-walks.js';
import type { RowShape } from './feed-columns.js';
import type { ListPosition } from './feed-cursor.js';
import type { WalkedPage } from './walk.js';

export interface PageRows {
  readonly rows: readonly Row[];
  /** How many rows there is room for. */
  readonly left: number;
  /** When the oldest row was read; null where there are none. */
  readonly asOfMs: number | null;
  /** Of the list that was taken last. */
  readonly totalCount: number;
  /** Takes what there is room for from a page of which some was taken before: where to go on behind it. */
  add(page: WalkedPage, position: ListPosition): ListPosition;
}

export function createPageRows({ shape, limit }: { readonly shape: RowShape; readonly limit: number }): PageRows {
  const rows: Row[] = [];
  let asOfMs: number | null = null;
  let totalCount = 0;
  return {
    rows,
    get left() {
      return limit - rows.length;
    },
    get asOfMs() {
      return asOfMs;
    },
    get totalCount() {
      return totalCount;
    },
    add(page, { after, rowsBefore, skip }) {
      const from = Math.min(skip, page.rows.length);
      const taken = page.rows.slice(from, from + limit - rows.length);
      rows.push(...shape.toRows({ ...page, rows: taken }));
      if (taken.length > 0) asOfMs = Math.min(asOfMs ?? page.asOfMs, page.asOfMs);
      totalCount = page.totalCount;
      const isDone = from + taken.length === page.rows.length;
      if (!isDone || page.next === null) return { after, rowsBefore, skip: skip + taken.length, totalCount };
      return { after: page.next, rowsBefore: rowsBefore + page.rows.length, skip: skip - from, totalCount };
    },
  };
}

/**
 * Takes from a list that was opened at `start`. Where to go on, if it was left; null at its end. It is left where the page is full, and
 * where the calls or the time are used up after some rows. Throws as `walkPages` does.
 */
export async function takeList(
  rows: PageRows,
  { first, rest }: OpenedWalk,
  { start, isResumable }: { readonly start: ListPosition; readonly isResumable: boolean },
): Promise<ListPosition | null> {
  const before = rows.rows.length;
  let position = start;
  const toStop = (): ListPosition => {
    if (isResumable) return position;
    const taken = rows.rows.length - before;
    return { after: null, rowsBefore: 0, skip: start.skip + taken, totalCount: position.totalCount };
  };
  for (let page = first; ; ) {
    position = rows.add(page, position);
    if (page.next === null && position.skip >= page.rows.length) return null;
    const following = rows.left === 0 ? null : await readNext(rest, rows.rows.length > 0);
    if (following === null) return toStop();
    page = following;
  }
}

/** Null where the calls or the time are used up, and that is no reason to fail. */
async function readNext(rest: OpenedWalk['rest'], mayStop: boolean): Promise<WalkedPage | null> {
  try {
    const { value } = await rest.next();
    return value ?? null;
  } catch (error) {
    if (mayStop && error instanceof AppError && isUsedUp(error.code)) return null;
    throw error;
  }
}
