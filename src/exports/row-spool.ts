/**
 * The rows of one finished part, kept on disk until the job's files are made: lines of JSON, each the cells of a row, lightly
 * compressed. Writing promises what `files.ts` does; reading holds one page, and a damaged file is an error, never fewer rows.
 */
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Row } from '../tables/column.js';
import { encodeRows } from '../tables/writers/encode-rows.js';
import { openFile, type WrittenFile, writeFile } from './files.js';

const ROWS_PER_PAGE = 1_000;
const CHUNK_BYTES = 64 * 1024;
/** The quickest: rows repeat themselves, and are read once and soon. */
const COMPRESSION_LEVEL = 1;

export interface SpooledRows extends WrittenFile {
  readonly rows: number;
}

export interface SpoolOptions {
  readonly signal: AbortSignal;
  /** As the file grows: by how many bytes. */
  readonly onBytes?: (bytes: number) => void;
}

/** @throws what `writeFile` and the pages throw */
export async function writeRowSpool(
  directory: string,
  name: string,
  pages: AsyncIterable<readonly Row[]>,
  { signal, onBytes }: SpoolOptions,
): Promise<SpooledRows> {
  let rows = 0;
  const toText = (row: Row): string => {
    rows += 1;
    return `${JSON.stringify(row)}\n`;
  };
  const lines = encodeRows(pages, { head: '', toText, tail: '' });
  const packed = transform(Readable.from(lines), createGzip({ level: COMPRESSION_LEVEL, chunkSize: CHUNK_BYTES }));
  const written = await writeFile(directory, name, tellBytes(packed, onBytes), signal);
  return { ...written, rows };
}

/** In the order in which they were written. @throws AppError EXPORT_NOT_FOUND, Error where the file is damaged */
export async function* readRowSpool(directory: string, name: string): AsyncGenerator<readonly Row[]> {
  const file = await openFile(directory, name);
  const decoder = new TextDecoder();
  let page: Row[] = [];
  let rest = '';
  for await (const chunk of transform(file.read(), createGunzip({ chunkSize: CHUNK_BYTES }))) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      page.push(JSON.parse(line) as Row);
      if (page.length < ROWS_PER_PAGE) continue;
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

async function* transform(source: Readable, transformer: Transform): AsyncGenerator<Uint8Array> {
  // Its failure reaches the loop below through the transformer, which it destroys.
  const flowing = pipeline(source, transformer).catch(() => {});
  try {
    for await (const chunk of transformer) yield chunk as Uint8Array;
  } finally {
    transformer.destroy();
    await flowing;
  }
}

/** The bytes as they come, each chunk told first. */
export async function* tellBytes(
  body: AsyncIterable<Uint8Array>,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    onBytes?.(chunk.byteLength);
    yield chunk;
  }
}
