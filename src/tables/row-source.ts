/**
 * Finds in a query where its rows come from: the one list that is paged (`nodes`), a list that is called `rows`, with more of them inside
 * where entries hold entries, or, where there is neither, the one object that is asked for. Types are left to `table-columns.ts`.
 */
import { type FieldNode, type OperationDefinitionNode, print, type SelectionSetNode } from 'graphql';
import { keyOf, toFields } from './fields.js';

export interface RowSource {
  readonly rows: 'PAGED' | 'LISTED' | 'SINGLE';
  /** From the root of the answer to the list, or to the one object. */
  readonly listPath: readonly string[];
  /** Of `LISTED` rows, the lists inside its entries: each from the entry around it, the outermost first. */
  readonly innerPaths: readonly (readonly string[])[];
}

/** @throws Error where there is more than one source, or a list that cannot be walked */
export function findRowSource({ selectionSet }: OperationDefinitionNode): RowSource {
  const paged = findAll(selectionSet, (field) => toFields(field.selectionSet).some(isNodes));
  const listed = findAll(selectionSet, (field) => keyOf(field) === ROWS);
  const [list, ...others] = paged;
  if (list === undefined) return listed.length > 0 ? toListed(listed) : toSingle(selectionSet);
  if (others.length > 0 || listed.length > 0)
    throw new Error(`expected one list, got: ${toNames([...paged, ...listed])}`);
  requirePaging(list.field, list.path.join('.'));
  return { rows: 'PAGED', listPath: list.path, innerPaths: [] };
}

/** The name that makes a plain list the rows of its table. */
const ROWS = 'rows';

interface FoundField {
  readonly field: FieldNode;
  readonly path: readonly string[];
}

/** Outer ones before those inside them. */
function findAll(
  selectionSet: SelectionSetNode | undefined,
  isWanted: (field: FieldNode) => boolean,
  above: readonly string[] = [],
): FoundField[] {
  return toFields(selectionSet).flatMap((field) => {
    const path = [...above, keyOf(field)];
    const inside = findAll(field.selectionSet, isWanted, path);
    return isWanted(field) ? [{ field, path }, ...inside] : inside;
  });
}

/** The first entries of a connection, without the rest, are a plain list: `rows: nodes`. */
function isNodes(field: FieldNode): boolean {
  return field.name.value === 'nodes' && keyOf(field) !== ROWS;
}

function toListed(lists: readonly FoundField[]): RowSource {
  const [outermost = [], ...inner] = lists.map(({ path }) => path);
  let around = outermost;
  const innerPaths = inner.map((path) => {
    if (!around.every((key, at) => key === path[at])) throw new Error(`expected one list, got: ${toNames(lists)}`);
    const fromEntry = path.slice(around.length);
    around = path;
    return fromEntry;
  });
  return { rows: 'LISTED', listPath: outermost, innerPaths };
}

function toSingle(selectionSet: SelectionSetNode): RowSource {
  const [field, ...others] = toFields(selectionSet);
  if (field?.selectionSet === undefined || others.length > 0) {
    throw new Error('expected a list with nodes, pageInfo and totalCount, or one that is called rows, or one object');
  }
  return { rows: 'SINGLE', listPath: [keyOf(field)], innerPaths: [] };
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

function toNames(fields: readonly FoundField[]): string {
  return fields.map(({ path }) => path.join('.')).join(', ');
}
