/** Rows as XLSX, read back by a reader that is not ours, and looked at as XML where a reader would forgive. */
import { describe, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import readXlsxFile from 'read-excel-file/node';
import type { Column, Row } from '../../../src/tables/column.js';
import { type Sheet, writeXlsx } from '../../../src/tables/writers/xlsx.js';
import { each, inPages, readBytes, toColumns, toSha256 } from './tables.js';

const COLUMNS = toColumns({
  user_id: 'ID',
  name: 'TEXT',
  clicks: 'INTEGER',
  risk: 'NUMBER',
  is_active: 'BOOLEAN',
  hired_on: 'DATE',
  seen_at: 'DATE_TIME',
});
const HEADER = COLUMNS.map(({ name }) => name);
const NAMES = toColumns({ name: 'TEXT' });
const WITHOUT_TIME = { createdAtMs: null };

function toSheet(name: string, rows: readonly Row[], columns: readonly Column[] = COLUMNS, rowsPerPage = 2): Sheet {
  return { name, columns, pages: inPages(rows, rowsPerPage) };
}

function write(...sheets: readonly Sheet[]): Promise<Buffer> {
  return readBytes(writeXlsx(each(...sheets), WITHOUT_TIME));
}

async function readXml(bytes: Uint8Array, part: string): Promise<string> {
  return strFromU8(unzipSync(bytes)[part] ?? new Uint8Array());
}

/** The texts of a sheet with one column, by the other reader. */
async function readNames(texts: readonly (string | null)[]): Promise<unknown[]> {
  const bytes = await write(
    toSheet(
      'Names',
      texts.map((text) => [text]),
      NAMES,
    ),
  );
  const [sheet] = await readXlsxFile(bytes, { trim: false });
  return (sheet?.data ?? []).slice(1).map(([text]) => text);
}

describe('XLSX', () => {
  it('has typed cells: numbers, truth values, real dates, texts', async () => {
    const rows: Row[] = [
      ['00123', 'Ayşe Çağlar', 3, -0.5, true, '2024-02-29', '2026-01-02T03:04:05.250Z'],
      ['b', '', 0, 1e21, false, '1999-12-31', '2026-06-01T00:00:00Z'],
      [null, 'last', null, null, null, null, null],
    ];
    const [sheet] = await readXlsxFile(await write(toSheet('Users', rows)));
    expect(sheet?.data).toEqual([
      HEADER,
      ['00123', 'Ayşe Çağlar', 3, -0.5, true, new Date('2024-02-29'), new Date('2026-01-02T03:04:05.250Z')],
      ['b', null, 0, 1e21, false, new Date('1999-12-31'), new Date('2026-06-01')],
      [null, 'last', null, null, null, null, null],
    ]);
  });

  it.each(['2026-02-30', '1899-12-31', '1900-02-28', '2026-1-2', 'soon', '=1'])(
    'leaves %j, no date of Excel, a text',
    async (text) => {
      const bytes = await write(toSheet('Dates', [[text]], toColumns({ day: 'DATE' })));
      const [sheet] = await readXlsxFile(bytes);
      expect(sheet?.data[1]).toEqual([text === '=1' ? "'=1" : text]);
    },
  );

  it('has no formulas: texts are defused, numbers stay', async () => {
    const bytes = await write(toSheet('Users', [['=1+1', '\t@x', -5, null, null, null, null]]));
    const [sheet] = await readXlsxFile(bytes, { trim: false });
    expect(sheet?.data[1]?.slice(0, 3)).toEqual(["'=1+1", "'\t@x", -5]);
    expect(await readXml(bytes, 'xl/worksheets/sheet1.xml')).not.toMatch(/<f[ >]/);
  });

  it('brings texts back as they went in', async () => {
    const texts = ['<b> & "c"', ' edges ', 'two\nlines', 'tab\there', '😀', "it's", 'two  blanks', ']]>', '&amp;'];
    expect(await readNames(texts)).toEqual(texts);
    const bytes = await write(toSheet('Names', [[' edges '], ['plain text']], NAMES));
    const xml = await readXml(bytes, 'xl/worksheets/sheet1.xml');
    expect(xml).toContain('<t xml:space="preserve"> edges </t>');
    expect(xml).toContain('<t>plain text</t>');
  });

  it('escapes what Excel or XML would read otherwise, and shows U+FFFD for what XML cannot hold', async () => {
    const bytes = await write(toSheet('Names', [['a\rb'], ['_x0041_'], ['_xyz'], ['a\0b\uD800c']], NAMES));
    const xml = await readXml(bytes, 'xl/worksheets/sheet1.xml');
    for (const text of ['a&#13;b', '_x005F_x0041_', '_xyz', 'a�b�c']) expect(xml).toContain(`>${text}</t>`);
  });

  it('cuts a text that is longer than a cell, and says so', async () => {
    const [whole, cut, pair] = await readNames(['a'.repeat(32_767), 'b'.repeat(32_768), `${'c'.repeat(32_762)}😀😀😀`]);
    expect(whole).toBe('a'.repeat(32_767));
    expect(cut).toBe(`${'b'.repeat(32_763)} […]`);
    expect(pair).toBe(`${'c'.repeat(32_762)} […]`);
  });

  it('has a bold, frozen header, columns wide enough, and a header without rows', async () => {
    const bytes = await write(toSheet('Empty', []));
    expect((await readXlsxFile(bytes))[0]?.data).toEqual([HEADER]);
    const xml = await readXml(bytes, 'xl/worksheets/sheet1.xml');
    expect(xml).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect(xml).toContain('<c r="A1" s="1" t="inlineStr">');
    expect(xml.match(/<col [^>]*width="\d+"/g)).toHaveLength(COLUMNS.length);
    expect(await readXml(bytes, 'xl/styles.xml')).toContain('<font><b/>');
  });

  it('names cells beyond column Z as Excel does', async () => {
    const columns = toColumns(Object.fromEntries(Array.from({ length: 703 }, (_, index) => [`c${index}`, 'INTEGER'])));
    const bytes = await write(toSheet('Wide', [columns.map((_, index) => index)], columns));
    const xml = await readXml(bytes, 'xl/worksheets/sheet1.xml');
    for (const cell of ['Z2"><v>25<', 'AA2"><v>26<', 'ZZ2"><v>701<', 'AAA2"><v>702<']) expect(xml).toContain(cell);
  });
});

describe('a workbook', () => {
  it('has its sheets in order, under names that Excel takes', async () => {
    const names = ['Şişecam İnşaat Ticaret ve Sanayi Anonim Şirketi', 'a/b', 'A:B', 'R&D "x"'];
    const sheets = await readXlsxFile(await write(...names.map((name) => toSheet(name, [[name]], NAMES))));
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Şişecam İnşaat Ticaret ve Sanay', 'a-b', 'A-B (2)', 'R&D "x"']);
    expect(sheets.map(({ data }) => data[1])).toEqual(names.map((name) => [name]));
  });

  it('goes on in another sheet, under the same header, when one is full', async () => {
    const rows = Array.from({ length: 7 }, (_, index): Row => [`user ${index}`]);
    const sheets = [
      toSheet('Acme', rows, NAMES),
      toSheet('Exact', rows.slice(0, 3), NAMES),
      toSheet('None', [], NAMES),
    ];
    const bytes = await readBytes(writeXlsx(each(...sheets), { ...WITHOUT_TIME, maxRowsPerSheet: 3 }));
    const read = (await readXlsxFile(bytes)).map(({ sheet, data }) => [sheet, data.flat()]);
    expect(read).toEqual([
      ['Acme', ['name', 'user 0', 'user 1', 'user 2']],
      ['Acme (2)', ['name', 'user 3', 'user 4', 'user 5']],
      ['Acme (3)', ['name', 'user 6']],
      ['Exact', ['name', 'user 0', 'user 1', 'user 2']],
      ['None', ['name']],
    ]);
  });

  it('has an empty sheet where there is none', async () => {
    const sheets = await readXlsxFile(await write());
    expect(sheets).toEqual([{ sheet: 'Sheet', data: [] }]);
  });

  it('names every part that it has, and no other', async () => {
    const bytes = await readBytes(writeXlsx(each(toSheet('A', []), toSheet('B', [])), { createdAtMs: 0 }));
    const parts = Object.keys(unzipSync(bytes));
    const named = [...(await readXml(bytes, '[Content_Types].xml')).matchAll(/PartName="\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(named.toSorted()).toEqual(parts.filter((part) => !/rels$|Content_Types/.test(part)).toSorted());
    const targets = [...(await readXml(bytes, 'xl/_rels/workbook.xml.rels')).matchAll(/Target="([^"]+)"/g)];
    expect(targets.map(([, target]) => `xl/${target}`)).toEqual([
      'xl/worksheets/sheet1.xml',
      'xl/worksheets/sheet2.xml',
      'xl/styles.xml',
    ]);
    expect(await readXml(bytes, 'docProps/core.xml')).toContain('>1970-01-01T00:00:00.000Z<');
    const without = await write(toSheet('A', []));
    expect(await readXml(without, '[Content_Types].xml')).not.toContain('core.xml');
    expect(await readXml(without, '_rels/.rels')).not.toContain('core.xml');
  });

  it('is the same bytes whatever the size of the pages', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index): Row => [`Ğ${index}😀`]);
    const [first, second] = [await write(toSheet('A', rows, NAMES, 1)), await write(toSheet('A', rows, NAMES, 700))];
    expect(toSha256(second)).toBe(toSha256(first));
    expect((await readXlsxFile(first))[0]?.data).toHaveLength(3_001);
  });

  it('ends with the error of a page', async () => {
    async function* pages(): AsyncGenerator<readonly Row[]> {
      yield [['first']];
      throw new Error('the page did not come');
    }
    await expect(write({ name: 'A', columns: NAMES, pages: pages() })).rejects.toThrow('the page did not come');
  });

  it('ends its pages when a row is wrong or the reader leaves', async () => {
    const told: string[] = [];
    async function* pages(row: Row): AsyncGenerator<readonly Row[]> {
      try {
        told.push('pages begin');
        for (;;) yield [row];
      } finally {
        told.push('pages end');
      }
    }
    await expect(write({ name: 'A', columns: NAMES, pages: pages([1, 2]) })).rejects.toThrow('expected 1 cells, got 2');
    expect(told.splice(0)).toEqual(['pages begin', 'pages end']);
    const sheets = each({ name: 'A', columns: NAMES, pages: pages(['a'.repeat(10_000)]) });
    for await (const chunk of writeXlsx(sheets, WITHOUT_TIME)) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      if (told.length > 0) break;
    }
    expect(told).toEqual(['pages begin', 'pages end']);
  });

  it.each([
    [[['a', 'b']], 'expected 1 cells, got 2'],
    [[[Number.NaN]], 'expected a finite number, got NaN'],
  ])('refuses %j', async (rows, message) => {
    await expect(write(toSheet('A', rows, NAMES))).rejects.toThrow(message);
  });
});
