/**
 * What a request for a table may say beside its page: the companies, and the variables of its document by their bare names. A word that
 * means nothing is refused: a typo must not widen the result.
 */
import type { GraphQLSchema } from 'graphql';
import type { Table } from './table.js';

export interface TableParameter {
  readonly name: string;
  /** As GraphQL writes it: `Date`, `[ID!]`. A list is written by commas. */
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
}

export interface TableQuery {
  /** For the document, without `company`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Global or raw ids as they were written; null where all are meant. */
  readonly companyIds: readonly string[] | null;
}

/** @throws Error where two inputs of the document have fields of the same name */
export function listParameters(_table: Table, _schema: GraphQLSchema): readonly TableParameter[] {
  throw new Error('not yet');
}

/**
 * `query` holds nothing but parameters of the table: what the caller of this function reads itself is taken out before.
 * @throws AppError BAD_USER_INPUT that names the parameter
 */
export function parseParameters(
  _table: Table,
  _schema: GraphQLSchema,
  _query: Readonly<Record<string, unknown>>,
): TableQuery {
  throw new Error('not yet');
}
