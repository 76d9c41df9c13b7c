/** Callers for tests, as keys would make them; and keys themselves, made beside the server that is asked. */
import { type Caller, type CompanyGrant, OPEN_CALLER } from '../../src/access/caller.js';
import { createKeyStore } from '../../src/access/keys.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';

export function aCaller(name: string, companies: CompanyGrant, masksPersonalData = false): Caller {
  return { id: `key:${name}`, name, via: 'KEY', companies, abilities: OPEN_CALLER.abilities, masksPersonalData };
}

export const ADMIN: Caller = aCaller('admin', { kind: 'ALL' });

/** The text of a new key that may do everything with these companies, in the embedded database of a server. */
export async function makeKey(dataDirectory: string, name: string, companies: CompanyGrant): Promise<string> {
  const log = createLog('warn', { write: () => undefined });
  const database = await openDatabase({ databaseUrl: null, dataDirectory, log, owns: false });
  try {
    const request = { name, companies, abilities: ['admin'] as const, masksPersonalData: false, expiresAtMs: null };
    return (await createKeyStore(database, { log }).create(request)).keyText;
  } finally {
    await database.close();
  }
}
