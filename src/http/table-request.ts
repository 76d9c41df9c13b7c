/**
 * What a request asks of a table: which table and format, from the last piece of its path; what every table takes, such as
 * `columns` and `limit`, from its query; and what this table takes, by the variables of its document. Anything else is refused
 * by its name: a typo must not widen a result.
 */
import type { GraphQLSchema } from 'graphql';
import { AppError, badInput } from '../errors.js';
import { MAX_PAGE_ROWS } from '../tables/feed-page.js';
import { readOptionalText } from '../tables/parameter-values.js';
import { parseParameters, type TableQuery } from '../tables/parameters.js';
import type { Table } from '../tables/table.js';

export const TABLE_FORMATS = ['csv', 'json', 'ndjson', 'xlsx'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** What the server has to serve, and the schema that their documents are valid against. */
export interface TableCatalogue {
  readonly tables: ReadonlyMap<string, Table>;
  readonly schema: GraphQLSchema;
}

export interface TableRequest extends TableQuery {
  readonly columns: readonly string[] | null;
  /** Of rows; null sets no bound. */
  readonly limit: number | null;
  readonly cursor: string | null;
  readonly bom: boolean;
  readonly requiresComplete: boolean;
}

/** A page of `.json` where its request does not say. */
export const DEFAULT_PAGE_ROWS = 1_000;

/** @throws AppError TABLE_NOT_FOUND */
export function findTable({ tables }: TableCatalogue, name: string): Table {
  const table = tables.get(name);
  if (table !== undefined) return table;
  throw new AppError('TABLE_NOT_FOUND', `There is no table of this name. There are: ${[...tables.keys()].join(', ')}.`);
}

/** `target_users.csv`. @throws AppError TABLE_NOT_FOUND */
export function parseTableFile(catalogue: TableCatalogue, file: string): { table: Table; format: TableFormat } {
  const dot = file.lastIndexOf('.');
  const table = findTable(catalogue, dot < 0 ? file : file.slice(0, dot));
  const format = TABLE_FORMATS.find((each) => each === file.slice(dot + 1));
  if (dot >= 0 && format !== undefined) return { table, format };
  const formats = TABLE_FORMATS.map((each) => `.${each}`).join(', ');
  throw new AppError('TABLE_NOT_FOUND', `A table is asked for by its name and a format: ${table.name} and ${formats}.`);
}

/** @throws AppError BAD_USER_INPUT that names the parameter */
export function parseTableRequest(
  table: Table,
  { schema, format, query }: { schema: GraphQLSchema; format: TableFormat; query: Readonly<Record<string, unknown>> },
): TableRequest {
  const { columns, limit, require: required, ...rest } = query;
  const { cursor, ...withoutCursor } = rest;
  const { bom, ...withoutBom } = rest;
  const own = format === 'json' ? withoutCursor : format === 'csv' ? withoutBom : rest;
  return {
    ...parseParameters(table, schema, own),
    columns: parseNames('columns', columns),
    limit: parseLimit(limit, format),
    cursor: format === 'json' ? readOptionalText('cursor', cursor) : null,
    bom: format === 'csv' && parseChoice('bom', bom, ['0', '1']) === '1',
    requiresComplete: parseChoice('require', required, ['complete']) !== null,
  };
}

function parseLimit(value: unknown, format: TableFormat): number | null {
  const written = readOptionalText('limit', value);
  const max = format === 'json' ? MAX_PAGE_ROWS : Number.MAX_SAFE_INTEGER;
  if (written === null) return format === 'json' ? DEFAULT_PAGE_ROWS : null;
  const limit = /^\d{1,15}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= max) return limit;
  throw badInput('limit', format === 'json' ? `expected 1 to ${MAX_PAGE_ROWS}` : 'expected 1 or more');
}

function parseNames(name: string, value: unknown): readonly string[] | null {
  const names =
    readOptionalText(name, value)
      ?.split(',')
      .map((each) => each.trim()) ?? null;
  if (names?.includes('')) throw badInput(name, 'expected names, separated by commas');
  return names;
}

function parseChoice(name: string, value: unknown, choices: readonly string[]): string | null {
  const written = readOptionalText(name, value);
  if (written === null || choices.includes(written)) return written;
  throw badInput(name, `expected ${choices.join(' or ')}`);
}
