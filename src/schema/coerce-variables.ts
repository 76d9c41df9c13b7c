/**
 * The variables of a request as its operation will see them: defaults filled in, a number made an id, one value made a list.
 * What looks at arguments before the operation runs must look at these, since what a client sends can have any shape.
 */
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';

/** Undefined where they cannot be coerced: then graphql-js refuses the operation, in better words and without running it. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode | undefined,
  given: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  return getVariableValues(schema, operation?.variableDefinitions ?? [], given ?? {}, { maxErrors: 1 }).coerced;
}
