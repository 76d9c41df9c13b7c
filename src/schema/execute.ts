/**
 * Runs a document on the graph without a client: tables and exports ask the same questions under the same rules, and
 * arguments are checked before anything is asked, as at the door. Errors stay as they were thrown: nobody outside sees them.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { badInput } from '../errors.js';
import { findWrongArgument } from './check-arguments.js';
import { coerceVariables } from './coerce-variables.js';
import type { GraphContext } from './context.js';
import { createCompiledExecutor } from './execute-compiled.js';

/** `document` is one operation, valid against the schema. Resolves with errors where they are, and does not reject for them. */
export type Executor = (
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  context: GraphContext,
) => Promise<ExecutionResult>;

/** Prepares `schema`, a newly built one, for compiling: a document comes again for each page and company. */
export function createExecutor(schema: GraphQLSchema): Executor {
  const run = createCompiledExecutor(schema);
  return async (document, given, context) => {
    const operation = getOperationAST(document);
    if (!operation) throw new Error('expected a document of one operation');
    const coerced = coerceVariables(context, { schema, operation, given });
    if (coerced === undefined) return { errors: refuseVariables(schema, operation, given) };
    const wrong = findWrongArgument(schema, document, operation.name?.value, coerced);
    if (wrong) return { errors: [wrong] };
    return run({ document, operation, variables: given, context });
  };
}

/** graphql-js says in its own words what is wrong with a variable, without a code. */
function refuseVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] {
  const { errors = [] } = getVariableValues(schema, variableDefinitions, given, { maxErrors: 1 });
  return errors.map(({ message }) => new GraphQLError(message, { originalError: badInput('variables', message) }));
}
