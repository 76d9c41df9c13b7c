/**
 * Rows as CSV by RFC 4180: UTF-8, commas, CRLF, a header even without rows, `true`/`false`, numbers with a dot. An empty field is
 * null; an empty text is `""`. Texts that a spreadsheet would run are defused. The quoting is our own: it is one pattern, and the
 * library's does not tell null from an empty text and guards fewer formulas.
 */
import type { Cell, Column, Row } from '../column.js';
import { toSpreadsheetText } from '../defuse.js';
import { checkRow, encodeRows, parseNumberText } from './encode-rows.js';

/** Blanks at the edges as well: some readers drop them where there are no quotes. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

export interface CsvOptions {
  /** A byte order mark, by which Excel knows that this is UTF-8. */
  readonly bom: boolean;
}

export function writeCsv(
  columns: readonly Column[],
  pages: AsyncIterable<readonly Row[]>,
  { bom }: CsvOptions,
): AsyncIterable<Uint8Array> {
  const head = (bom ? '\uFEFF' : '') + toLine(columns.map(({ name }) => name));
  const toText = (row: Row): string => {
    checkRow(row, columns);
    return toLine(row);
  };
  return encodeRows(pages, { head, toText, tail: '' });
}

function toLine(row: Row): string {
  let line = '';
  for (let index = 0; index < row.length; index += 1) {
    if (index > 0) line += ',';
    line += toField(row[index] ?? null);
  }
  // A line without anything is skipped by most readers: a single empty cell would be a row lost.
  return row.length === 1 && line === '' ? '""\r\n' : `${line}\r\n`;
}

function toField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return parseNumberText(cell);
  if (typeof cell === 'boolean') return cell ? 'true' : 'false';
  if (cell === '') return '""';
  const text = toSpreadsheetText(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
