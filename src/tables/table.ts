/**
 * A table: a GraphQL query that says where its rows come from, and whose leaves, named in snake_case, give the columns. `parseTable`
 * reads it once against the schema and says in a sentence what keeps a query from being a table: operators write their own.
 * How the rows come is the affair of `walk.ts` and `feed.ts`.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type VariableDefinitionNode,
  validate,
} from 'graphql';
import type { Column } from './column.js';
import { findRowSource, type RowSource } from './row-source.js';
import { readColumns } from './table-columns.js';

/**
 * `rows` says how an answer holds them: `PAGED`, a list by cursor; `LISTED`, a list as a whole; `SINGLE`, the one object at
 * `listPath` is the row.
 */
export interface Table extends RowSource {
  readonly name: string;
  /** The comment that the document begins with, on one line; empty where there is none. */
  readonly description: string;
  /** Valid against the schema that the table was parsed with: one query, without fragments and directives. */
  readonly document: DocumentNode;
  /** In the order of the document. One is `row_key`. */
  readonly columns: readonly TableColumn[];
  /** What may be given, beside the page. */
  readonly variables: readonly TableVariable[];
  /** `COMPANY` where the document is asked once for each company, by its variable `$company: ID!`. */
  readonly per: 'COMPANY' | 'LIST';
}

export interface TableColumn extends Column {
  /**
   * `row`: from the entry that makes the row. `above`: from what is around it, the same on every row beneath. `content`: made of the
   * rest of the row.
   */
  readonly from: 'above' | 'row' | 'content';
  /** How many lists are around it: 0 for what stands beside the list. */
  readonly level: number;
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
/** The column that a feed adds: when the row was read. */
export const AS_OF = 'as_of';
/** The variable that makes a table one of each company. */
export const COMPANY_VARIABLE = 'company';

/** @throws Error that names the table and what was expected of its document. */
export function parseTable(name: string, documentText: string, schema: GraphQLSchema): Table {
  try {
    const document = parse(documentText, { noLocation: true });
    const operation = requireQuery(document);
    const [invalid] = validate(schema, document);
    if (invalid !== undefined) throw invalid;
    const source = findRowSource(operation);
    const variables = readVariables(operation, source);
    const isPerCompany = variables.some((each) => each.name === COMPANY_VARIABLE && each.type === 'ID!');
    return {
      name,
      description: readDescription(documentText),
      document,
      ...source,
      columns: withRowKey(readColumns(operation, source, schema)),
      variables,
      per: isPerCompany ? 'COMPANY' : 'LIST',
    };
  } catch (error) {
    throw new Error(`Table ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The lines before the query, without their marks. */
function readDescription(documentText: string): string {
  const [head = ''] = /^(?:\s*#.*(?:\n|$))*/.exec(documentText) ?? [];
  return head
    .split('\n')
    .map((line) => line.replace(/^\s*#+/, '').trim())
    .filter(Boolean)
    .join(' ');
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
  description: 'Unique in the table. Made of the row itself, but for its numbers; rows that are alike are numbered.',
  isNullable: false,
  from: 'content',
  level: 0,
  path: [],
};

function withRowKey(columns: readonly TableColumn[]): readonly TableColumn[] {
  if (columns.some(({ name }) => name === AS_OF)) throw new Error(`${AS_OF}: this column is added to every table`);
  const own = columns.find((column) => column.name === ROW_KEY);
  if (own === undefined) return [...columns, MADE_KEY];
  if (own.isNullable || own.from !== 'row')
    throw new Error(`${ROW_KEY}: expected a field of the entry that is never null`);
  return columns;
}

/** What the walk fills in itself. */
const PAGE_VARIABLES: Readonly<Record<string, string>> = { first: 'Int!', after: 'String' };

function readVariables({ variableDefinitions = [] }: OperationDefinitionNode, { rows }: RowSource): TableVariable[] {
  const pageVariables = rows === 'PAGED' ? PAGE_VARIABLES : {};
  for (const [name, type] of Object.entries(pageVariables)) {
    const declared = variableDefinitions.find(({ variable }) => variable.name.value === name);
    const got = declared ? print(declared.type) : 'none';
    if (got !== type) throw new Error(`expected a variable $${name}: ${type}, got: ${got}`);
  }
  return variableDefinitions
    .filter(({ variable }) => !Object.hasOwn(pageVariables, variable.name.value))
    .map(toVariable);
}

/** As a query declares it. */
export function toVariable({ variable, type, defaultValue }: VariableDefinitionNode): TableVariable {
  const isRequired = defaultValue === undefined && type.kind === Kind.NON_NULL_TYPE;
  return { name: variable.name.value, type: print(type), isRequired };
}
