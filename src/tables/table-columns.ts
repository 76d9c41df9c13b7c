/**
 * Finds in a query what makes it a table: the one list that is paged, and the leaves around and inside it. Promises that a
 * query which passes can be walked: the list is asked for a page at a time, and every leaf has a name of its own.
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
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';
import type { ColumnType } from './column.js';
import type { TableColumn } from './table.js';

/** Where the list stands in an answer. @throws Error where there is none, or more than one, or it cannot be walked */
export function findList({ selectionSet }: OperationDefinitionNode): readonly string[] {
  const lists = findLists(selectionSet, []);
  const [list] = lists;
  if (list === undefined) throw new Error('expected a list with nodes, pageInfo and totalCount, got none');
  if (lists.length > 1) {
    throw new Error(`expected one list, got: ${lists.map(({ path }) => path.join('.')).join(', ')}`);
  }
  requirePaging(list.field, list.path.join('.'));
  return list.path;
}

/** In the order of the document. @throws Error for a leaf that cannot be a column */
export function readColumns(
  { selectionSet }: OperationDefinitionNode,
  listPath: readonly string[],
  schema: GraphQLSchema,
): readonly TableColumn[] {
  const type = schema.getQueryType();
  if (!type) throw new Error('the schema has no queries');
  const columns = collect({ type, path: [], isNullable: false, from: 'above' }, selectionSet, listPath);
  const names = columns.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw new Error(`two columns are named ${repeated}: give one of them another alias`);
  if (!columns.some(({ from }) => from === 'row'))
    throw new Error('expected columns in the nodes of the list, got none');
  return columns;
}

interface FoundList {
  readonly field: FieldNode;
  readonly path: readonly string[];
}

/** What selects `nodes` is a list, also inside another. */
function findLists(selectionSet: SelectionSetNode | undefined, above: readonly string[]): FoundList[] {
  return toFields(selectionSet).flatMap((field) => {
    const path = [...above, keyOf(field)];
    const inside = findLists(field.selectionSet, path);
    return selects(field, 'nodes') ? [{ field, path }, ...inside] : inside;
  });
}

/** As far as the walk relies on it. */
function requirePaging(list: FieldNode, name: string): void {
  for (const argument of ['first', 'after']) {
    const given = list.arguments?.find((each) => each.name.value === argument);
    const text = given ? print(given.value) : 'none';
    if (text !== `$${argument}`)
      throw new Error(`${name}: expected the argument ${argument}: $${argument}, got: ${text}`);
  }
  const wanted = [
    [list, ['nodes', 'pageInfo', 'totalCount']],
    [toFields(list.selectionSet).find((field) => keyOf(field) === 'pageInfo'), ['hasNextPage', 'endCursor']],
  ] as const;
  for (const [field, keys] of wanted) {
    const got = toFields(field?.selectionSet).map((each) => print({ ...each, selectionSet: undefined }));
    if ([...got].sort().join() !== [...keys].sort().join()) {
      throw new Error(`${name}: expected ${keys.join(', ')}, without aliases, got: ${got.join(', ') || 'none'}`);
    }
  }
}

/** An object of the answer, as far as the columns in it must know. */
interface Place {
  readonly type: GraphQLObjectType;
  readonly path: readonly string[];
  /** Whether the object may be missing where there is a row. */
  readonly isNullable: boolean;
  readonly from: 'above' | 'row';
}

function collect(place: Place, selectionSet: SelectionSetNode | undefined, listPath: readonly string[]): TableColumn[] {
  return toFields(selectionSet).flatMap((node) => {
    const field = place.type.getFields()[node.name.value];
    const path = [...place.path, keyOf(node)];
    if (field === undefined) throw new Error(`${path.join('.')} cannot be a column`);
    const isAboveList = place.from === 'above' && path.every((key, index) => key === listPath[index]);
    if (isAboveList && path.length === listPath.length) return collectEntries(field, node);
    const isNullable = place.isNullable || !isNonNullType(field.type);
    const type = getNullableType(field.type);
    if (!isObjectType(type)) return [toColumn({ ...place, path, isNullable }, node, field)];
    // There is a row only where there is everything that leads to the list.
    return collect(
      { type, path, isNullable: !isAboveList && isNullable, from: place.from },
      node.selectionSet,
      listPath,
    );
  });
}

function collectEntries(list: GraphQLField<unknown, unknown>, { selectionSet }: FieldNode): TableColumn[] {
  const nodes = toFields(selectionSet).find((field) => field.name.value === 'nodes');
  const connection = getNamedType(list.type);
  const type = isObjectType(connection) ? getNamedType(connection.getFields().nodes?.type) : undefined;
  if (!isObjectType(type)) throw new Error(`${list.name}: expected a list of objects`);
  return collect({ type, path: [], isNullable: false, from: 'row' }, nodes?.selectionSet, []);
}

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

function toColumn(place: Place, node: FieldNode, field: GraphQLField<unknown, unknown>): TableColumn {
  const name = keyOf(node);
  if (!SNAKE_CASE.test(name)) {
    const alias = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    throw new Error(`${name}: expected a name in snake_case, for example \`${alias}: ${node.name.value}\``);
  }
  const { path, isNullable, from } = place;
  return { name, type: toColumnType(field.type), description: describe(field), isNullable, from, path };
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
  return [description, values, shape].filter(Boolean).join(' ');
}

function toFields(selectionSet: SelectionSetNode | undefined): FieldNode[] {
  return (selectionSet?.selections ?? []).map((selection) => {
    if (selection.kind !== Kind.FIELD)
      throw new Error(`expected fields only, got the fragment \`${print(selection)}\``);
    const [directive] = selection.directives ?? [];
    if (directive !== undefined)
      throw new Error(`${keyOf(selection)}: expected no directive, got: ${print(directive)}`);
    return selection;
  });
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function selects({ selectionSet }: FieldNode, name: string): boolean {
  return toFields(selectionSet).some((field) => field.name.value === name);
}
