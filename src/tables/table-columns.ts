/**
 * Reads the leaves of a query as the columns of its table: those around its rows, and those inside them. Promises that every leaf has a
 * name of its own, and that the lists on the way to the rows are lists of objects.
 */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ColumnType } from './column.js';
import { keyOf, toFields } from './fields.js';
import type { RowSource } from './row-source.js';
import type { TableColumn } from './table.js';

/** In the order of the document. @throws Error for a leaf that cannot be a column */
export function readColumns(
  { selectionSet }: OperationDefinitionNode,
  source: RowSource,
  schema: GraphQLSchema,
): readonly TableColumn[] {
  const type = schema.getQueryType();
  if (!type) throw new Error('the schema has no queries');
  const columns = collect({ type, path: [], isNullable: false, level: 0 }, selectionSet, source);
  const names = columns.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw new Error(`two columns are named ${repeated}: give one of them another alias`);
  if (!columns.some(({ from }) => from === 'row'))
    throw new Error('expected columns in the entries of the list, got none');
  return columns;
}

/** An object of the answer, as far as the columns in it must know. */
interface Place {
  readonly type: GraphQLObjectType;
  /** From the root, or from the entry. */
  readonly path: readonly string[];
  /** Whether the object may be missing where there is a row. */
  readonly isNullable: boolean;
  /** How many lists are around it. */
  readonly level: number;
}

function collect(place: Place, selectionSet: SelectionSetNode | undefined, source: RowSource): TableColumn[] {
  const way = [source.listPath, ...source.innerPaths][place.level] ?? [];
  return toFields(selectionSet).flatMap((node) => {
    const field = place.type.getFields()[node.name.value];
    const path = [...place.path, keyOf(node)];
    if (field === undefined) throw new Error(`${path.join('.')} cannot be a column`);
    const isOnWay = path.length <= way.length && path.every((key, at) => key === way[at]);
    if (isOnWay && path.length === way.length && source.rows !== 'SINGLE') {
      return collectEntries({ field, node, level: place.level + 1, source });
    }
    const isNullable = place.isNullable || !isNonNullType(field.type);
    const type = getNullableType(field.type);
    if (isOnWay && !isObjectType(type)) throw new Error(`${path.join('.')}: expected an object, got: ${field.type}`);
    if (!isObjectType(type)) return [toColumn({ ...place, path, isNullable }, node, { field, source })];
    // There is a row only where there is everything that leads to it.
    return collect({ ...place, type, path, isNullable: !isOnWay && isNullable }, node.selectionSet, source);
  });
}

interface EntryList {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly level: number;
  readonly source: RowSource;
}

function collectEntries({ field, node, level, source }: EntryList): TableColumn[] {
  const isPaged = source.rows === 'PAGED';
  const nodes = isPaged ? toFields(node.selectionSet).find((each) => each.name.value === 'nodes') : node;
  const connection = getNamedType(field.type);
  const listType = isPaged && isObjectType(connection) ? connection.getFields().nodes?.type : field.type;
  const type = getNamedType(listType);
  if (!isListType(getNullableType(listType)) || !isObjectType(type)) {
    throw new Error(`${keyOf(node)}: expected a list of objects, got: ${field.type}`);
  }
  return collect({ type, path: [], isNullable: false, level }, nodes?.selectionSet, source);
}

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

interface Leaf {
  readonly field: GraphQLField<unknown, unknown>;
  readonly source: RowSource;
}

function toColumn({ path, isNullable, level }: Place, node: FieldNode, { field, source }: Leaf): TableColumn {
  const name = keyOf(node);
  if (!SNAKE_CASE.test(name)) {
    const alias = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    throw new Error(`${name}: expected a name in snake_case, for example \`${alias}: ${node.name.value}\``);
  }
  const lists = source.rows === 'SINGLE' ? 0 : 1 + source.innerPaths.length;
  const from = level === lists ? 'row' : 'above';
  return { name, type: toColumnType(field.type), description: describe(field), isNullable, from, level, path };
}

const COLUMN_TYPES: Readonly<Record<string, ColumnType>> = {
  ID: 'ID',
  Int: 'INTEGER',
  Float: 'NUMBER',
  Boolean: 'BOOLEAN',
  Date: 'DATE',
  DateTime: 'DATE_TIME',
};

/** A list is one cell: JSON as text, which every reader of tables can take apart, whatever the values contain. */
function toColumnType(type: GraphQLOutputType): ColumnType {
  return isListType(getNullableType(type)) ? 'TEXT' : (COLUMN_TYPES[getNamedType(type).name] ?? 'TEXT');
}

function describe({ description, type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type);
  const values = isEnumType(named)
    ? `One of ${named
        .getValues()
        .map(({ name }) => name)
        .join(', ')}.`
    : '';
  const shape = isListType(getNullableType(type)) ? 'As JSON.' : '';
  return [withoutPrice(description ?? ''), values, shape].filter(Boolean).join(' ');
}

/** What a field costs in a query is not what a column costs in a table; the table says that itself. */
function withoutPrice(description: string): string {
  const sentences = description.split(/(?<=\.) /);
  return sentences.filter((sentence) => sentence !== 'Free.' && !sentence.includes('Keepnet call')).join(' ');
}
