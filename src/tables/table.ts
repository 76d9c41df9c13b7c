/**
 * A table: a GraphQL query whose one list gives the rows, and whose leaves, named in snake_case, give the columns. `parseTable`
 * reads it once against the schema and says in a sentence what keeps a query from being a table: operators write their own.
 * How the rows come is `walk.ts`'s affair.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  typeFromAST,
  type VariableDefinitionNode,
  validate,
} from 'graphql';
import type { Column } from './column.js';
import { findList, readColumns } from './table-columns.js';

export interface Table {
  readonly name: string;
  /** Valid against the schema that the table was parsed with: one query, without fragments and directives. */
  readonly document: DocumentNode;
  /** In the order of the document. One is `row_key`. */
  readonly columns: readonly TableColumn[];
  /** What may be given, beside the page. */
  readonly variables: readonly TableVariable[];
  /** Where the list stands in an answer, for example `['company', 'targetUsers']`. */
  readonly listPath: readonly string[];
}

export interface TableColumn extends Column {
  /**
   * `above`: from an object around the list, the same on every row of a page. `row`: from the list's own entry. `content`: made
   * of the rest of the row.
   */
  readonly from: 'above' | 'row' | 'content';
  /** Keys of the answer, from its root or from the entry. */
  readonly path: readonly string[];
}

export interface TableVariable {
  readonly name: string;
  /** As the document writes it: `PeriodInput`, `ID!`. */
  readonly type: string;
  /** Whether there is no table without it. */
  readonly isRequired: boolean;
}

/** The column that tells rows apart; a table whose document has none gets one made of the rows' content. */
export const ROW_KEY = 'row_key';

/** @throws Error that names the table and what was expected of its document. */
export function parseTable(name: string, documentText: string, schema: GraphQLSchema): Table {
  try {
    const document = parse(documentText, { noLocation: true });
    const operation = requireQuery(document);
    const [invalid] = validate(schema, document);
    if (invalid !== undefined) throw invalid;
    const listPath = findList(operation);
    return {
      name,
      document,
      listPath,
      columns: withRowKey(readColumns(operation, listPath, schema)),
      variables: readVariables(operation, schema),
    };
  } catch (error) {
    throw new Error(`Table ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function requireQuery({ definitions }: DocumentNode): OperationDefinitionNode {
  const [operation, ...others] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.operation !== 'query' || others.length > 0) {
    throw new Error('expected one query and nothing beside it');
  }
  return operation;
}

const MADE_KEY: TableColumn = {
  name: ROW_KEY,
  type: 'ID',
  description: 'Unique in the table. Made of the row itself; rows that are equal are numbered.',
  isNullable: false,
  from: 'content',
  path: [],
};

function withRowKey(columns: readonly TableColumn[]): readonly TableColumn[] {
  const own = columns.find((column) => column.name === ROW_KEY);
  if (own === undefined) return [...columns, MADE_KEY];
  if (own.isNullable || own.from !== 'row')
    throw new Error(`${ROW_KEY}: expected a field of the entry that is never null`);
  return columns;
}

/** What the walk fills in itself. */
const PAGE_VARIABLES: Readonly<Record<string, string>> = { first: 'Int!', after: 'String' };

function readVariables({ variableDefinitions = [] }: OperationDefinitionNode, schema: GraphQLSchema): TableVariable[] {
  for (const [name, type] of Object.entries(PAGE_VARIABLES)) {
    const declared = variableDefinitions.find(({ variable }) => variable.name.value === name);
    const got = declared ? print(declared.type) : 'none';
    if (got !== type) throw new Error(`expected a variable $${name}: ${type}, got: ${got}`);
  }
  return variableDefinitions
    .filter(({ variable }) => !Object.hasOwn(PAGE_VARIABLES, variable.name.value))
    .map((definition) => ({
      name: definition.variable.name.value,
      type: print(definition.type),
      isRequired: isRequired(definition, schema),
    }));
}

function isRequired({ type, defaultValue }: VariableDefinitionNode, schema: GraphQLSchema): boolean {
  return defaultValue === undefined && isNonNullType(typeFromAST(schema, type as never));
}
