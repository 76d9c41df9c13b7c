/**
 * A million rows of ten columns through each writer into a file, as an export writes them: rows a second, size, and by how much the
 * process grew. Prints one JSON line per format. `node --import @swc-node/register/esm-register bench/table-writers.ts [rows] [format]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFile } from '../src/exports/files.js';
import { readRowSpool, writeRowSpool } from '../src/exports/row-spool.js';
import type { Column, Row } from '../src/tables/column.js';
import { writeCsv } from '../src/tables/writers/csv.js';
import { writeNdjson } from '../src/tables/writers/ndjson.js';
import { type Sheet, writeXlsx } from '../src/tables/writers/xlsx.js';

const ROWS_PER_PAGE = 500;
const never = new AbortController().signal;

const TYPES = {
  user_id: 'ID',
  email: 'TEXT',
  full_name: 'TEXT',
  department: 'TEXT',
  phishing_score: 'INTEGER',
  risk: 'NUMBER',
  is_active: 'BOOLEAN',
  hired_on: 'DATE',
  last_seen_at: 'DATE_TIME',
  comment: 'TEXT',
} as const;
const columns: readonly Column[] = Object.entries(TYPES).map(([name, type]) => ({
  name,
  type,
  description: '',
  isNullable: true,
}));

async function* makePages(rowCount: number): AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rowCount; start += ROWS_PER_PAGE) {
    const length = Math.min(ROWS_PER_PAGE, rowCount - start);
    yield Array.from({ length }, (_, index) => makeRow(start + index));
  }
}

function makeRow(number: number): Row {
  const email = `user.${number}@company-${number % 97}.example`;
  const seenAt = new Date(1_700_000_000_000 + number * 1_000).toISOString();
  const comment = number % 3 === 0 ? null : `Şüpheli "bağlantı", ${number}`;
  return [
    makeId(number),
    email,
    `Ayşe Çağlar ${number}`,
    `Department ${number % 40}`,
    number % 100,
    -(number % 1_000) / 7,
    number % 2 === 0,
    '2024-02-29',
    seenAt,
    comment,
  ];
}

/** Like Keepnet's: 24 characters that do not repeat, so that they cost the compression what real ones do. */
function makeId(number: number): string {
  const toWord = (factor: number): string => (Math.imul(number + 1, factor) >>> 0).toString(16).padStart(8, '0');
  return toWord(2_654_435_761) + toWord(2_246_822_519) + toWord(3_266_489_917);
}

async function* toSheet(rowCount: number): AsyncGenerator<Sheet> {
  yield { name: 'Users', columns, pages: makePages(rowCount) };
}

async function* readBack(directory: string, name: string, rowCount: number): AsyncGenerator<Uint8Array> {
  let rows = 0;
  for await (const page of readRowSpool(directory, name)) rows += page.length;
  if (rows !== rowCount) throw new Error(`expected ${rowCount} rows, got ${rows}`);
  yield Buffer.from('read');
}

const FORMATS: Record<string, (directory: string, rowCount: number) => Promise<{ bytes: number }>> = {
  csv: (directory, rowCount) =>
    writeFile(directory, 'a.csv', writeCsv(columns, makePages(rowCount), { bom: true }), never),
  ndjson: (directory, rowCount) => writeFile(directory, 'a.ndjson', writeNdjson(columns, makePages(rowCount)), never),
  xlsx: (directory, rowCount) =>
    writeFile(directory, 'a.xlsx', writeXlsx(toSheet(rowCount), { createdAtMs: null }), never),
  'spool, written': (directory, rowCount) => writeRowSpool(directory, 'a.rows', makePages(rowCount), { signal: never }),
  'spool, read': (directory, rowCount) => writeFile(directory, 'b.txt', readBack(directory, 'a.rows', rowCount), never),
};

async function measure(format: string, directory: string, rowCount: number): Promise<void> {
  const startRss = process.memoryUsage.rss();
  let peakRss = startRss;
  const watching = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }, 50);
  const startMs = performance.now();
  const written = await FORMATS[format]?.(directory, rowCount);
  const seconds = (performance.now() - startMs) / 1000;
  clearInterval(watching);
  const rssGrowthMb = Math.round((peakRss - startRss) / 1e6);
  const rowsPerSecond = Math.round(rowCount / seconds);
  console.log(JSON.stringify({ format, rows: rowCount, rowsPerSecond, bytes: written?.bytes, rssGrowthMb }));
}

const rowCount = Number(process.argv[2] ?? 1_000_000);
const directory = await mkdtemp(join(tmpdir(), 'table-writers-'));
try {
  const formats = process.argv[3] === undefined ? Object.keys(FORMATS) : [process.argv[3]];
  for (const format of formats) await measure(format, directory, rowCount);
} finally {
  await rm(directory, { recursive: true });
}
