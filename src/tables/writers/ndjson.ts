/**
 * Rows as NDJSON: one object per line, its keys in the order of the columns, every key there. Texts are as they came; no rows are no
 * lines.
 */
import type { Cell, Column, Row } from '../column.js';
import { checkRow, encodeRows, parseNumberText } from './encode-rows.js';

export function writeNdjson(
  columns: readonly Column[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncIterable<Uint8Array> {
  const keys = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const toText = (row: Row): string => {
    checkRow(row, columns);
    let line = '';
    for (let index = 0; index < keys.length; index += 1) line += keys[index] + toJson(row[index] ?? null);
    return line === '' ? '{}\n' : `${line}}\n`;
  };
  return encodeRows(pages, { head: '', toText, tail: '' });
}

function toJson(cell: Cell): string {
  return typeof cell === 'number' ? parseNumberText(cell) : JSON.stringify(cell);
}
