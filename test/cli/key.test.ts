/** API keys from the command line: what is printed where, and that a server which runs need not be stopped for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createKeyStore } from '../../src/access/keys.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';
import { type Commands, createCommands } from '../support/commands.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';

const log = createLog('silent');
const DAY_MS = 86_400_000;
let commands: Commands;

beforeAll(() => {
  commands = createCommands();
});
afterEach(() => commands.killAll());
afterAll(() => commands.remove());

async function runKey(args: readonly string[], env: Readonly<Record<string, string>>) {
  const command = commands.run(['key', ...args], env);
  const exitCode = await command.exit;
  return { exitCode, stdout: command.stdout(), stderr: command.stderr() };
}

describeOnBothDatabases('keepnet-graph key', (makePlace) => {
  let place: TestPlace;
  let env: Record<string, string>;
  beforeEach(async () => {
    place = await makePlace();
    env = { DATA_DIR: place.dataDirectory, ...(place.databaseUrl === null ? {} : { DATABASE_URL: place.databaseUrl }) };
  });
  afterEach(() => place.remove());

  const ANALYST = ['--name', 'Analyst of Acme', '--companies', 'xC5kfGz7w2Nz,aB3dE5fG7hJ9'];

  it('makes a key for a server that runs, which takes it until it is revoked, without a restart', async () => {
    const keys = createKeyStore(await place.open(), { log });
    const made = await runKey(['create', ...ANALYST, '--may', 'read,export', '--mask-personal-data'], env);
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^kg_[0-9a-f]{12}_[0-9a-f]{48}\n$/) });
    const keyText = made.stdout.trim();
    const id = keyText.slice(3, 15);
    expect(made.stderr).toContain(`${id}  Analyst of Acme`);
    expect(made.stderr).not.toContain(keyText.slice(16));
    expect(await keys.authenticate(keyText)).toMatchObject({
      name: 'Analyst of Acme',
      companies: { kind: 'IDS', ids: ['xC5kfGz7w2Nz', 'aB3dE5fG7hJ9'] },
      abilities: new Set(['read', 'export']),
      masksPersonalData: true,
    });

    const listed = await runKey(['list'], env);
    expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(listed.stdout).toContain(`${id}  Analyst of Acme\n  state      usable\n`);
    expect(listed.stdout).not.toContain(keyText.slice(16));

    const revoked = await runKey(['revoke', id], env);
    expect(revoked).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('  state      revoked 20'),
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await keys.authenticate(keyText)).toBeNull();
  });

  it('speaks JSON where that is asked', async () => {
    const made = await runKey(
      ['create', '--json', '--name', 'All', '--companies', 'all', '--expires', '2999-12-31'],
      env,
    );
    const key = JSON.parse(made.stdout) as { id: string; key: string };
    const expected = {
      id: key.key.slice(3, 15),
      name: 'All',
      state: 'usable',
      companies: 'all',
      may: ['read'],
      masksPersonalData: false,
      createdAt: expect.stringMatching(/^20.*Z$/),
      expiresAt: '3000-01-01T00:00:00.000Z',
      revokedAt: null,
      lastUsedAt: null,
    };
    expect(key).toEqual({ ...expected, key: expect.stringMatching(/^kg_/) });
    expect(JSON.parse((await runKey(['list', '--json'], env)).stdout)).toEqual([expected]);
    const revoked = await runKey(['revoke', key.id, '--json'], env);
    expect(JSON.parse(revoked.stdout)).toMatchObject({ id: key.id, state: 'revoked' });
  });

  it('says where it looked and found none, and fails for an id that no key has', async () => {
    expect(await runKey(['list'], env)).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('There are no keys in'),
    });
    expect(await runKey(['list', '--json'], env)).toMatchObject({ exitCode: 0, stdout: '[]\n' });
    expect(await runKey(['revoke', '000000000000'], env)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^No key in .+ has the id 000000000000\.\n$/),
    });
  });
});

describe('keepnet-graph key', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepnet-graph-keys-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const GOOD = ['create', '--name', 'A key', '--companies', 'all'];
  it.each([
    [[], 'key: expected create, list or revoke; got: ""'],
    [['make'], 'got: "make"'],
    [['create', '--companies', 'all'], '--name: expected'],
    [['create', '--name', 'A key'], '--companies: expected'],
    [['create', '--name', ' ', '--companies', 'all'], '--name: expected 1 to 100 characters'],
    [['create', '--name', 'A key', '--companies', 'xC5kfGz7w2Nz,all'], '--companies: expected'],
    [['create', '--name', 'A key', '--companies', ''], '--companies: expected'],
    [['create', '--name', 'A key', '--companies', 'xC5kfGz7w2Nz,tag:Gold'], '--companies: expected'],
    [
      [...GOOD, '--may', 'read,write'],
      '--may: expected some of read, tables, export, admin, with commas; got: "write"',
    ],
    [[...GOOD, '--expires', '2020-01-31'], '--expires: expected'],
    [[...GOOD, '--expires', '2999-02-30'], '--expires: expected'],
    [[...GOOD, '--expires', '0d'], '--expires: expected'],
    [[...GOOD, '--expires', '3 months'], '--expires: expected'],
    [[...GOOD, '--mask'], "Unknown option '--mask'"],
    [['list', 'all'], 'Unexpected argument'],
    [['revoke'], 'expected the id of a key'],
    [['revoke', 'kg_0123456789ab_canary'], 'expected the id of a key'],
  ])('%j exits 64, says what is wrong and makes nothing', async (args, expected) => {
    const { exitCode, stdout, stderr } = await runKey(args, { DATA_DIR: directory });
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('canary');
  });

  it.each([
    ['90d by default', [], 90],
    ['as many days as are asked', ['--expires', '1d'], 1],
  ])('makes a key that is good for %s', async (_name, flags, days) => {
    const { stdout } = await runKey([...GOOD, ...flags, '--json'], { DATA_DIR: directory });
    const { createdAt, expiresAt } = JSON.parse(stdout) as { createdAt: string; expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - Date.parse(createdAt) - days * DAY_MS)).toBeLessThan(5_000);
  });

  it('makes a key without an end only where that is written', async () => {
    const { stdout } = await runKey([...GOOD, '--expires', 'never', '--json'], { DATA_DIR: directory });
    expect(JSON.parse(stdout)).toMatchObject({ expiresAt: null });
  });

  it('exits 1 with one line where the database cannot be used', async () => {
    const env = { DATABASE_URL: 'postgres://canary:canary@127.0.0.1:1/none', DATA_DIR: directory };
    const { exitCode, stdout, stderr } = await runKey(['list'], env);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe('The database of DATABASE_URL cannot be used now. (ECONNREFUSED)\n');
  });

  it('uses the database beside the server that owns it, and a second server is told why it may not', async () => {
    const owner = await openDatabase({ databaseUrl: null, dataDirectory: directory, log });
    try {
      expect(await runKey(['list', '--json'], { DATA_DIR: directory })).toMatchObject({ exitCode: 0 });
      const second = commands.run(['serve'], { PORT: '0', DATA_DIR: directory });
      expect(await second.exit).toBe(1);
      expect(second.stderr()).toMatch(/^DATA_DIR is in use by another server: .+ \(SQLITE_BUSY\)\n$/);
    } finally {
      await owner.close();
    }
  });
});
