/** Rows kept on disk between a part and its job's file: they come back as they went, or not at all. */
import { mkdtemp, readdir, readFile, rm, writeFile as writeRaw } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readRowSpool, writeRowSpool } from '../../src/exports/row-spool.js';
import type { Row } from '../../src/tables/column.js';
import { inPages } from '../tables/writers/tables.js';

const never = new AbortController().signal;
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spool-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function readPages(name: string): Promise<(readonly Row[])[]> {
  const pages: (readonly Row[])[] = [];
  for await (const page of readRowSpool(directory, name)) pages.push(page);
  return pages;
}

describe('spooled rows', () => {
  it('come back as they went, every kind of cell', async () => {
    const rows: Row[] = [
      ['Ayşe 😀', 'two\r\nlines', '\u2028', '"', '', '\0', null],
      [0, -0.5, 1e21, true, false, '=1', '[]'],
      [],
    ];
    const spooled = await writeRowSpool(directory, 'part', inPages(rows, 2), { signal: never });
    expect((await readPages('part')).flat()).toEqual(rows);
    const bytes = await readFile(join(directory, 'part'));
    expect(spooled).toMatchObject({ rows: 3, bytes: bytes.byteLength });
  });

  it('may be none', async () => {
    expect(await writeRowSpool(directory, 'part', inPages([]), { signal: never })).toMatchObject({ rows: 0 });
    expect(await readPages('part')).toEqual([]);
  });

  it('are read in pages of a thousand, whatever the pages were; the bytes are the same, and all of them are told', async () => {
    const rows = Array.from({ length: 25_000 }, (_, index): Row => [`Ğ😀 user ${index}`, index]);
    let told = 0;
    const onBytes = (bytes: number): void => {
      told += bytes;
    };
    const spooled = await writeRowSpool(directory, 'a', inPages(rows, 7), { signal: never, onBytes });
    const again = await writeRowSpool(directory, 'b', inPages(rows, 20_000), { signal: never });
    expect(again).toEqual(spooled);
    expect(told).toBe(spooled.bytes);
    const pages = await readPages('a');
    expect(pages.flat()).toEqual(rows);
    expect(Math.max(...pages.map(({ length }) => length))).toBe(1_000);
  });

  it('are an error when the file is cut, spoiled, emptied or gone, never fewer rows', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index): Row => [`user ${index}`, index]);
    await writeRowSpool(directory, 'part', inPages(rows, 100), { signal: never });
    const path = join(directory, 'part');
    const whole = await readFile(path);
    const spoiled = Buffer.from(whole);
    spoiled[whole.length >> 1] = (spoiled[whole.length >> 1] ?? 0) ^ 0x10;
    for (const bytes of [whole.subarray(0, -1), whole.subarray(0, whole.length >> 1), spoiled, Buffer.alloc(0)]) {
      await writeRaw(path, bytes);
      await expect(readPages('part')).rejects.toThrow();
    }
    await rm(path);
    await expect(readPages('part')).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
  });

  it('leave nothing behind when a page fails or the signal fires', async () => {
    async function* failing(): AsyncGenerator<readonly Row[]> {
      yield [['first']];
      throw new Error('the page did not come');
    }
    await expect(writeRowSpool(directory, 'part', failing(), { signal: never })).rejects.toThrow(
      'the page did not come',
    );
    const leaving = new AbortController();
    async function* silent(): AsyncGenerator<readonly Row[]> {
      yield [['first']];
      setImmediate(() => leaving.abort(new Error('shutting down')));
      await new Promise(() => {});
    }
    await expect(writeRowSpool(directory, 'part', silent(), { signal: leaving.signal })).rejects.toThrow(
      'shutting down',
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('are let go of by a reader who leaves', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index): Row => [`user ${index}`]);
    await writeRowSpool(directory, 'part', inPages(rows, 100), { signal: never });
    for await (const page of readRowSpool(directory, 'part')) {
      expect(page).toHaveLength(1_000);
      break;
    }
    expect((await readPages('part')).flat()).toHaveLength(5_000);
  });
});
