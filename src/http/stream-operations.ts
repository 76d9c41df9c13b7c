/**
 * What can be streamed, by name: every table, and of the operations that the operator trusts those that ask about one company, with
 * `$company: ID!`. Promises that a name means one thing; of an operation that cannot be streamed it is told why.
 */
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { AppError, badInput } from '../errors.js';
import type { TrustedOperation } from '../schema/trusted-operations.js';
import { listParameters } from '../tables/parameters.js';
import { COMPANY_VARIABLE, type Table, toVariable } from '../tables/table.js';
import type { TableCatalogue } from './table-request.js';

/** A document that is asked once for each company, as a table is. */
export interface CompanyDocument extends Pick<Table, 'name' | 'document' | 'variables' | 'per'> {
  /** The one of the document. */
  readonly operation: OperationDefinitionNode;
}

export type StreamOperation =
  | { readonly kind: 'TABLE'; readonly table: Table }
  | { readonly kind: 'DOCUMENT'; readonly document: CompanyDocument };

export interface StreamOperations {
  /** @throws AppError TABLE_NOT_FOUND; BAD_USER_INPUT for an operation that does not ask about one company */
  find(name: string): StreamOperation;
}

export interface StreamSources {
  readonly catalogue: TableCatalogue;
  /** Those that the operator trusts; none where he trusts none more than others. */
  readonly trusted: readonly TrustedOperation[];
}

/** @throws Error that names each operation that could be streamed and is called like a table: neither may stand in for the other */
export function createStreamOperations({ catalogue, trusted }: StreamSources): StreamOperations {
  const { tables, schema } = catalogue;
  const found = new Map<string, StreamOperation | AppError>();
  for (const [name, table] of tables) found.set(name, { kind: 'TABLE', table });
  const taken: string[] = [];
  for (const { file, document } of trusted) {
    const name = file.replace(/\.graphql$/, '');
    const operation = readDocument(name, document, schema);
    if (!tables.has(name)) found.set(name, operation);
    else if (!(operation instanceof AppError)) taken.push(file);
  }
  if (taken.length > 0) throw new Error(`expected names that no table has, got: ${taken.join(', ')}`);
  return {
    find(name) {
      const operation = found.get(name);
      if (operation === undefined) throw notFound(found);
      if (operation instanceof AppError) throw operation;
      return operation;
    },
  };
}

function readDocument(name: string, document: DocumentNode, schema: GraphQLSchema): StreamOperation | AppError {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) {
    return unfit(`${name} holds ${operations.length} operations, not one`);
  }
  if (operation.operation !== 'query') return unfit(`${name} is a ${operation.operation}, not a query`);
  const variables = (operation.variableDefinitions ?? []).map(toVariable);
  if (!variables.some((variable) => variable.name === COMPANY_VARIABLE && variable.type === 'ID!')) {
    return unfit(`${name} has no variable $${COMPANY_VARIABLE}: ID!, so it does not ask about one company at a time`);
  }
  const read = { name, document, variables, per: 'COMPANY', operation } as const;
  try {
    listParameters(read, schema);
    return { kind: 'DOCUMENT', document: read };
  } catch (error) {
    return unfit(error instanceof Error ? error.message : name);
  }
}

function unfit(reason: string): AppError {
  return badInput('operation', `${reason}; ask for it at /graphql`);
}

function notFound(found: ReadonlyMap<string, StreamOperation | AppError>): AppError {
  const names = [...found].flatMap(([name, operation]) => (operation instanceof AppError ? [] : [name])).sort();
  return new AppError('TABLE_NOT_FOUND', `There is nothing of this name to stream. There are: ${names.join(', ')}.`);
}
