/**
 * What stands in place of personal data for callers who may not see it: a keyed hash, the same for the same person in every
 * answer of every server that has the secret, so that rows can still be joined. Without the secret nothing leads back.
 */
import { createHmac } from 'node:crypto';

export interface MaskedPerson {
  /** Under `.invalid`, which no mail reaches. */
  readonly email: string;
  readonly name: string;
}

export interface PersonalMask {
  /** By the e-mail address, whatever its letter case; else by whatever else tells the person from others. */
  person(identity: string): MaskedPerson;
  /** The same number written in another way is the same. */
  phone(number: string): string;
  /** What a company keeps of a person in fields of its own. */
  text(text: string): string;
}

/** `secret` is shared by all replicas. */
export function createPersonalMask(secret: Buffer): PersonalMask {
  // The kind is part of what is hashed: a field that repeats an address does not show that it does.
  const hash = (kind: string, text: string) =>
    createHmac('sha256', secret).update(`${kind}\n${text}`).digest('hex').slice(0, HASH_LENGTH);
  return {
    person(identity) {
      const mark = hash('person', identity.trim().toLowerCase());
      return { email: `user-${mark}@masked.invalid`, name: `User ${mark}` };
    },
    phone: (number) => `phone-${hash('phone', number.replace(/[^\d+]/g, ''))}`,
    text: (text) => `masked-${hash('text', text)}`,
  };
}

/** 64 bits: among a million people two share a mark once in 37 million servers. */
const HASH_LENGTH = 16;
