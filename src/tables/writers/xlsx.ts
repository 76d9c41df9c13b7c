/**
 * Sheets of rows as an XLSX workbook, streamed one after another. The library for XLSX streams a single sheet and holds several in
 * memory, so the XML is our own (`workbook.ts`, `worksheet.ts`). Memory does not grow with rows; the same rows are the same bytes,
 * whatever their paging, the day and the time zone.
 */
import type { Column, Row } from '../column.js';
import { createSheetNames } from '../sheet-names.js';
import { createPageSource } from './page-source.js';
import {
  STYLES,
  toContentTypes,
  toCoreProperties,
  toPackageRelations,
  toWorkbook,
  toWorkbookRelations,
} from './workbook.js';
import { encodeWorksheet } from './worksheet.js';
import { streamZip, type ZipPart } from './zip-parts.js';

/** Excel's 1,048,576 without the header. */
const MAX_ROWS_PER_SHEET = 1_048_575;

export interface Sheet {
  /** What it should be called; Excel's rules are applied here, and a second sheet of the same name becomes "Name (2)". */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly pages: AsyncIterable<readonly Row[]>;
}

export interface XlsxOptions {
  /** For the file's properties, and so a part of its bytes. Null: they name no time, and every job's bytes are the same. */
  readonly createdAtMs: number | null;
  /** Rows beyond it go on in another sheet "Name (2)", under the same header. */
  readonly maxRowsPerSheet?: number;
}

/** Without sheets it is a workbook with an empty one, since Excel opens none without. */
export function writeXlsx(sheets: AsyncIterable<Sheet>, options: XlsxOptions): AsyncIterable<Uint8Array> {
  return streamZip(toParts(sheets, options));
}

/** What names the sheets comes last, when their names are known. */
async function* toParts(sheets: AsyncIterable<Sheet>, options: XlsxOptions): AsyncGenerator<ZipPart> {
  const { createdAtMs, maxRowsPerSheet = MAX_ROWS_PER_SHEET } = options;
  const hasCoreProperties = createdAtMs !== null;
  const names: string[] = [];
  yield toPart('_rels/.rels', toPackageRelations({ hasCoreProperties }));
  yield toPart('xl/styles.xml', STYLES);
  for await (const { name, columns, pages } of splitSheets(sheets, maxRowsPerSheet)) {
    names.push(name);
    yield { name: `xl/worksheets/sheet${names.length}.xml`, body: encodeWorksheet(columns, pages) };
  }
  yield toPart('xl/workbook.xml', toWorkbook(names));
  yield toPart('xl/_rels/workbook.xml.rels', toWorkbookRelations(names.length));
  if (createdAtMs !== null) yield toPart('docProps/core.xml', toCoreProperties(createdAtMs));
  yield toPart('[Content_Types].xml', toContentTypes(names.length, { hasCoreProperties }));
}

/** The sheets as they will stand in the file: none too long, each under its final name, at least one. */
async function* splitSheets(sheets: AsyncIterable<Sheet>, maxRows: number): AsyncGenerator<Sheet> {
  const names = createSheetNames();
  let count = 0;
  for await (const { name, columns, pages } of sheets) {
    const source = createPageSource(pages);
    try {
      do {
        count += 1;
        yield { name: names.take(name), columns, pages: source.take(maxRows) };
      } while (await source.hasMore());
    } finally {
      await source.close();
    }
  }
  if (count === 0) yield { name: names.take(''), columns: [], pages: createPageSource(noPages()).take(0) };
}

async function* noPages(): AsyncGenerator<readonly Row[]> {}

function toPart(name: string, text: string): ZipPart {
  return { name, body: toBody(text) };
}

async function* toBody(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
