/**
 * What a tool is to read, and its address. A credential is no part of it: it goes where the tool keeps credentials, never into an
 * address or a query that is shared.
 */
import type { TableColumn } from '../wire.js';

export type Format = 'csv' | 'json' | 'ndjson' | 'xlsx';

/** Name and value, as they are written in an address before they are escaped. */
export type Parameter = readonly [name: string, value: string];

export interface Reading {
  /** Of the server, without a slash at its end. */
  readonly origin: string;
  readonly table: string;
  /** Of the table, those that were filled in. */
  readonly parameters: readonly Parameter[];
  /** Those that will come, in their order. */
  readonly columns: readonly TableColumn[];
  /** Whether `columns` are all that the table has. */
  readonly hasAllColumns: boolean;
  /** Whether an answer in which companies are missing is to be refused. */
  readonly needsAll: boolean;
  /** Nobody has to say who he is. */
  readonly isOpen: boolean;
}

/** Everything that stands behind the `?` of a table's address. */
export function toQuery(reading: Reading): readonly Parameter[] {
  return toQueryWith('columns', reading);
}

/** The path of a table has no slash at its beginning. */
export function toPath({ table }: Reading, format: Format): string {
  return `tables/${table}.${format}`;
}

export function toAddress(reading: Reading, format: Format): string {
  return withQuery(`${reading.origin}/${toPath(reading, format)}`, toQuery(reading));
}

/** OData calls the columns `$select`. */
export function toODataQuery(reading: Reading): readonly Parameter[] {
  return toQueryWith('$select', reading);
}

export function toODataAddress(reading: Reading): string {
  return withQuery(`${reading.origin}/odata/${reading.table}`, toODataQuery(reading));
}

function toQueryWith(columnsName: string, { parameters, columns, hasAllColumns, needsAll }: Reading): Parameter[] {
  return [
    ...parameters,
    ...(hasAllColumns ? [] : [[columnsName, columns.map(({ name }) => name).join(',')] as const]),
    ...(needsAll ? [['require', 'complete'] as const] : []),
  ];
}

export function withQuery(address: string, query: readonly Parameter[]): string {
  const written = query.map(([name, value]) => `${escapePart(name).replace('%24', '$')}=${escapePart(value)}`);
  return written.length === 0 ? address : `${address}?${written.join('&')}`;
}

/** Commas and colons mean nothing there, and are easier to read as they are. A `$` in a value could be a variable of the tool. */
function escapePart(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':');
}
