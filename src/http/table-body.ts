/**
 * Rows as the bytes of an answer: written in their format, compressed where the client can read that, no faster than he reads.
 * Promises that a failure, or a reader who has stopped reading, ends the answer abnormally: what was sent until then never looks
 * whole.
 */
import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Column, Row } from '../tables/column.js';
import { writeCsv } from '../tables/writers/csv.js';
import { writeNdjson } from '../tables/writers/ndjson.js';
import { writeXlsx } from '../tables/writers/xlsx.js';
import { acceptsEncoding } from './accepts-encoding.js';
import type { TableFormat } from './table-request.js';
import { type WatchedParts, watchBody } from './watch-body.js';

export type StreamedFormat = Exclude<TableFormat, 'json'>;

export const MEDIA_TYPES: Readonly<Record<TableFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export interface TableRows {
  /** Of the table; the name of the sheet. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly pages: AsyncIterable<readonly Row[]>;
}

export function writeRows(
  format: StreamedFormat,
  rows: TableRows,
  { bom }: { bom: boolean },
): AsyncIterable<Uint8Array> {
  switch (format) {
    case 'csv':
      return writeCsv(rows.columns, rows.pages, { bom });
    case 'ndjson':
      return writeNdjson(rows.columns, rows.pages);
    case 'xlsx':
      return writeXlsx(toSheets(rows), { createdAtMs: null });
  }
}

async function* toSheets(rows: TableRows) {
  yield rows;
}

export interface BodyParts extends WatchedParts {
  /** When the last byte is on its way. */
  onWhole(): void;
}

/** Sets the header `content-encoding` where it compresses. */
export function toBody(bytes: AsyncIterable<Uint8Array>, format: StreamedFormat, parts: BodyParts): Readable {
  const source = Readable.from(watchBody(tellWhole(bytes, parts.onWhole), parts), { objectMode: false });
  // The parts of a workbook are compressed already.
  if (format === 'xlsx' || !acceptsEncoding(parts.request.headers['accept-encoding'] ?? '', 'gzip')) return source;
  parts.reply.header('content-encoding', 'gzip');
  // Each chunk goes out at once: whoever waits for the first rows should not wait for a full buffer.
  return pipeline(source, createGzip({ flush: constants.Z_SYNC_FLUSH }), () => undefined);
}

/** Whoever leaves early never hears of it. */
async function* tellWhole(bytes: AsyncIterable<Uint8Array>, onWhole: () => void) {
  yield* bytes;
  onWhole();
}
