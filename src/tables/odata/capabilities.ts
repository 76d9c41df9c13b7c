/**
 * What Keepnet can be asked about a table's columns: how its list is filtered and ordered, read from the types of the document's
 * variables. Promises that an input is found for a column only where it says something of just that column.
 */
import {
  type GraphQLInputField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import type { TableCompany } from '../coverage.js';
import type { Table } from '../table.js';
import { type PagedList, readPagedList, readWayAbove, type Way } from './column-ways.js';
import { meansColumn } from './same-thing.js';

export interface Capabilities {
  /** By the name of the column. */
  readonly filters: ReadonlyMap<string, ColumnInputs>;
  /** By the name of the column: the value that orders by it. */
  readonly orders: ReadonlyMap<string, string>;
  /** Columns that are known of a company before anything is asked of it. */
  readonly companies: ReadonlyMap<string, keyof TableCompany>;
  /** The variables that take what is pushed down; null where the document leaves no choice. */
  readonly filterVariable: string | null;
  readonly orderVariable: string | null;
}

/** Inputs of the list's filter, by what they say of the column; bounds are inclusive. */
export interface ColumnInputs {
  /** A list of values: any of them. */
  readonly anyOf?: GraphQLInputField;
  readonly isTrue?: GraphQLInputField;
  readonly partOf?: GraphQLInputField;
  readonly atLeast?: GraphQLInputField;
  readonly atMost?: GraphQLInputField;
}

export function readCapabilities(table: Table, schema: GraphQLSchema): Capabilities {
  const list = readPagedList(table, schema);
  const filterType = getNamedType(list?.choices.get('filter')?.argument.type);
  const orderType = getNamedType(list?.choices.get('orderBy')?.argument.type);
  const inputs = isInputObjectType(filterType) ? Object.values(filterType.getFields()) : [];
  const orderField = isInputObjectType(orderType) ? getNamedType(orderType.getFields().field?.type) : undefined;
  const orders = isEnumType(orderField) ? orderField.getValues().map(({ name }) => name) : [];
  return {
    filters: list ? readFilters(inputs, list) : new Map(),
    orders: list ? readOrders(orders, list) : new Map(),
    companies: readCompanyColumns(table, schema),
    filterVariable: list?.choices.get('filter')?.variable ?? null,
    orderVariable: list?.choices.get('orderBy')?.variable ?? null,
  };
}

function readFilters(inputs: readonly GraphQLInputField[], list: PagedList): ReadonlyMap<string, ColumnInputs> {
  const filters = new Map<string, ColumnInputs>();
  for (const input of inputs) {
    const [, stem = '', bound] = /^(.+?)(Min|Max)?$/.exec(input.name) ?? [];
    const column = findColumn(stem, list);
    const leaf = column && getNamedType(list.ways.get(column)?.at(-1)?.type);
    if (column === null || leaf !== getNamedType(input.type)) continue;
    const role = toRole(input, bound);
    if (role !== null) filters.set(column, { ...filters.get(column), [role]: input });
  }
  return filters;
}

function toRole(input: GraphQLInputField, bound: string | undefined): keyof ColumnInputs | null {
  if (bound !== undefined) return bound === 'Min' ? 'atLeast' : 'atMost';
  if (isListType(getNullableType(input.type))) return 'anyOf';
  const { name } = getNamedType(input.type);
  if (name === 'Boolean') return 'isTrue';
  return name === 'String' && /^Part of /.test(input.description ?? '') ? 'partOf' : null;
}

function readOrders(values: readonly string[], list: PagedList): ReadonlyMap<string, string> {
  const found = values.map((value) => [findColumn(value, list), value] as const);
  return new Map(found.filter((pair): pair is readonly [string, string] => pair[0] !== null));
}

/** What the entry itself has under this name is meant before what one of its parts has. */
function findColumn(name: string, { entryType, ways }: PagedList): string | null {
  const isDirect = ownFields(entryType).some((way) => meansColumn(name, way));
  const found = [...ways].find(([, way]) => meansColumn(name, way) && (!isDirect || way.length === 1));
  return found?.[0] ?? null;
}

function ownFields(type: GraphQLObjectType): readonly Way[] {
  return Object.values(type.getFields())
    .filter((field) => !isObjectType(getNamedType(field.type)))
    .map((field) => [field]);
}

const COMPANY_FIELDS: Readonly<Record<string, keyof TableCompany>> = { resourceId: 'companyId', name: 'companyName' };

function readCompanyColumns(table: Table, schema: GraphQLSchema): ReadonlyMap<string, keyof TableCompany> {
  const known = new Map<string, keyof TableCompany>();
  for (const column of table.per === 'COMPANY' ? table.columns : []) {
    const [first, second, ...more] = readWayAbove(table, column, schema) ?? [];
    const told = more.length === 0 && first?.name === 'company' ? COMPANY_FIELDS[second?.name ?? ''] : undefined;
    if (told !== undefined) known.set(column.name, told);
  }
  return known;
}
