/**
 * Which fields of the graph a table's columns are, and which choices its list leaves to a variable. A document names columns as it
 * likes, so what a column is can be told by its fields only.
 */
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { keyOf, toFields } from '../fields.js';
import type { Table, TableColumn } from '../table.js';

type Field = GraphQLField<unknown, unknown>;
/** From an object of the answer to a leaf. */
export type Way = readonly Field[];

export interface PagedList {
  readonly entryType: GraphQLObjectType;
  /** By column: those of the entry itself, not of another one that it leads to. */
  readonly ways: ReadonlyMap<string, Way>;
  /** By the name of the argument. */
  readonly choices: ReadonlyMap<string, ListChoice>;
}

export interface ListChoice {
  readonly argument: GraphQLArgument;
  /** Without `$`. */
  readonly variable: string;
}

/** Null for a table whose rows do not come in pages. */
export function readPagedList(table: Table, schema: GraphQLSchema): PagedList | null {
  if (table.rows !== 'PAGED') return null;
  const nodes = [...table.listPath, 'nodes'];
  const steps = follow(rootOf(table, schema), nodes);
  const [list, entries] = steps.slice(-2);
  const entryType = entries && getNamedType(entries.field.type);
  if (list === undefined || entries === undefined || !isObjectType(entryType)) return null;
  const place = { type: entryType, selectionSet: entries.node.selectionSet };
  const ways = table.columns
    .filter(({ from }) => from === 'row')
    .map((column) => [column.name, follow(place, column.path)] as const)
    .filter(([, way]) => way.every(isOfItsEntry))
    .map(([name, way]) => [name, way.map(({ field }) => field)] as const);
  return { entryType, ways: new Map(ways), choices: readChoices(list) };
}

/** Of a column that stands beside the list, from the root; null for others. */
export function readWayAbove(table: Table, column: TableColumn, schema: GraphQLSchema): Way | null {
  if (column.level > 0 || column.path.length === 0) return null;
  return follow(rootOf(table, schema), column.path).map(({ field }) => field);
}

interface Place {
  readonly type: GraphQLObjectType;
  readonly selectionSet: SelectionSetNode | undefined;
}

interface Step {
  readonly node: FieldNode;
  readonly field: Field;
}

function rootOf({ document }: Table, schema: GraphQLSchema): Place {
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const type = schema.getQueryType();
  if (!type) throw new Error('the schema has no queries');
  return { type, selectionSet: (operation as OperationDefinitionNode).selectionSet };
}

/** `keys` as an answer has them. */
function follow(from: Place, keys: readonly string[]): readonly Step[] {
  let place: Place | null = from;
  return keys.map((key) => {
    const node = toFields(place?.selectionSet).find((each) => keyOf(each) === key);
    const field = node && place?.type.getFields()[node.name.value];
    if (node === undefined || field === undefined) throw new Error(`the document has no ${keys.join('.')}`);
    const type = getNamedType(field.type);
    place = isObjectType(type) ? { type, selectionSet: node.selectionSet } : null;
    return { node, field };
  });
}

/** What a field says with arguments is another thing; so is what belongs to an object with an id of its own. */
function isOfItsEntry({ node, field }: Step): boolean {
  const type = getNamedType(field.type);
  const isPart = !isObjectType(type) || type.getInterfaces().length === 0;
  return isPart && (node.arguments ?? []).length === 0 && !isListType(getNullableType(field.type));
}

function readChoices({ node, field }: Step): ReadonlyMap<string, ListChoice> {
  const choices = new Map<string, ListChoice>();
  for (const { name, value } of node.arguments ?? []) {
    const argument = field.args.find((each) => each.name === name.value);
    if (argument && value.kind === Kind.VARIABLE) {
      choices.set(name.value, { argument, variable: value.name.value });
    }
  }
  return choices;
}
