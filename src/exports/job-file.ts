/**
 * What a job's file is: its name, its kind, and its bytes as a stream over the parts that were kept. The same parts give the same
 * bytes, on any day and on any server: order is the parts' position, times are the job's own. A file that lacks companies says so
 * in its name, and an XLSX in a sheet as well.
 */
import type { Column, Row } from '../tables/column.js';
import { createFileNames } from '../tables/file-names.js';
import { writeCsv } from '../tables/writers/csv.js';
import { writeNdjson } from '../tables/writers/ndjson.js';
import { type Sheet, writeXlsx } from '../tables/writers/xlsx.js';
import { isWithoutFile, toArchive } from './archive.js';
import { toCoverageSheet } from './coverage-sheet.js';
import type { ExportFormat, ExportJobRow, ExportKind, ExportPart } from './job.js';

export interface JobFileSource {
  readonly job: ExportJobRow;
  /** All of them, by position. */
  readonly parts: readonly ExportPart[];
  readonly columns: readonly Column[];
  readonly readRows: (part: ExportPart) => AsyncIterable<readonly Row[]>;
  readonly readBytes: (part: ExportPart) => AsyncIterable<Uint8Array>;
}

export interface JobFile {
  readonly name: string;
  readonly mediaType: string;
  readonly rows: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Null where there is nothing to write: Keepnet has no PDF of an empty table. */
export function toJobFile(source: JobFileSource): JobFile | null {
  const { job, parts } = source;
  const done = parts.filter(({ state }) => state === 'SUCCEEDED');
  const rows = done.reduce((sum, part) => sum + part.rows, 0);
  if (job.request.layout === 'ONE_FILE_PER_COMPANY') {
    return { ...toNameAndType(source, 'zip'), rows, body: toArchive(source, (part) => toCompanyBody(source, part)) };
  }
  const extension = FORMATS[job.request.format].extension;
  if (job.request.source === 'BUILT') return { ...toNameAndType(source, extension), rows, body: toTable(source, done) };
  const [only] = done;
  if (only === undefined && job.request.format !== 'PDF') {
    return { ...toNameAndType(source, extension), rows, body: toTable(source, done) };
  }
  if (only === undefined || isWithoutFile(job, only)) return null;
  return { ...toNameAndType(source, extension), rows, body: source.readBytes(only) };
}

export const FORMATS: Readonly<Record<ExportFormat, { readonly extension: string; readonly mediaType: string }>> = {
  CSV: { extension: 'csv', mediaType: 'text/csv; charset=utf-8' },
  XLSX: { extension: 'xlsx', mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
  NDJSON: { extension: 'ndjson', mediaType: 'application/x-ndjson' },
  PDF: { extension: 'pdf', mediaType: 'application/pdf' },
};

const KIND_NAMES: Readonly<Record<ExportKind, string>> = {
  LEADERBOARD: 'leaderboard',
  USER_TIMELINE: 'user-timeline',
  TARGET_USERS: 'target-users',
  COMPANIES: 'companies',
};

/** `leaderboard-2026-11-21.csv`; with the company where there is one only; `keepnet-original` where the bytes are Keepnet's. */
function toNameAndType({ job, parts }: JobFileSource, extension: string) {
  const [only, second] = parts;
  const words = [
    KIND_NAMES[job.request.kind],
    only !== undefined && second === undefined && only.companyId !== '*' ? only.companyName : '',
    new Date(job.createdAtMs).toISOString().slice(0, 10),
    job.request.source === 'KEEPNET_FILE' ? 'keepnet-original' : '',
    parts.every(({ state }) => state === 'SUCCEEDED') ? '' : 'partial',
  ];
  const name = createFileNames().take(words.filter((word) => word !== '').join('-'), extension);
  return { name, mediaType: extension === 'zip' ? 'application/zip' : FORMATS[job.request.format].mediaType };
}

function toCompanyBody(source: JobFileSource, part: ExportPart): AsyncIterable<Uint8Array> {
  if (source.job.request.source === 'KEEPNET_FILE') return source.readBytes(part);
  return toBytes(source, part.companyName, source.readRows(part));
}

function toTable(source: JobFileSource, done: readonly ExportPart[]): AsyncIterable<Uint8Array> {
  const { format, layout, kind } = source.job.request;
  if (format === 'XLSX') {
    const sheets = layout === 'ONE_SHEET_PER_COMPANY' && done.length > 0 ? toCompanySheets : toCombinedSheet;
    return writeXlsx(sheets(source, done), { createdAtMs: source.job.createdAtMs });
  }
  return toBytes(source, KIND_NAMES[kind], readAll(source, done));
}

function toBytes(source: JobFileSource, name: string, pages: AsyncIterable<readonly Row[]>): AsyncIterable<Uint8Array> {
  const { job, columns } = source;
  if (job.request.format === 'CSV') return writeCsv(columns, pages, { bom: job.request.bom });
  if (job.request.format === 'NDJSON') return writeNdjson(columns, pages);
  if (job.request.format === 'XLSX') {
    return writeXlsx(oneSheet({ name, columns, pages }), { createdAtMs: job.createdAtMs });
  }
  throw new Error('a PDF cannot be built from rows');
}

async function* oneSheet(sheet: Sheet): AsyncGenerator<Sheet> {
  yield sheet;
}

async function* toCombinedSheet(source: JobFileSource, done: readonly ExportPart[]): AsyncGenerator<Sheet> {
  const { job, columns, parts } = source;
  yield { name: KIND_NAMES[job.request.kind], columns, pages: readAll(source, done) };
  yield* toCoverageSheet(parts);
}

async function* toCompanySheets(source: JobFileSource, done: readonly ExportPart[]): AsyncGenerator<Sheet> {
  for (const part of done) yield { name: part.companyName, columns: source.columns, pages: source.readRows(part) };
  yield* toCoverageSheet(source.parts);
}

async function* readAll(source: JobFileSource, done: readonly ExportPart[]): AsyncGenerator<readonly Row[]> {
  for (const part of done) yield* source.readRows(part);
}
