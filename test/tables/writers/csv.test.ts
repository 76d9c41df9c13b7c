/** Rows as CSV, byte for byte, and read back by a parser that is not ours. */
import { describe, expect, it } from '@jest/globals';
import { parseCsv } from 'hucre/csv';
import type { Row } from '../../../src/tables/column.js';
import { writeCsv } from '../../../src/tables/writers/csv.js';
import { inPages, readBytes, toColumns, toSha256 } from './tables.js';

const COLUMNS = toColumns({ name: 'TEXT', points: 'NUMBER', is_active: 'BOOLEAN', seen_at: 'DATE_TIME' });

async function write(rows: readonly Row[], { bom = false, columns = COLUMNS, rowsPerPage = 2 } = {}): Promise<string> {
  return (await readBytes(writeCsv(columns, inPages(rows, rowsPerPage), { bom }))).toString('utf8');
}

describe('CSV', () => {
  it('is a header, lines that end in CRLF, a dot in numbers, and nothing for null', async () => {
    const text = await write([
      ['Ayşe', 1.5, true, '2026-01-02T03:04:05.000Z'],
      [null, null, null, null],
      ['', -0.25, false, null],
    ]);
    expect(text).toBe(
      'name,points,is_active,seen_at\r\nAyşe,1.5,true,2026-01-02T03:04:05.000Z\r\n,,,\r\n"",-0.25,false,\r\n',
    );
  });

  it('has a header without rows, and a byte order mark where one is asked for', async () => {
    expect(await write([])).toBe('name,points,is_active,seen_at\r\n');
    expect(await write([], { bom: true })).toBe('\uFEFFname,points,is_active,seen_at\r\n');
  });

  it('comes back from another reader as it went in', async () => {
    const texts = ['a,b', 'say "hi"', 'two\nlines', 'two\r\nlines', ' edges ', ',', '"', '""', 'x;y', '\u2028', '😀'];
    const text = await write(texts.map((each) => [each, 1, true, null]));
    const [, ...rows] = parseCsv(text);
    expect(rows.map(([name]) => name)).toEqual(texts);
    expect(text).toContain('\r\n" edges ",1,');
    expect(rows.every((row) => row.length === COLUMNS.length)).toBe(true);
  });

  it('defuses texts and leaves negative numbers numbers', async () => {
    const rows = await write([['=1+1', -5, false, '-1']]);
    expect(rows.split('\r\n')[1]).toBe("'=1+1,-5,false,'-1");
    expect((await write([['\n=cmd|x!A0', 1, true, null]])).split('\r\n')[1]).toBe('"\'\n=cmd|x!A0",1,true,');
  });

  it('keeps a row of one empty cell', async () => {
    const columns = toColumns({ name: 'TEXT' });
    expect(await write([['a'], [null], ['b']], { columns })).toBe('name\r\na\r\n""\r\nb\r\n');
  });

  it('is the same bytes whatever the size of the pages', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index): Row => [`Ğ${index}😀`, index / 7, index % 2 === 0, null]);
    const ofOne = await write(rows, { rowsPerPage: 1 });
    expect(toSha256(Buffer.from(await write(rows, { rowsPerPage: 999 })))).toBe(toSha256(Buffer.from(ofOne)));
    expect(ofOne.split('\r\n')).toHaveLength(5_002);
    expect(ofOne).not.toContain('\uFFFD');
  });

  it.each([
    [[['a', Number.NaN, true, null]], 'expected a finite number, got NaN'],
    [[['a', Number.NEGATIVE_INFINITY, true, null]], 'expected a finite number, got -Infinity'],
    [[['a', 1, true]], 'expected 4 cells, got 3'],
    [[['a', 1, true, null, 'more']], 'expected 4 cells, got 5'],
  ])('refuses %j', async (rows, message) => {
    await expect(write(rows)).rejects.toThrow(message);
  });

  it('asks for a page when the one before is written, and ends the pages when its reader leaves', async () => {
    const asked: string[] = [];
    async function* pages(): AsyncGenerator<readonly Row[]> {
      try {
        for (let page = 0; ; page += 1) {
          asked.push(`page ${page}`);
          yield [['x'.repeat(100_000), 1, true, null]];
        }
      } finally {
        asked.push('ended');
      }
    }
    for await (const chunk of writeCsv(COLUMNS, pages(), { bom: false })) {
      expect(chunk.byteLength).toBeGreaterThan(100_000);
      break;
    }
    expect(asked).toEqual(['page 0', 'ended']);
  });
});
