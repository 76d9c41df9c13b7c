/**
 * Runs a document on the graph without a client: tables and exports ask the same questions under the same rules, and
 * arguments are checked before anything is asked, as at the door. Errors stay as they were thrown: nobody outside sees them.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
} from 'graphql';
import { badInput } from '../errors.js';
import { findWrongArgument } from './check-arguments.js';
import type { GraphContext } from './context.js';

/** `document` is one operation, valid against the schema. Resolves with errors where they are, and does not reject for them. */
export type Executor = (
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  context: GraphContext,
) => Promise<ExecutionResult>;

export function createExecutor(schema: GraphQLSchema): Executor {
  return async (document, variables, contextValue) => {
    const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    const { coerced, errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], variables, {
      maxErrors: 1,
    });
    if (errors) return { errors: errors.map(toInputError) };
    const wrong = findWrongArgument(schema, document, operation?.name?.value, coerced);
    if (wrong) return { errors: [wrong] };
    return execute({ schema, document, variableValues: variables, contextValue });
  };
}

/** graphql-js says in its own words what is wrong with a variable, without a code. */
function toInputError({ message }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { originalError: badInput('variables', message) });
}
