/** A `$filter` as the pieces that OData writes it with. Whatever they mean together is `filter-syntax.ts`'s affair. */
import { badInput } from '../../errors.js';

export interface Literal {
  /** `OTHER` is a GUID, a value of an enumeration and the like, which no column here holds. */
  readonly kind: 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'NULL' | 'DATE' | 'OTHER';
  /** A text without its quotes; all else as it was written. */
  readonly text: string;
}

export interface Token {
  readonly kind: Literal['kind'] | 'WORD' | 'SIGN' | 'END';
  readonly text: string;
  /** 1-based. */
  readonly place: number;
}

/** The last is the end. @throws AppError BAD_USER_INPUT that names `$filter` */
export function toTokens(source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpace(source, 0); at < source.length; ) {
    const token = readToken(source, at);
    tokens.push(token);
    at = skipSpace(source, at + token.text.length);
  }
  return [...tokens, { kind: 'END', text: '', place: source.length + 1 }];
}

/** Null for what is no value. */
export function toLiteral({ kind, text }: Token): Literal | null {
  if (kind === 'TEXT') return { kind, text: text.slice(1, -1).replaceAll("''", "'") };
  if (kind === 'SIGN' || kind === 'END') return null;
  if (kind !== 'WORD') return { kind, text };
  if (text === 'null') return { kind: 'NULL', text };
  return text === 'true' || text === 'false' ? { kind: 'BOOLEAN', text } : null;
}

/** The first that fits is taken. */
const PATTERNS: readonly (readonly [kind: Token['kind'], pattern: RegExp])[] = [
  ['TEXT', /'(?:[^']|'')*'/y],
  ['OTHER', /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/iy],
  ['DATE', /\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?(?![\w-])/y],
  ['NUMBER', /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['OTHER', /-?INF\b|NaN\b|[A-Za-z][\w.]*'[^']*'/y],
  ['WORD', /[@$A-Za-z_][\w.@$]*(?:\/[\w.$]+)*/y],
  ['SIGN', /[(),:]/y],
];

function readToken(source: string, at: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { kind, text, place: at + 1 };
  }
  throw badInput('$filter', `cannot be read from character ${at + 1} on: \`${source.slice(at, at + 10)}\``);
}

const SPACE = /\s*/y;

function skipSpace(source: string, from: number): number {
  SPACE.lastIndex = from;
  return from + (SPACE.exec(source)?.[0].length ?? 0);
}
