/** What is particular to the embedded file: who may see it, that one process owns it, what survives, and a full disk. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/store/database.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';

describe('the embedded database', () => {
  let root: string;
  let dataDirectory: string;
  const opened: Database[] = [];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'keepnet-graph-test-'));
    dataDirectory = join(root, 'deep', 'data');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await rm(root, { recursive: true, force: true });
  });

  async function open({ owns = true } = {}): Promise<Database> {
    const database = await openDatabase({ databaseUrl: null, dataDirectory, log: createLog('silent'), owns });
    opened.push(database);
    return database;
  }

  it('makes its directory, for this user only', async () => {
    await open();
    expect(((await stat(dataDirectory)).mode & 0o777).toString(8)).toBe('700');
  });

  it('writes ahead, and waits for the disk at each commit', async () => {
    const database = await open();
    expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    // 2 is FULL.
    expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await database.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  });

  it('is one file once it was closed, beside the lock of its owner', async () => {
    const database = await open();
    await database.query('CREATE TABLE things (id INTEGER)');
    await database.close();
    expect(await readdir(dataDirectory)).toEqual(['keepnet-graph.db', 'owner.lock']);
  });

  it('refuses a second owner in words that say why, and lets it in after the first has gone', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/^DATA_DIR is in use by another server: /),
    });
    await first.close();
    expect(await (await open()).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses an owner beside another process that is one, until that process is killed', async () => {
    await (await open()).close();
    const script = `
      const lock = new (require('libsql'))(process.argv[1]);
      lock.prepare('BEGIN EXCLUSIVE').all();
      console.log('held');
      setInterval(() => lock, 1000);
    `;
    const owner = spawn(process.execPath, ['-e', script, join(dataDirectory, 'owner.lock')]);
    await once(owner.stdout, 'data');
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await (await open()).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('can be used beside its owner: each sees what the other wrote, and either may go first', async () => {
    const owner = await open();
    await owner.query('CREATE TABLE things (id INTEGER)');
    const beside = await open({ owns: false });
    await beside.query('INSERT INTO things VALUES (1)');
    expect(await owner.query('SELECT id FROM things')).toEqual([{ id: 1 }]);
    await beside.close();
    await owner.query('INSERT INTO things VALUES (2)');
    const again = await open({ owns: false });
    await owner.close();
    expect(await again.query('SELECT id FROM things ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await (await open()).query('SELECT count(*) AS n FROM things')).toEqual([{ n: 2 }]);
  });

  it('waits for what another process is writing', async () => {
    const owner = await open();
    await owner.query('CREATE TABLE things (id INTEGER)');
    const script = `
      const database = new (require('libsql'))(process.argv[1]);
      database.prepare('BEGIN IMMEDIATE').all();
      database.prepare('INSERT INTO things VALUES (1)').all();
      console.log('writing');
      setTimeout(() => database.prepare('COMMIT').all(), 300);
    `;
    const writer = spawn(process.execPath, ['-e', script, join(dataDirectory, 'keepnet-graph.db')]);
    await once(writer.stdout, 'data');
    expect(await owner.query('INSERT INTO things SELECT count(*) + 1 FROM things RETURNING id')).toEqual([{ id: 2 }]);
    if (writer.exitCode === null) await once(writer, 'exit');
  });

  it('has what a process committed that was killed the moment after, and can be opened at once', async () => {
    await (await open()).close();
    const script = `
      const Libsql = require('libsql');
      const database = new Libsql(process.argv[1]);
      database.prepare('PRAGMA journal_mode = WAL').all();
      database.prepare('CREATE TABLE things (id INTEGER)').all();
      database.prepare('INSERT INTO things VALUES (17)').all();
      process.kill(process.pid, 'SIGKILL');
    `;
    const path = join(dataDirectory, 'keepnet-graph.db');
    await expect(promisify(execFile)(process.execPath, ['-e', script, path])).rejects.toMatchObject({
      signal: 'SIGKILL',
    });
    expect(await (await open()).query('SELECT id FROM things')).toEqual([{ id: 17 }]);
  });

  it('says STORAGE_FULL where there is no room, undoes the transaction, and works again once there is', async () => {
    const database = await open();
    await database.query('CREATE TABLE things (text TEXT)');
    const [{ page_count: pages } = { page_count: 0 }] = await database.query('PRAGMA page_count');
    await database.query(`PRAGMA max_page_count = ${Number(pages) + 2}`);
    const fill = database.transaction(async (inside) => {
      await inside.query("INSERT INTO things VALUES ('small')");
      await inside.query('INSERT INTO things VALUES ($1)', ['x'.repeat(1_000_000)]);
    });
    await expect(fill).rejects.toMatchObject({ code: 'STORAGE_FULL', message: 'The disk of DATA_DIR is full.' });
    expect(await database.query('SELECT text FROM things')).toEqual([]);
    await database.query('PRAGMA max_page_count = 1000000');
    await database.query("INSERT INTO things VALUES ('there is room')");
    expect(await database.query('SELECT text FROM things')).toEqual([{ text: 'there is room' }]);
  });

  it('says STORE_UNAVAILABLE where the directory cannot be made, without its path', async () => {
    await writeFile(join(root, 'deep'), 'a file stands in the way');
    const failure = await open().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'DATA_DIR cannot be made.' });
  });

  it('says STORE_UNAVAILABLE where the file is no database, and lets go of it', async () => {
    await (await open()).close();
    await writeFile(
      join(dataDirectory, 'keepnet-graph.db'),
      'something else entirely, and long enough to be read'.repeat(50),
    );
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The database in DATA_DIR cannot be used now.',
    });
  });
});
