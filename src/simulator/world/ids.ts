/**
 * Keepnet-like ids: 12 characters of `[A-Za-z0-9]`, unrelated to the eye, that carry kind, owner and index.
 * Promises that an id can be read back without a table, so that a million users need no memory; an id of another seed
 * or of pure invention reads as null.
 */
import { mix } from './random.js';

const KINDS = ['company', 'user', 'report', 'widget', 'campaign', 'industry', 'license', 'module', 'lookup'] as const;
export type IdKind = (typeof KINDS)[number];

export interface ParsedId {
  readonly kind: IdKind;
  /** Index of the company, 0 where nobody owns the thing. */
  readonly owner: number;
  readonly index: number;
}

export interface IdCodec {
  toId(kind: IdKind, owner: number, index: number): string;
  readId(id: string): ParsedId | null;
}

const ALPHABET = 'qT7xC5kfGz2NwJ9bRmE3hVsA0yLdP6uFoW8iKcXgU1tDvYnH4aQeSjBpMrZlIO';
const HALF_LENGTH = 6;
const ROUNDS = 4;
const OWNER_BITS = 26;

/** A small Feistel network over two 32-bit halves: reversible, and neighbours look like strangers. */
export function toIdCodec(seed: number): IdCodec {
  return {
    toId(kind, owner, index) {
      let left = ((KINDS.indexOf(kind) << OWNER_BITS) | owner) >>> 0;
      let right = index >>> 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        [left, right] = [right, (left ^ mix(seed, round, right)) >>> 0];
      }
      return toText(left) + toText(right);
    },
    readId(id) {
      if (id.length !== 2 * HALF_LENGTH) return null;
      let left = readHalf(id.slice(0, HALF_LENGTH));
      let right = readHalf(id.slice(HALF_LENGTH));
      if (left === null || right === null) return null;
      for (let round = ROUNDS - 1; round >= 0; round -= 1) {
        [left, right] = [(right ^ mix(seed, round, left)) >>> 0, left];
      }
      const kind = KINDS[left >>> OWNER_BITS];
      return kind === undefined ? null : { kind, owner: left & ((1 << OWNER_BITS) - 1), index: right };
    },
  };
}

function toText(half: number): string {
  let text = '';
  let rest = half;
  for (let place = 0; place < HALF_LENGTH; place += 1) {
    text = ALPHABET[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function readHalf(text: string): number | null {
  let half = 0;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    half = half * 62 + digit;
  }
  return half > 0xffff_ffff ? null : half;
}
