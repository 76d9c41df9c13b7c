/** Files of exports: whole or not there, flushed, checked, counted. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile as writeRaw } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  listJobDirectories,
  listStrayParts,
  openFile,
  parseJobDirectory,
  removeFile,
  removeJobDirectory,
  removeStrayPart,
  writeFile,
} from '../../src/exports/files.js';

const JOB_ID = 'a1B2c3D4e5F6g7H8i9J0k1';
const never = new AbortController().signal;

let dataDirectory = '';
let directory = '';

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'exports-'));
  directory = parseJobDirectory(dataDirectory, JOB_ID);
});

afterEach(async () => {
  await rm(dataDirectory, { recursive: true });
});

async function* toBody(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('a written file', () => {
  it('is counted, whole, readable by its owner only, and without a part beside it', async () => {
    const written = await writeFile(directory, 'Şişecam.csv', toBody('a,b\r\n', 'ğ,1\r\n'), never);
    const bytes = await readFile(join(directory, 'Şişecam.csv'));
    expect(bytes.toString()).toBe('a,b\r\nğ,1\r\n');
    expect(written).toEqual({ bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(await readdir(directory)).toEqual(['Şişecam.csv']);
  });

  it('is not there under its name before it is whole', async () => {
    const seen: string[][] = [];
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      seen.push(await readdir(directory));
      yield Buffer.from('whole');
    }
    await writeFile(directory, 'a.csv', body(), never);
    expect(seen).toEqual([['a.csv.part']]);
  });

  it('replaces a file of its name, and a part that somebody left', async () => {
    await writeFile(directory, 'a.csv', toBody('the old and longer one'), never);
    await writeRaw(join(directory, 'a.csv.part'), 'what a dying process left');
    await writeFile(directory, 'a.csv', toBody('new'), never);
    expect(await readFile(join(directory, 'a.csv'), 'utf8')).toBe('new');
    expect(await readdir(directory)).toEqual(['a.csv']);
  });

  it('may be empty', async () => {
    const written = await writeFile(directory, 'a.ndjson', toBody(), never);
    expect(written.bytes).toBe(0);
    expect((await openFile(directory, 'a.ndjson')).bytes).toBe(0);
  });
});

describe('writing that fails', () => {
  it('leaves nothing, and the old file, when the body fails', async () => {
    await writeFile(directory, 'a.csv', toBody('old'), never);
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the page did not come');
    }
    await expect(writeFile(directory, 'a.csv', body(), never)).rejects.toThrow('the page did not come');
    expect(await readdir(directory)).toEqual(['a.csv']);
    expect(await readFile(join(directory, 'a.csv'), 'utf8')).toBe('old');
  });

  it('ends at once when the signal fires, though the body hears of nothing', async () => {
    const leaving = new AbortController();
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      setImmediate(() => leaving.abort(new Error('shutting down')));
      await new Promise(() => {});
    }
    await expect(writeFile(directory, 'a.csv', body(), leaving.signal)).rejects.toThrow('shutting down');
    expect(await readdir(directory)).toEqual([]);
  });

  it('does not begin after the signal', async () => {
    await expect(writeFile(directory, 'a.csv', toBody('x'), AbortSignal.abort(new Error('gone')))).rejects.toThrow(
      'gone',
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('is STORAGE_FULL on a full disk, ends the body, and leaves no part', async () => {
    await mkdir(directory, { recursive: true });
    // The device answers every write as a full disk does.
    await symlink('/dev/full', join(directory, 'a.csv.part'));
    const told: string[] = [];
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(64 * 1024);
      } finally {
        told.push('body ended');
      }
    }
    await expect(writeFile(directory, 'a.csv', body(), never)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(await readdir(directory)).toEqual([]);
    expect(told).toEqual(['body ended']);
    expect((await writeFile(directory, 'a.csv', toBody('room again'), never)).bytes).toBe(10);
  });
});

describe('a name', () => {
  it.each([
    '',
    '.',
    '..',
    '../a.csv',
    'a/b.csv',
    'a\\b.csv',
    'C:a.csv',
    '.hidden',
    'a\0.csv',
    'a\n.csv',
    'a.csv.part',
    'ş'.repeat(126),
  ])('%j is refused for writing and removing, and not there for reading', async (name) => {
    await mkdir(directory, { recursive: true });
    await expect(writeFile(directory, name, toBody('x'), never)).rejects.toThrow(TypeError);
    await expect(removeFile(directory, name)).rejects.toThrow(TypeError);
    await expect(openFile(directory, name)).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
    expect(await readdir(dataDirectory, { recursive: true })).toEqual(['exports', `exports/${JOB_ID}`]);
  });

  it.each(['..', '../../etc', '', 'short', `${JOB_ID}/x`, JOB_ID.padEnd(65, 'a')])('%j is no job', async (jobId) => {
    expect(() => parseJobDirectory(dataDirectory, jobId)).toThrow(TypeError);
    await expect(removeJobDirectory(dataDirectory, jobId)).rejects.toThrow(TypeError);
  });
});

describe('an opened file', () => {
  it('is read whole or from byte to byte', async () => {
    await writeFile(directory, 'a.csv', toBody('0123456789'), never);
    const file = await openFile(directory, 'a.csv');
    expect(file.bytes).toBe(10);
    expect(await readText(file.read())).toBe('0123456789');
    expect(await readText(file.read({ start: 2, end: 4 }))).toBe('234');
    expect(await readText(file.read({ start: 9, end: 9 }))).toBe('9');
  });

  it('is a file of the folder: no link that leads elsewhere, no folder, nothing that is missing', async () => {
    await mkdir(join(directory, 'folder'), { recursive: true });
    await symlink('/etc/hostname', join(directory, 'link.csv'));
    for (const name of ['folder', 'link.csv', 'missing.csv']) {
      await expect(openFile(directory, name)).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
    }
  });
});

describe('the sweeper', () => {
  it('finds parts of all jobs, in their folders too, and nothing else', async () => {
    const parts = join(directory, 'parts');
    await writeFile(parts, 'whole', toBody('x'), never);
    await writeRaw(join(parts, '1.part'), 'x');
    await writeRaw(join(directory, 'a.csv.part'), 'x');
    await utimes(join(directory, 'a.csv.part'), 1_000, 1_000);
    await mkdir(join(dataDirectory, 'exports', 'lost+found'));
    const strays = (await listStrayParts(dataDirectory)).toSorted((a, b) => a.modifiedAtMs - b.modifiedAtMs);
    expect(strays.map(({ jobId, path }) => [jobId, path])).toEqual([
      [JOB_ID, join(directory, 'a.csv.part')],
      [JOB_ID, join(parts, '1.part')],
    ]);
    expect(strays[0]?.modifiedAtMs).toBe(1_000_000);
    for (const stray of strays) await removeStrayPart(stray);
    expect(await listStrayParts(dataDirectory)).toEqual([]);
    expect(await readdir(parts)).toEqual(['whole']);
  });

  it('finds jobs that have a folder, and removes one with all that is in it', async () => {
    expect(await listJobDirectories(dataDirectory)).toEqual([]);
    expect(await listStrayParts(dataDirectory)).toEqual([]);
    await writeFile(directory, 'a.csv', toBody('x'), never);
    await writeFile(join(directory, 'parts'), '0', toBody('x'), never);
    expect(await listJobDirectories(dataDirectory)).toEqual([JOB_ID]);
    await removeFile(directory, 'a.csv');
    expect(await readdir(directory)).toEqual(['parts']);
    await removeJobDirectory(dataDirectory, JOB_ID);
    await removeJobDirectory(dataDirectory, JOB_ID);
    expect(await listJobDirectories(dataDirectory)).toEqual([]);
  });
});
