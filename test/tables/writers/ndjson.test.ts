/** Rows as NDJSON. */
import { describe, expect, it } from '@jest/globals';
import type { Row } from '../../../src/tables/column.js';
import { writeNdjson } from '../../../src/tables/writers/ndjson.js';
import { inPages, readBytes, toColumns } from './tables.js';

const COLUMNS = toColumns({ name: 'TEXT', points: 'NUMBER', is_active: 'BOOLEAN' });

async function write(rows: readonly Row[]): Promise<string> {
  return (await readBytes(writeNdjson(COLUMNS, inPages(rows)))).toString('utf8');
}

describe('NDJSON', () => {
  it('is an object per line, with every key, in the order of the columns', async () => {
    expect(
      await write([
        ['Ayşe', 1.5, true],
        [null, null, null],
        ['', -5, false],
      ]),
    ).toBe(
      '{"name":"Ayşe","points":1.5,"is_active":true}\n' +
        '{"name":null,"points":null,"is_active":null}\n' +
        '{"name":"","points":-5,"is_active":false}\n',
    );
  });

  it('keeps texts as they are, each on its line', async () => {
    const texts = ['=1+1', 'two\r\nlines', '\0', '"', '\u2028', '😀'];
    const lines = (await write(texts.map((text) => [text, 1, true]))).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(texts);
  });

  it('is nothing without rows', async () => {
    expect(await write([])).toBe('');
  });

  it('refuses what JSON would turn into null, and rows that are not of the table', async () => {
    await expect(write([['a', Number.POSITIVE_INFINITY, true]])).rejects.toThrow('expected a finite number');
    await expect(write([['a', 1]])).rejects.toThrow('expected 3 cells, got 2');
  });
});
