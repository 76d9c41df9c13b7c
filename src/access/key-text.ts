/**
 * What an API key looks like: `kg_<id>_<secret><checksum>`, all of it lower-case hexadecimal. The prefix makes a leaked key findable in
 * code and logs, the checksum tells a typo from a key that is not known; neither is a secret. Whether a key is good is left to `keys.ts`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface FreshKey {
  readonly id: string;
  readonly keyText: string;
}

/** 160 random bits behind a random id. */
export function makeKey(): FreshKey {
  const id = randomBytes(ID_BYTES).toString('hex');
  const body = `${PREFIX}${id}_${randomBytes(SECRET_BYTES).toString('hex')}`;
  return { id, keyText: body + toChecksum(body) };
}

/** The id in it; null where it is no key of this form, or a character of it is wrong. */
export function readKeyId(keyText: string): string | null {
  const [, body, id, checksum] = KEY.exec(keyText) ?? [];
  return body !== undefined && id !== undefined && toChecksum(body) === checksum ? id : null;
}

/** Whether it was meant to be a key, and not a token of another kind. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Of a text with so many random bits a plain hash is enough: there is nothing to guess, so nothing to slow down. */
export function hashKey(keyText: string): Buffer {
  return createHash('sha256').update(keyText).digest();
}

const PREFIX = 'kg_';
const ID_BYTES = 6;
const SECRET_BYTES = 20;
const KEY = /^(kg_([0-9a-f]{12})_[0-9a-f]{40})([0-9a-f]{8})$/;

function toChecksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
