/** Secrets that servers on the same database share, made by whichever needs one first and the same for ever after. */
import { randomBytes } from 'node:crypto';
import type { Database } from './database.js';

/** 32 random bytes. @throws AppError STORE_UNAVAILABLE, STORAGE_FULL */
export async function loadSecret(database: Database, name: string): Promise<Buffer> {
  const fresh = randomBytes(32).toString('hex');
  await database.query('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    name,
    fresh,
  ]);
  const [row] = await database.query<{ value: string }>('SELECT value FROM settings WHERE name = $1', [name]);
  if (!row) throw new Error(`the secret ${name} was stored and is not there`);
  return Buffer.from(row.value, 'hex');
}
