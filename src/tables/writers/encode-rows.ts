/**
 * Turns pages of rows into bytes of text, for the writers beside this file: a head, a text per row, a tail. Holds one page and one
 * chunk, whatever the number of rows; asks for a page when the one before is written.
 */
import type { Column, Row } from '../column.js';

const CHUNK_LENGTH = 64 * 1024;

export interface RowsText {
  readonly head: string;
  readonly toText: (row: Row) => string;
  readonly tail: string;
}

/** UTF-8. */
export async function* encodeRows(
  pages: AsyncIterable<readonly Row[]>,
  { head, toText, tail }: RowsText,
): AsyncGenerator<Uint8Array> {
  let text = head;
  for await (const page of pages) {
    for (const row of page) {
      text += toText(row);
      if (text.length < CHUNK_LENGTH) continue;
      yield Buffer.from(text);
      text = '';
    }
  }
  text += tail;
  if (text !== '') yield Buffer.from(text);
}

/** A cell too many would be lost, one too few would shift the rest. @throws TypeError */
export function checkRow(row: Row, columns: readonly Column[]): void {
  if (row.length !== columns.length) throw new TypeError(`expected ${columns.length} cells, got ${row.length}`);
}

/** With a dot, in the shortest form that reads back as the same number. @throws RangeError for NaN and infinities */
export function parseNumberText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, got ${value}`);
  return String(value);
}
