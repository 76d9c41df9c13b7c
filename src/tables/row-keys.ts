/**
 * The key of each row: the one that its document names, or one made here for entries that have no id. Made keys are the same
 * whenever the entry tells the same, and are unique, because equal rows are numbered in the order in which they come.
 */
import { createHash } from 'node:crypto';
import type { Row } from './column.js';
import { ROW_KEY, type TableColumn } from './table.js';

/** For one list from its beginning, page after page. Remembers 100 bytes or so for each row whose key it made. */
export function createRowKeys(columns: readonly TableColumn[]): (rows: readonly Row[]) => readonly Row[] {
  const keyAt = columns.findIndex(({ name, from }) => name === ROW_KEY && from === 'content');
  if (keyAt < 0) return (rows) => rows;
  // Of what is around the list only the ids: a company that is renamed keeps its keys.
  const isTold = columns.map(({ from, type }) => from === 'row' || (from === 'above' && type === 'ID'));
  const timesSeen = new Map<string, number>();
  const toKey = (row: Row) => {
    const told = row.filter((_cell, at) => isTold[at]);
    const digest = createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 16);
    const times = (timesSeen.get(digest) ?? 0) + 1;
    timesSeen.set(digest, times);
    return times === 1 ? digest : `${digest}-${times}`;
  };
  return (rows) => rows.map((row) => row.with(keyAt, toKey(row)));
}
