/**
 * Where a reader of a feed stopped, as text that he brings back for the next page. It carries a mark of the question that it belongs to,
 * so that a cursor of other companies, another filter or another caller is refused instead of answering from the wrong rows; and
 * what was counted until then, so that the last page can tell the truth of the whole.
 */
import { createHash } from 'node:crypto';
import { type AppError, badInput } from '../errors.js';
import type { TableCompany, Tally } from './coverage.js';
import type { SeenList } from './list-check.js';

export interface FeedPosition {
  /** Whose list comes next; null where the table is not per company. */
  readonly companyId: string | null;
  /** Where to go on in that list; null where it was not begun. */
  readonly list: ListPosition | null;
  readonly tally: Tally;
  /** Which companies there were, as a mark; null where they were not the same on all pages. */
  readonly scope: string | null;
}

export interface ListPosition extends SeenList {
  /** The cursor of the list to go on after; null for its beginning. */
  readonly after: string | null;
  /** So many rows of what follows were taken already. */
  readonly skip: number;
}

/** Longer than two ids and the cursor of a list. */
const MAX_LENGTH = 2_000;

export function writeCursor({ companyId, list, tally, scope }: FeedPosition, question: string): string {
  const { answered, restricted, failed } = tally;
  const place = list && [list.after, list.skip, list.rowsBefore, list.totalCount];
  const text = JSON.stringify([toMark(question), companyId, place, scope, answered, restricted, failed]);
  return Buffer.from(text).toString('base64url');
}

/** @throws AppError BAD_USER_INPUT that names `cursor` */
export function parseCursor(cursor: string, question: string): FeedPosition {
  const [mark, companyId, place, scope, answered, restricted, failed, ...rest] = toArray(cursor);
  const list = place === null ? null : toListPosition(place);
  if (rest.length > 0 || !isTextOrNull(companyId) || !isTextOrNull(scope) || list === undefined) throw noCursor();
  if (!isCount(answered) || !isCount(restricted) || !isCount(failed)) {
    throw noCursor();
  }
  if (mark !== toMark(question)) {
    throw badInput('cursor', 'it belongs to another table, or to this one with other parameters');
  }
  return { companyId, list, scope, tally: { answered, restricted, failed } };
}

function noCursor(): AppError {
  return badInput('cursor', 'expected `next` of the page before');
}

/** Of companies, in any order. */
export function toScopeMark(companies: readonly TableCompany[]): string {
  return toMark(
    companies
      .map(({ companyId }) => companyId)
      .toSorted()
      .join(),
  );
}

function toListPosition(place: unknown): ListPosition | undefined {
  const [after, skip, rowsBefore, totalCount, ...rest] = Array.isArray(place) ? place : [];
  if (rest.length > 0 || !isTextOrNull(after)) return undefined;
  if (!isCount(skip) || !isCount(rowsBefore) || !isCount(totalCount)) return undefined;
  return { after, skip, rowsBefore, totalCount };
}

function toArray(cursor: string): readonly unknown[] {
  try {
    const parsed = JSON.parse(cursor.length > MAX_LENGTH ? '' : Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function toMark(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
