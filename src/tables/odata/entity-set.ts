/** Tables as OData serves them: those that need nothing to be said, each an entity set with an entity type of its own. */
import type { GraphQLSchema } from 'graphql';
import { type Cell, type Column, type ColumnType, type Row, toObject } from '../column.js';
import { listColumns } from '../feed-columns.js';
import { COMPANY_VARIABLE, type Table } from '../table.js';
import { type Capabilities, readCapabilities } from './capabilities.js';

export interface EntitySet {
  readonly table: Table;
  /** Of the feed: `as_of` is the last. */
  readonly columns: readonly Column[];
  readonly capabilities: Capabilities;
}

/** By name, in the order of the tables. */
export function listEntitySets(tables: Iterable<Table>, schema: GraphQLSchema): ReadonlyMap<string, EntitySet> {
  const sets = [...tables]
    .filter(({ variables }) => variables.every(({ name, isRequired }) => !isRequired || name === COMPANY_VARIABLE))
    .map((table) => ({ table, columns: listColumns(table), capabilities: readCapabilities(table, schema) }));
  return new Map(sets.map((set) => [set.table.name, set]));
}

/** Whole numbers of GraphQL have 32 bits. */
export const EDM_TYPES: Readonly<Record<ColumnType, string>> = {
  TEXT: 'Edm.String',
  ID: 'Edm.String',
  INTEGER: 'Edm.Int32',
  NUMBER: 'Edm.Double',
  BOOLEAN: 'Edm.Boolean',
  DATE: 'Edm.Date',
  DATE_TIME: 'Edm.DateTimeOffset',
};

/** `select` as `QueryOptions` has it; `columns` are those of the row. */
export function toEntity(row: Row, columns: readonly Column[], select: readonly string[] | null): Record<string, Cell> {
  const entity = toObject(columns, row);
  return select === null ? entity : Object.fromEntries(select.map((name) => [name, entity[name] ?? null]));
}
