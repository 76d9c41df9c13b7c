/** What the writers' tests share: columns, rows in pages of any size, and the bytes of a stream. */
import { createHash } from 'node:crypto';
import type { Column, ColumnType, Row } from '../../../src/tables/column.js';

export function toColumns(types: Readonly<Record<string, ColumnType>>): Column[] {
  return Object.entries(types).map(([name, type]) => ({ name, type, description: '', isNullable: true }));
}

export async function* inPages(rows: readonly Row[], rowsPerPage = 2): AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += rowsPerPage) yield rows.slice(start, start + rowsPerPage);
}

export async function* each<Item>(...items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

export async function readBytes(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function toSha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
