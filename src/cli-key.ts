/**
 * `keepnet-graph key create|list|revoke`: API keys, in the same database as the server's, which may run meanwhile. The key itself is
 * all that `create` writes to standard output, and it is shown there once; what is meant for a person goes to standard error.
 */
import { parseGrant, toWrittenGrant } from './access/grant.js';
import type { KeyRequest } from './access/key-request.js';
import { type AccessKey, isUsable } from './access/key-row.js';
import { createKeyStore, type KeyStore } from './access/keys.js';
import { readFlags, UsageError } from './cli-flags.js';
import { parseAbilities, parseExpiry } from './cli-key-flags.js';
import { type Config, loadConfig, readEnvironment } from './config.js';
import { AppError } from './errors.js';
import { openDatabase } from './store/open-database.js';
import { createLog } from './telemetry.js';

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** @throws UsageError, ConfigError; AppError where the database cannot be used. */
export async function runKey([action = '', ...args]: string[]): Promise<CommandOutput> {
  try {
    if (action === 'create') return await create(args);
    if (action === 'list') return await list(args);
    if (action === 'revoke') return await revoke(args);
  } catch (error) {
    // Named after the field: the flag has the same name.
    if (error instanceof AppError && error.code === 'BAD_USER_INPUT') throw new UsageError(`--${error.message}`);
    throw error;
  }
  throw new UsageError(`key: expected create, list or revoke; got: ${JSON.stringify(action)}`);
}

const EXIT_FAILED = 1;

async function create(args: string[]): Promise<CommandOutput> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const flags = readFlags(args, {
    name: text,
    companies: text,
    may: text,
    expires: text,
    'mask-personal-data': flag,
    json: flag,
  });
  const { name, companies } = flags;
  if (name === undefined)
    throw new UsageError('--name: expected a name for the key, such as "Power BI of Acme"; got: nothing');
  if (companies === undefined) {
    throw new UsageError('--companies: expected all, or ids, or tags as tag:NAME, with commas; got: nothing');
  }
  const request: KeyRequest = {
    name,
    companies: parseGrant('companies', companies === 'all' ? companies : companies.split(',')),
    abilities: parseAbilities(flags.may ?? 'read'),
    masksPersonalData: flags['mask-personal-data'] ?? false,
    expiresAtMs: parseExpiry(flags.expires ?? '90d', Date.now()),
  };
  return withKeys(async (keys, place) => {
    const { key, keyText } = await keys.create(request);
    const stderr = `${describe(key)}\nKept in ${place} as a hash: this is the only time that the key is shown.`;
    return { stdout: flags.json ? toJson({ ...toListed(key), key: keyText }) : keyText, stderr, exitCode: 0 };
  });
}

async function list(args: string[]): Promise<CommandOutput> {
  const { json } = readFlags(args, { json: { type: 'boolean' } });
  return withKeys(async (keys, place) => {
    const found = await keys.list();
    if (json) return { stdout: toJson(found.map(toListed)), stderr: '', exitCode: 0 };
    if (found.length === 0) return { stdout: '', stderr: `There are no keys in ${place}.`, exitCode: 0 };
    return { stdout: found.map(describe).join('\n\n'), stderr: '', exitCode: 0 };
  });
}

async function revoke([id = '', ...args]: string[]): Promise<CommandOutput> {
  // What was written is not repeated: it may be the whole key.
  if (!/^[0-9a-f]{12}$/.test(id)) throw new UsageError('key revoke: expected the id of a key, as key list shows it');
  const { json } = readFlags(args, { json: { type: 'boolean' } });
  return withKeys(async (keys, place) => {
    const key = await keys.revoke(id);
    if (key === null) return { stdout: '', stderr: `No key in ${place} has the id ${id}.`, exitCode: EXIT_FAILED };
    const stderr = `${describe(key)}\nServers that run refuse it within two seconds.`;
    return { stdout: json ? toJson(toListed(key)) : '', stderr, exitCode: 0 };
  });
}

/** `place` is where the keys are, for a person. */
async function withKeys<T>(work: (keys: KeyStore, place: string) => Promise<T>): Promise<T> {
  const { store } = loadConfig(readEnvironment());
  const log = createLog('silent');
  const database = await openDatabase({ ...store, log, owns: false });
  try {
    return await work(createKeyStore(database, { log }), toPlace(store));
  } finally {
    await database.close();
  }
}

function toPlace({ databaseUrl, dataDirectory }: Config['store']): string {
  return databaseUrl === null ? `DATA_DIR (${dataDirectory})` : 'the database of DATABASE_URL';
}

function describe(key: AccessKey): string {
  const { id, name, companies, state, may, expiresAt, lastUsedAt, revokedAt } = toListed(key);
  const lines = [
    `${id}  ${name}`,
    `  state      ${revokedAt === null ? state : `${state} ${revokedAt}`}`,
    `  companies  ${companies === 'all' ? companies : companies.join(', ')}`,
    `  may        ${may.join(', ')}${key.masksPersonalData ? '; personal data is masked' : ''}`,
    `  until      ${expiresAt ?? 'it is revoked'}`,
    `  last used  ${lastUsedAt ?? 'never'}`,
  ];
  return lines.join('\n');
}

/** As `--json` shows it. */
function toListed(key: AccessKey) {
  const toText = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const unusable = key.revokedAtMs === null ? 'expired' : 'revoked';
  return {
    id: key.id,
    name: key.name,
    state: isUsable(key, Date.now()) ? 'usable' : unusable,
    companies: toWrittenGrant(key.companies),
    may: key.abilities,
    masksPersonalData: key.masksPersonalData,
    createdAt: toText(key.createdAtMs),
    expiresAt: toText(key.expiresAtMs),
    revokedAt: toText(key.revokedAtMs),
    lastUsedAt: toText(key.lastUsedAtMs),
  };
}

function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
