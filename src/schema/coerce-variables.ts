/**
 * The variables of a request as its operation will see them: defaults filled in, a number made an id, one value made a list.
 * What looks at arguments before the operation runs must look at these, since what a client sends can have any shape.
 */
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import type { GraphContext } from './context.js';

export interface GivenVariables {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode | undefined;
  readonly given: Record<string, unknown> | undefined;
}

/**
 * Undefined where they cannot be coerced: then graphql-js refuses the operation, in better words and without running it.
 * Done once for a context, for whoever asks again for the same operation.
 */
export function coerceVariables(
  context: GraphContext,
  { schema, operation, given }: GivenVariables,
): Record<string, unknown> | undefined {
  if (!operation?.variableDefinitions?.length) return NONE;
  const kept = last.get(context);
  if (kept !== undefined && kept.operation === operation && kept.given === given) return kept.coerced;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions, given ?? {}, { maxErrors: 1 });
  last.set(context, { operation, given, coerced });
  return coerced;
}

/** What a client sends beyond the variables of its operation is not looked at. */
const NONE: Record<string, unknown> = Object.freeze({});

interface Coerced extends Omit<GivenVariables, 'schema'> {
  readonly coerced: Record<string, unknown> | undefined;
}

const last = new WeakMap<GraphContext, Coerced>();
