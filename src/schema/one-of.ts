/**
 * Input objects of which exactly one property may be given, `@oneOf` in the language of the specification. graphql-js checks
 * them and tools know them; type-graphql cannot say it yet, so that types are marked with an extension and told afterwards.
 */
import { type GraphQLSchema, isInputObjectType } from 'graphql';

/** For `@Extensions` above an `@InputType`. All its properties must be nullable and without a default. */
export const ONE_OF = { oneOf: true } as const;

/** Makes the marked types of a schema, just built, what their mark says. */
export function applyOneOf(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type) && type.extensions.oneOf === true) type.isOneOf = true;
  }
  return schema;
}
