/** API keys on both databases: made and shown once, recognised, refused, revoked for every server, and asked about seldom. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyRequest } from '../../src/access/key-request.js';
import { createKeyStore, type KeyStore } from '../../src/access/keys.js';
import type { Database, Queryable } from '../../src/store/database.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';

const log = createLog('silent');
const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const ANALYST: KeyRequest = {
  name: 'Analyst of Acme',
  companies: { kind: 'IDS', ids: ['xC5kfGz7w2Nz', 'aB3dE5fG7hJ9'] },
  abilities: ['export', 'read'],
  masksPersonalData: true,
  expiresAtMs: START_MS + 90 * DAY_MS,
};

describeOnBothDatabases('API keys', (makePlace) => {
  let place: TestPlace;
  let database: Database;
  let keys: KeyStore;
  let nowMs: number;
  const now = () => nowMs;

  beforeEach(async () => {
    nowMs = START_MS;
    place = await makePlace();
    database = await place.open();
    keys = createKeyStore(database, { log, now });
  });
  afterEach(() => place.remove());

  it('stand for the caller that they were made for, and are told once', async () => {
    const { key, keyText } = await keys.create(ANALYST);
    expect(keyText).toMatch(/^kg_[0-9a-f]{12}_[0-9a-f]{48}$/);
    expect(keyText).toContain(`kg_${key.id}_`);
    expect(await keys.authenticate(keyText)).toEqual({
      id: `key:${key.id}`,
      name: 'Analyst of Acme',
      via: 'KEY',
      companies: { kind: 'IDS', ids: ['xC5kfGz7w2Nz', 'aB3dE5fG7hJ9'] },
      abilities: new Set(['read', 'export']),
      masksPersonalData: true,
    });
    const kept = JSON.stringify(await database.query('SELECT * FROM access_keys'));
    expect(kept).toContain(key.id);
    expect(kept).not.toContain(keyText.slice(-48, -8));
  });

  it.each([
    [{ kind: 'ALL' }, null],
    [{ kind: 'TAGS', tags: ['Gold, or so', 'Türkiye'] }, START_MS + 1],
  ] as const)('keep the grant %j and the end %p', async (companies, expiresAtMs) => {
    const request: KeyRequest = { ...ANALYST, companies, expiresAtMs, masksPersonalData: false };
    const { keyText } = await keys.create(request);
    expect(await keys.authenticate(keyText)).toMatchObject({ companies, masksPersonalData: false });
    expect(await keys.list()).toMatchObject([{ companies, expiresAtMs }]);
  });

  it('are listed with all that is known of them but the key', async () => {
    const first = await keys.create(ANALYST);
    nowMs += 1_000;
    const second = await keys.create({ ...ANALYST, name: 'Second', expiresAtMs: null });
    expect(await keys.list()).toEqual([
      {
        ...ANALYST,
        abilities: ['read', 'export'],
        id: first.key.id,
        createdAtMs: START_MS,
        revokedAtMs: null,
        lastUsedAtMs: null,
      },
      expect.objectContaining({ id: second.key.id, name: 'Second', expiresAtMs: null, createdAtMs: START_MS + 1_000 }),
    ]);
    expect(first.key).toEqual((await keys.list())[0]);
  });

  it.each([
    [
      'a secret that is another',
      (text: string) => withChecksum(`${text.slice(0, 20)}${flip(text.charAt(20))}${text.slice(21, -8)}`),
    ],
    ['an id that is not known', (text: string) => withChecksum(`kg_000000000000${text.slice(15, -8)}`)],
    ['a typo', (text: string) => `${text.slice(0, 30)}${flip(text.charAt(30))}${text.slice(31)}`],
    ['one character too few', (text: string) => text.slice(0, -1)],
    ['one character too many', (text: string) => `${text}0`],
    ['a blank behind it', (text: string) => `${text} `],
    ['a line break behind it', (text: string) => `${text}\n`],
    ['capital letters', (text: string) => text.toUpperCase()],
    ['nothing', () => ''],
  ])('are not recognised with %s', async (_name, bend) => {
    const { keyText } = await keys.create(ANALYST);
    expect(await keys.authenticate(bend(keyText))).toBeNull();
    expect(await keys.authenticate(keyText)).not.toBeNull();
  });

  it('end at their instant', async () => {
    const { keyText } = await keys.create(ANALYST);
    nowMs = START_MS + 90 * DAY_MS - 1;
    expect(await keys.authenticate(keyText)).not.toBeNull();
    expect(await keys.countUsable()).toBe(1);
    nowMs += 1;
    expect(await keys.authenticate(keyText)).toBeNull();
    expect(await keys.countUsable()).toBe(0);
  });

  it('are revoked at once where that was asked, once and for ever, and no other with them', async () => {
    const [one, other] = [await keys.create(ANALYST), await keys.create(ANALYST)];
    await keys.authenticate(one.keyText);
    nowMs += 100;
    expect(await keys.revoke(one.key.id)).toMatchObject({ id: one.key.id, revokedAtMs: START_MS + 100 });
    expect(await keys.authenticate(one.keyText)).toBeNull();
    expect(await keys.authenticate(other.keyText)).not.toBeNull();
    expect(await keys.countUsable()).toBe(1);
    nowMs += 100;
    expect(await keys.revoke(one.key.id)).toMatchObject({ revokedAtMs: START_MS + 100 });
    expect(await keys.revoke('000000000000')).toBeNull();
  });

  it('are revoked within two seconds for another server, without a restart', async () => {
    const { databaseUrl, dataDirectory } = place;
    const beside = await openDatabase({ databaseUrl, dataDirectory, log, owns: false });
    try {
      const { key, keyText } = await keys.create(ANALYST);
      expect(await keys.authenticate(keyText)).not.toBeNull();
      await createKeyStore(beside, { log, now }).revoke(key.id);
      nowMs += 1_999;
      expect(await keys.authenticate(keyText)).toBeNull();
    } finally {
      await beside.close();
    }
  });

  it('are there for another server as soon as they are made', async () => {
    const { databaseUrl, dataDirectory } = place;
    const beside = await openDatabase({ databaseUrl, dataDirectory, log, owns: false });
    const { keyText } = await createKeyStore(beside, { log, now }).create(ANALYST);
    await beside.close();
    expect(await keys.authenticate(keyText)).toMatchObject({ name: 'Analyst of Acme' });
  });

  it('say when they were last used, to the minute', async () => {
    const { keyText } = await keys.create(ANALYST);
    const use = async (atMs: number) => {
      nowMs = START_MS + atMs;
      await keys.authenticate(keyText);
      return ((await keys.list())[0]?.lastUsedAtMs ?? 0) - START_MS;
    };
    expect(await use(5_000)).toBe(5_000);
    expect(await use(64_999)).toBe(5_000);
    expect(await use(65_000)).toBe(65_000);
  });

  it('keep their last use where it is refused', async () => {
    const { keyText } = await keys.create(ANALYST);
    await keys.authenticate(withChecksum(`${keyText.slice(0, -9)}${flip(keyText.charAt(keyText.length - 9))}`));
    expect(await keys.list()).toMatchObject([{ lastUsedAtMs: null }]);
  });
});

describe('the key store', () => {
  /** A database that answers nothing and counts how often it was asked. */
  function createAsked(answer: () => Promise<readonly never[]> = async () => []) {
    const asked: string[] = [];
    const database: Queryable = {
      query: (sql) => {
        asked.push(sql);
        return answer();
      },
    };
    return { asked, database };
  }
  const UNKNOWN = withChecksum(`kg_${'0'.repeat(12)}_${'0'.repeat(40)}`);

  it('asks the database once a second for a key, however many ask at once', async () => {
    const { asked, database } = createAsked();
    let nowMs = START_MS;
    const keys = createKeyStore(database, { log, now: () => nowMs });
    await Promise.all(Array.from({ length: 100 }, () => keys.authenticate(UNKNOWN)));
    nowMs += 999;
    await keys.authenticate(UNKNOWN);
    expect(asked).toHaveLength(1);
    nowMs += 1;
    await keys.authenticate(UNKNOWN);
    expect(asked).toHaveLength(2);
    nowMs -= 3_600_000;
    await keys.authenticate(UNKNOWN);
    expect(asked).toHaveLength(3);
  });

  it('asks the database nothing for what is no key', async () => {
    const { asked, database } = createAsked();
    const keys = createKeyStore(database, { log });
    for (const text of ['', 'kg_', `${UNKNOWN.slice(0, -1)}g`, 'x'.repeat(100_000)]) await keys.authenticate(text);
    expect(asked).toEqual([]);
  });

  it('forgets a question that failed, so that the next one is asked', async () => {
    const { asked, database } = createAsked(async () => {
      throw new Error('planted');
    });
    const keys = createKeyStore(database, { log, now: () => START_MS });
    await expect(keys.authenticate(UNKNOWN)).rejects.toThrow('planted');
    await expect(keys.authenticate(UNKNOWN)).rejects.toThrow('planted');
    expect(asked).toHaveLength(2);
  });

  it.each([
    [{ name: '' }, 'name: expected 1 to 100 characters on one line, got ""'],
    [{ name: ' ' }, 'name: expected'],
    [{ name: 'x'.repeat(101) }, 'name: expected'],
    [{ name: 'two\nlines' }, 'name: expected'],
    [{ abilities: [] }, 'abilities: expected some of read, tables, export, admin; got none'],
    [{ abilities: ['read', 'write' as never] }, 'got "write"'],
    [{ expiresAtMs: START_MS }, 'expiresAtMs: expected an instant in the future'],
    [{ expiresAtMs: Number.NaN }, 'expiresAtMs: expected'],
    [{ expiresAtMs: START_MS + 0.5 }, 'expiresAtMs: expected'],
    [{ expiresAtMs: Number.MAX_SAFE_INTEGER }, 'expiresAtMs: expected'],
    [{ companies: { kind: 'IDS', ids: [] } }, 'companies: expected at least one id or tag, or all; got none'],
    [{ companies: { kind: 'IDS', ids: ['xC5kfGz7w2Nz', 'all'] } }, 'got "all"'],
    [{ companies: { kind: 'IDS', ids: ["'; DROP TABLE access_keys; --"] } }, 'companies: expected'],
    [{ companies: { kind: 'TAGS', tags: [''] } }, 'companies: expected'],
    [{ companies: { kind: 'IDS', ids: Array.from({ length: 10_001 }, () => 'xC5kfGz7w2Nz') } }, 'at most 10000'],
  ] satisfies [Partial<KeyRequest>, string][])('refuses %j', async (wrong, expected) => {
    const { asked, database } = createAsked();
    const keys = createKeyStore(database, { log, now: () => START_MS });
    await expect(keys.create({ ...ANALYST, ...wrong })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(expected),
    });
    expect(asked).toEqual([]);
  });
});

function flip(character: string): string {
  return character === '0' ? '1' : '0';
}

/** As whoever forges a key would do: a checksum is no secret. CRC-32, bit by bit. */
function withChecksum(body: string): string {
  let crc = 0xffff_ffff;
  for (const byte of Buffer.from(body)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return body + (~crc >>> 0).toString(16).padStart(8, '0');
}
