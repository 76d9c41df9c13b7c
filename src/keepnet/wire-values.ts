/**
 * Readers for single values of Keepnet's answers. Strict where the shape is wrong (a list that is no list), tolerant where
 * Keepnet is loose: numbers and booleans as text, "" for nothing, keys that are missing. None of them knows an endpoint.
 */
import { type DecodeContext, ShapeError } from './endpoint.js';
import type { Instant, NamedRef, Page } from './rows.js';

/** An object as it came: the keys of `Wire`, none of the values trusted. */
export type Raw<Wire> = { readonly [Key in keyof Wire]?: unknown };

export function parseObject<Wire>(value: unknown, what: string): Raw<Wire> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(what, 'an object', value);
  return value as Raw<Wire>;
}

/**
 * An object with at least one of the keys that it is known by. Without this an answer about something else would be read as
 * zeros and empty lists.
 */
export function parseKnown<Wire>(value: unknown, what: string, keys: readonly (keyof Wire & string)[]): Raw<Wire> {
  const raw = parseObject<Wire>(value, what);
  if (!keys.some((key) => raw[key] !== undefined)) throw new ShapeError(`${what}: none of ${keys.join(', ')}`);
  return raw;
}

/** Null and absent are an empty list. */
export function parseList(value: unknown, what: string): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw mismatch(what, 'a list', value);
  return value;
}

/** A list that an answer cannot do without, not even as null. */
export function requireList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw mismatch(what, 'a list', value);
  return value;
}

export function parseRows<Wire, Row>(value: unknown, what: string, toRow: (raw: Raw<Wire>) => Row): Row[] {
  return parseList(value, what).map((item) => toRow(parseObject<Wire>(item, `an item of ${what}`)));
}

interface WirePageKeys {
  results: unknown;
  totalNumberOfRecords: unknown;
  totalRowCount: unknown;
}

/** A page, or the plain list that some of Keepnet's paged answers are. The total falls back to the rows' own count. */
export function parsePage<Wire, Row>(data: unknown, toRow: (raw: Raw<Wire>) => Row): Page<Row> {
  if (Array.isArray(data)) return toPage(data, null, toRow);
  const page = parseObject<WirePageKeys>(data, 'the page');
  const total = toNumber(page.totalNumberOfRecords);
  if (page.results === undefined && total !== 0) throw new ShapeError('the page has no results');
  return toPage(parseList(page.results, 'results'), total, toRow);
}

function toPage<Wire, Row>(items: readonly unknown[], total: number | null, toRow: (raw: Raw<Wire>) => Row): Page<Row> {
  const rows = parseRows<Wire, Row>(items, 'results', toRow);
  const [first] = items as readonly Raw<WirePageKeys>[];
  return { rows, totalCount: total ?? toNumber(first?.totalRowCount) ?? rows.length };
}

/** The text of a key that nothing can be done without. */
export function parseText(value: unknown, what: string): string {
  const text = toText(value);
  if (text === null) throw mismatch(what, 'a text', value);
  return text;
}

/** Null for "", null and whatever is no text; numbers are written out. */
export function toText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}

/** Null for what is no finite number, written as one or as text. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** For counts and points, which Keepnet may leave out where they are 0. */
export function toCount(value: unknown): number {
  return Math.trunc(toNumber(value) ?? 0);
}

export function toFlag(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && value.toLowerCase() === 'true');
}

export function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(toText).filter((text) => text !== null) : [];
}

/** Null where there is no name to show; the id alone stands in for a missing name. */
export function toNamedRef(resourceId: unknown, name: unknown): NamedRef | null {
  const id = toText(resourceId);
  const shown = toText(name) ?? id;
  return shown === null ? null : { resourceId: id, name: shown };
}

export function toInstant(value: unknown, { dates, unreadableDate }: DecodeContext): Instant {
  if (value === null || value === undefined || value === '') return null;
  return (typeof value === 'string' ? dates.parseInstant(value) : null) ?? unreadableDate();
}

/** As `toInstant`, for a calendar day: `YYYY-MM-DD`. */
export function toDay(value: unknown, { dates, unreadableDate }: DecodeContext): Instant {
  if (value === null || value === undefined || value === '') return null;
  return (typeof value === 'string' ? dates.parseDay(value) : null) ?? unreadableDate();
}

function mismatch(what: string, expected: string, value: unknown): ShapeError {
  const got = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
  return new ShapeError(`${what}: expected ${expected}, got ${got}`);
}
