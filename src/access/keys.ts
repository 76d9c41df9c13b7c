/**
 * API keys: made, listed, revoked, recognised. A key is shown once, when it is made; what is kept is a hash of it. What is known of a
 * key is believed for a second, so that a revocation holds everywhere soon after, without a question to the database for each request.
 */
import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Queryable } from '../store/database.js';
import { insertRows } from '../store/insert-rows.js';
import type { Log } from '../telemetry.js';
import type { Caller } from './caller.js';
import { checkKeyRequest, type KeyRequest } from './key-request.js';
import { type AccessKey, isUsable, type KeyRow, readCallerId, toAccessKey, toCaller, toKeyRow } from './key-row.js';
import { hashKey, makeKey, readKeyId } from './key-text.js';

export interface KeyStore {
  /** The key text is told here and nowhere else. @throws AppError BAD_USER_INPUT naming the field. */
  create(request: KeyRequest): Promise<{ readonly key: AccessKey; readonly keyText: string }>;
  /** Every key, revoked and expired ones too; oldest first. */
  list(): Promise<readonly AccessKey[]>;
  /** How many are neither revoked nor expired. */
  countUsable(): Promise<number>;
  /** Null where no key has this id. Revoking twice changes nothing. */
  revoke(id: string): Promise<AccessKey | null>;
  /** Null for what is malformed, unknown, revoked or expired. A revocation holds within two seconds, wherever it was made. */
  authenticate(keyText: string): Promise<Caller | null>;
  /** Whether the key of this caller could still be used. False where the caller is none of a key. */
  stillKnows(callerId: string): Promise<boolean>;
}

export interface KeyStoreOptions {
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Every method throws AppError STORE_UNAVAILABLE where the database cannot be asked; `authenticate` asks it once a second and key. */
export function createKeyStore(database: Queryable, { log, now = Date.now }: KeyStoreOptions): KeyStore {
  const known = createKnownKeys(database, now);
  return {
    async create(request) {
      checkKeyRequest(request, now());
      const { id, keyText } = makeKey();
      const row = toKeyRow(request, { id, hash: hashKey(keyText).toString('hex'), createdAtMs: now() });
      await insertRows(database, 'access_keys', Object.keys(row), [Object.values(row)]);
      return { key: toAccessKey(row), keyText };
    },
    async list() {
      const rows = await database.query<KeyRow>('SELECT * FROM access_keys ORDER BY created_at_ms, id');
      return rows.map(toAccessKey);
    },
    async countUsable() {
      const [row] = await database.query<{ n: number }>(COUNT_USABLE, [now()]);
      return row?.n ?? 0;
    },
    async revoke(id) {
      const [row] = await database.query<KeyRow>(REVOKE, [id, now()]);
      known.forget(id);
      return row ? toAccessKey(row) : null;
    },
    async authenticate(keyText) {
      const id = readKeyId(keyText);
      if (id === null) return null;
      const stored = await known.find(id);
      const isSame = timingSafeEqual(hashKey(keyText), stored?.hash ?? NO_HASH);
      if (!stored || !isSame || !isUsable(stored.key, now())) return null;
      await noteUse(database, stored, { log, now });
      return stored.caller;
    },
    async stillKnows(callerId) {
      const id = readCallerId(callerId);
      const stored = id === null ? null : await known.find(id);
      return stored !== null && isUsable(stored.key, now());
    },
  };
}

/** Half of what a revocation may take: the question itself takes time as well. */
const KNOWN_FOR_MS = 1_000;
const MAX_KNOWN = 1_000;
const NOTE_USE_EVERY_MS = 60_000;
/** So that an unknown key takes the same steps as a known one. */
const NO_HASH = Buffer.alloc(32);

const COUNT_USABLE =
  'SELECT count(*) AS n FROM access_keys WHERE revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > $1)';
const REVOKE = 'UPDATE access_keys SET revoked_at_ms = coalesce(revoked_at_ms, $2) WHERE id = $1 RETURNING *';
const NOTE_USE =
  'UPDATE access_keys SET last_used_at_ms = $2 WHERE id = $1 AND (last_used_at_ms IS NULL OR last_used_at_ms <= $3)';

interface StoredKey {
  readonly key: AccessKey;
  readonly hash: Buffer;
  readonly caller: Caller;
  lastUsedAtMs: number | null;
}

/** What was read of keys within the last second. Those who ask at once share one question; that an id is not there is known as well. */
function createKnownKeys(database: Queryable, now: () => number) {
  const known = new LRUCache<string, { readonly readAtMs: number; readonly stored: Promise<StoredKey | null> }>({
    max: MAX_KNOWN,
  });
  return {
    find(id: string): Promise<StoredKey | null> {
      const found = known.get(id);
      const ageMs = now() - (found?.readAtMs ?? 0);
      // A clock that was set back would make it young for ever.
      if (found && ageMs >= 0 && ageMs < KNOWN_FOR_MS) return found.stored;
      const entry = { readAtMs: now(), stored: readKey(database, id) };
      known.set(id, entry);
      entry.stored.catch(() => {
        if (known.peek(id) === entry) known.delete(id);
      });
      return entry.stored;
    },
    forget: (id: string) => void known.delete(id),
  };
}

async function readKey(database: Queryable, id: string): Promise<StoredKey | null> {
  const [row] = await database.query<KeyRow>('SELECT * FROM access_keys WHERE id = $1', [id]);
  if (!row) return null;
  const key = toAccessKey(row);
  return { key, hash: Buffer.from(row.hash, 'hex'), caller: toCaller(key), lastUsedAtMs: key.lastUsedAtMs };
}

/** That it could not be written down is no reason to turn the caller away. */
async function noteUse(
  database: Queryable,
  stored: StoredKey,
  { log, now }: { readonly log: Log; readonly now: () => number },
): Promise<void> {
  const nowMs = now();
  if (nowMs - (stored.lastUsedAtMs ?? 0) < NOTE_USE_EVERY_MS) return;
  stored.lastUsedAtMs = nowMs;
  try {
    await database.query(NOTE_USE, [stored.key.id, nowMs, nowMs - NOTE_USE_EVERY_MS]);
  } catch (error) {
    log.warn({ error, keyId: stored.key.id }, 'the last use of a key could not be written down');
  }
}
