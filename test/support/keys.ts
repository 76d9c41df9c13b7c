/** API keys for tests that come through the door: made beside the server, as the command line does. */
import type { KeyRequest } from '../../src/access/key-request.js';
import { createKeyStore } from '../../src/access/keys.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';

export interface MadeKey {
  readonly id: string;
  readonly text: string;
  /** As a client sends it. */
  readonly headers: { readonly authorization: string };
}

/** Of an analyst who may see every company and do everything but administer, unless told otherwise. */
export async function makeKey(dataDirectory: string, request: Partial<KeyRequest> = {}): Promise<MadeKey> {
  return withKeys(dataDirectory, async (keys) => {
    const { key, keyText } = await keys.create({ ...ANALYST, ...request });
    return { id: key.id, text: keyText, headers: { authorization: `Bearer ${keyText}` } };
  });
}

export async function revokeKey(dataDirectory: string, id: string): Promise<void> {
  await withKeys(dataDirectory, (keys) => keys.revoke(id));
}

const ANALYST: KeyRequest = {
  name: 'Analyst',
  companies: { kind: 'ALL' },
  abilities: ['read', 'tables', 'export'],
  masksPersonalData: false,
  expiresAtMs: null,
};

async function withKeys<T>(
  dataDirectory: string,
  work: (keys: ReturnType<typeof createKeyStore>) => Promise<T>,
): Promise<T> {
  const log = createLog('silent');
  const database = await openDatabase({ databaseUrl: null, dataDirectory, log, owns: false });
  try {
    return await work(createKeyStore(database, { log }));
  } finally {
    await database.close();
  }
}
