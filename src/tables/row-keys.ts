/**
 * The key of each row: the one that its document names, or one made here for entries that have no id. Made keys are the same
 * whenever the entry tells the same, and are unique, because rows that are alike are numbered in the order in which they come.
 */
import { createHash } from 'node:crypto';
import type { Row } from './column.js';
import { ROW_KEY, type TableColumn } from './table.js';

/** 96 bits. */
const DIGITS = 24;

/** For one list from its beginning, page after page. Remembers 100 bytes or so for each row whose key it made. */
export function createRowKeys(columns: readonly TableColumn[]): (rows: readonly Row[]) => readonly Row[] {
  const keyAt = columns.findIndex(({ name, from }) => name === ROW_KEY && from === 'content');
  if (keyAt < 0) return (rows) => rows;
  const isTold = columns.map((column) => tells(column, columns));
  const timesSeen = new Map<string, number>();
  const toKey = (row: Row) => {
    const told = row.filter((_cell, at) => isTold[at]);
    // Digits only: a spreadsheet must not take a key for a formula, whatever it begins with.
    const digest = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, DIGITS);
    const times = (timesSeen.get(digest) ?? 0) + 1;
    timesSeen.set(digest, times);
    return times === 1 ? digest : `${digest}-${times}`;
  };
  return (rows) => rows.map((row) => row.with(keyAt, toKey(row)));
}

/**
 * Numbers are measured and do not say what was measured. Of what is around an entry only its ids, where it has any: a company or
 * a report that is renamed keeps its keys.
 */
function tells({ name, from, type, level }: TableColumn, columns: readonly TableColumn[]): boolean {
  if (from === 'content' || type === 'INTEGER' || type === 'NUMBER') return false;
  if (from === 'row') return true;
  const hasIds = columns.some((other) => other.level === level && other.from === 'above' && isId(other));
  return hasIds ? isId({ name, type }) : true;
}

/** A global id, or a raw one, which is text to the graph. */
function isId({ name, type }: Pick<TableColumn, 'name' | 'type'>): boolean {
  return type === 'ID' || name.endsWith('_id');
}
