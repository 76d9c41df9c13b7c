/**
 * The system query options of OData that are answered here, read from the query of a request. What OData knows beside them is
 * refused as such, and everything else is left for the parameters of the table.
 */
import { badInput } from '../../errors.js';
import type { Column } from '../column.js';
import { readOptionalText } from '../parameter-values.js';
import { type Condition, toCondition } from './condition.js';
import { parseFilter } from './filter-syntax.js';
import { notPushedDown } from './not-pushed-down.js';

export interface QueryOptions {
  /** Names of columns, each once, in the order of the table; null for all. */
  readonly select: readonly string[] | null;
  /** All of them must hold. */
  readonly filter: readonly Condition[];
  readonly orderBy: readonly OrderItem[];
  readonly top: number | null;
  readonly skip: number;
  readonly wantsCount: boolean;
  /** As a `nextLink` of this server has it; null for the first page. */
  readonly skipToken: string | null;
}

export interface OrderItem {
  readonly column: string;
  readonly direction: 'ASC' | 'DESC';
}

export interface OptionsAndRest {
  readonly options: QueryOptions;
  /** Without what begins with `$`. */
  readonly rest: Readonly<Record<string, unknown>>;
}

type Query = Readonly<Record<string, unknown>>;

/** A larger `$skip` would read more than a page of anything is worth. */
const MAX_SKIP = 100_000;

/** @throws AppError BAD_USER_INPUT or NOT_PUSHED_DOWN that names the option */
export function parseQueryOptions(query: Query, columns: readonly Column[]): OptionsAndRest {
  const unknown = Object.keys(query).find((name) => /^[$@]/.test(name) && !KNOWN.has(name));
  if (unknown !== undefined) throw notPushedDown(unknown, `not among ${[...KNOWN].join(', ')}`);
  checkFormat(readText(query, '$format'), JSON_FORMAT);
  const filter = readText(query, '$filter');
  const options: QueryOptions = {
    select: parseSelect(readText(query, '$select'), columns),
    filter: filter === null ? [] : parseFilter(filter).map((each) => toCondition(each, columns)),
    orderBy: parseOrderBy(readText(query, '$orderby'), columns),
    top: parseWhole('$top', readText(query, '$top'), Number.MAX_SAFE_INTEGER),
    skip: parseWhole('$skip', readText(query, '$skip'), MAX_SKIP) ?? 0,
    wantsCount: parseTruth('$count', readText(query, '$count')),
    skipToken: readText(query, '$skiptoken'),
  };
  const rest = Object.entries(query).filter(([name]) => !name.startsWith('$'));
  return { options, rest: Object.fromEntries(rest) };
}

/** Of `/$count`, to which only `$filter` is of account. @throws AppError as above */
export function parseCountOptions(query: Query, columns: readonly Column[]): OptionsAndRest {
  const other = Object.keys(query).find((name) => name.startsWith('$') && name !== '$filter' && KNOWN.has(name));
  if (other !== undefined) throw badInput(other, 'has no meaning for /$count');
  return parseQueryOptions(query, columns);
}

/** For what has no rows; `$format` may be given. @throws AppError BAD_USER_INPUT that names what else there is */
export function checkBareQuery(query: Query, format: RegExp): void {
  const other = Object.keys(query).find((name) => name !== '$format');
  if (other !== undefined) throw badInput(other, 'expected no parameter but $format');
  checkFormat(readText(query, '$format'), format);
}

export const JSON_FORMAT = /^(json|application\/json(;.*)?)$/i;
export const XML_FORMAT = /^(xml|application\/xml(;.*)?)$/i;

const KNOWN: ReadonlySet<string> = new Set([
  '$select',
  '$filter',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$skiptoken',
  '$format',
]);

function checkFormat(format: string | null, expected: RegExp): void {
  const name = expected === XML_FORMAT ? 'xml' : 'json';
  if (format !== null && !expected.test(format)) throw badInput('$format', `expected ${name}`);
}

function parseSelect(text: string | null, columns: readonly Column[]): readonly string[] | null {
  const names = text?.split(',').map((name) => name.trim()) ?? ['*'];
  for (const name of names) if (name !== '*') requireColumn('$select', name, columns);
  if (names.includes('*')) return null;
  return columns.map(({ name }) => name).filter((name) => names.includes(name));
}

function parseOrderBy(text: string | null, columns: readonly Column[]): readonly OrderItem[] {
  const items = (text?.split(',') ?? []).map((item) => {
    const [, column = '', , direction = 'asc'] = /^\s*([A-Za-z_]\w*)(\s+(asc|desc))?\s*$/.exec(item) ?? [];
    if (column === '')
      throw badInput('$orderby', `expected columns, each with asc or desc or neither, got: ${item.trim()}`);
    requireColumn('$orderby', column, columns);
    return { column, direction: direction === 'desc' ? 'DESC' : 'ASC' } as const;
  });
  const twice = items.find(({ column }, at) => items.findIndex((each) => each.column === column) < at);
  if (twice !== undefined) throw badInput('$orderby', `expected each column once, got ${twice.column} again`);
  return items;
}

function requireColumn(option: string, name: string, columns: readonly Column[]): void {
  if (!columns.some((column) => column.name === name)) throw badInput(option, `there is no column ${name}`);
}

function parseWhole(option: string, text: string | null, max: number): number | null {
  if (text === null) return null;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw badInput(option, max === MAX_SKIP ? `expected 0 to ${MAX_SKIP}` : 'expected a number of rows');
}

function parseTruth(option: string, text: string | null): boolean {
  if (text === null || text === 'false') return false;
  if (text === 'true') return true;
  throw badInput(option, 'expected true or false');
}

function readText(query: Query, option: string): string | null {
  return readOptionalText(option, query[option]);
}
