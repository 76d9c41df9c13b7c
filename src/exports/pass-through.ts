/**
 * Files of Keepnet's own, which are handed on as they came: what they must be before they are kept, and what stands in for one
 * that Keepnet does not make, because it makes none of an empty table.
 */
import { AppError } from '../errors.js';
import type { Column, Row } from '../tables/column.js';
import { writeCsv } from '../tables/writers/csv.js';
import { writeXlsx } from '../tables/writers/xlsx.js';
import type { KeepnetFile } from './exports.js';
import type { ExportJobRow } from './job.js';

/**
 * The bytes to keep: Keepnet's, or a header row of our own where the table is empty. Of an empty PDF there is nothing.
 * Rejects with AppError UPSTREAM_BAD_RESPONSE where the file is of another kind than was asked for.
 */
export async function* toKeptBody(
  file: KeepnetFile | null,
  job: ExportJobRow,
  columns: readonly Column[],
): AsyncGenerator<Uint8Array> {
  if (file === null) return yield* toEmptyTable(job, columns);
  const wanted = job.request.format.toLowerCase();
  for await (const bytes of file.body) {
    // Told here, not before the loop: leaving the loop lets go of the socket.
    if (file.extension !== wanted) {
      throw new AppError('UPSTREAM_BAD_RESPONSE', `Keepnet sent a ${file.extension} file, expected ${wanted}.`);
    }
    yield bytes;
  }
}

function toEmptyTable({ request, createdAtMs }: ExportJobRow, columns: readonly Column[]): AsyncIterable<Uint8Array> {
  if (request.format === 'CSV') return writeCsv(columns, noRows(), { bom: request.bom });
  if (request.format === 'XLSX') return writeXlsx(oneSheet(columns), { createdAtMs });
  return noBytes();
}

async function* noRows(): AsyncGenerator<readonly Row[]> {}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

async function* oneSheet(columns: readonly Column[]) {
  yield { name: 'Sheet1', columns, pages: noRows() };
}
