/**
 * One worksheet of an XLSX file as XML: a bold, frozen header, then typed cells. Dates are real dates, texts stand in their cells and
 * are never formulas; null is no cell. A date that is none, or that Excel cannot count (before March 1900), stays a text.
 */
import type { Cell, Column, ColumnType, Row } from '../column.js';
import { cutText } from '../cut-text.js';
import { toSpreadsheetText } from '../defuse.js';
import { checkRow, encodeRows, parseNumberText } from './encode-rows.js';
import { DATE_STYLE, DATE_TIME_STYLE, HEADER_STYLE } from './workbook.js';
import { toXmlText } from './xml-text.js';

/** Excel repairs, which means empties, a file with a longer cell. */
const MAX_CELL_LENGTH = 32_767;
const CUT_MARK = ' […]';
const KEEPS_BLANKS = /^\s|\s$|[\t\r\n]|\s\s/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z$/;
const DAY_MS = 86_400_000;
/** Excel's number of 1970-01-01. */
const EPOCH_DAY = 25_569;
/** 1900-03-01. Before it Excel counts a 29 February that never was. */
const FIRST_SOUND_DAY = 61;
const WIDTHS: Readonly<Record<ColumnType, number>> = {
  TEXT: 30,
  ID: 26,
  INTEGER: 12,
  NUMBER: 12,
  BOOLEAN: 10,
  DATE: 12,
  DATE_TIME: 20,
};

/** Texts above 32,767 characters are cut and end with `[…]`. @throws TypeError, RangeError for rows that are none */
export function encodeWorksheet(
  columns: readonly Column[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncIterable<Uint8Array> {
  const letters = columns.map((_, index) => toLetters(index));
  let rowNumber = 1;
  const toText = (row: Row): string => {
    checkRow(row, columns);
    rowNumber += 1;
    let cells = '';
    for (let index = 0; index < letters.length; index += 1) {
      cells += toCell(row[index] ?? null, `r="${letters[index]}${rowNumber}"`, columns[index]?.type);
    }
    return `<row r="${rowNumber}">${cells}</row>`;
  };
  return encodeRows(pages, { head: toHead(columns, letters), toText, tail: '</sheetData></worksheet>' });
}

function toHead(columns: readonly Column[], letters: readonly string[]): string {
  const header = columns.map(({ name }, index) => toTextCell(name, `r="${letters[index]}1" s="${HEADER_STYLE}"`));
  const widths = columns.map(({ name, type }, index) => {
    const width = Math.max(WIDTHS[type], Math.min(name.length + 3, 60));
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">' +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `${widths.length === 0 ? '' : `<cols>${widths.join('')}</cols>`}<sheetData><row r="1">${header.join('')}</row>`
  );
}

/** 0 → A, 25 → Z, 26 → AA. */
function toLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : toLetters(Math.floor(index / 26) - 1) + last;
}

function toCell(cell: Cell, place: string, type: ColumnType | undefined): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c ${place}><v>${parseNumberText(cell)}</v></c>`;
  if (typeof cell === 'boolean') return `<c ${place} t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (type !== 'DATE' && type !== 'DATE_TIME') return toTextCell(cell, place);
  const day = toExcelDay(cell, type);
  if (day === null) return toTextCell(cell, place);
  return `<c ${place} s="${type === 'DATE' ? DATE_STYLE : DATE_TIME_STYLE}"><v>${day}</v></c>`;
}

function toTextCell(text: string, place: string): string {
  const written = toXmlText(fitCell(toSpreadsheetText(text)));
  const space = KEEPS_BLANKS.test(written) ? ' xml:space="preserve"' : '';
  return `<c ${place} t="inlineStr"><is><t${space}>${written}</t></is></c>`;
}

function fitCell(text: string): string {
  if (text.length <= MAX_CELL_LENGTH) return text;
  return cutText(text, MAX_CELL_LENGTH - CUT_MARK.length) + CUT_MARK;
}

/** Days since Excel's zero, with the time as a fraction; null for what is not a date that Excel can hold. */
function toExcelDay(text: string, type: 'DATE' | 'DATE_TIME'): number | null {
  if (!(type === 'DATE' ? DAY : INSTANT).test(text)) return null;
  const epochMs = Date.parse(text);
  // 30 February is read as 2 March.
  if (Number.isNaN(epochMs) || new Date(epochMs).getUTCDate() !== Number(text.slice(8, 10))) return null;
  const day = epochMs / DAY_MS + EPOCH_DAY;
  return day < FIRST_SOUND_DAY ? null : day;
}
