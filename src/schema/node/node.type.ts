/** What every type with a global id shares. */
import { type GraphQLSchema, isInterfaceType } from 'graphql';
import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType({ description: 'Something with a global id, for `node(id:)`.', resolveType: toTypeName })
export abstract class Node {
  @Field(() => ID, { description: 'Global id; carries the type and the company.' })
  id: string;
}

/** The type is the first part of the id, so a plain row needs no other mark. */
function toTypeName({ id }: { id: string }): string {
  return id.slice(0, id.indexOf(':'));
}

/** type-graphql answers with a promise of the type, which a compiled operation does not wait for. Changes `schema`. */
export function resolveNodeTypeAtOnce(schema: GraphQLSchema): void {
  const type = schema.getType(Node.name);
  if (isInterfaceType(type)) type.resolveType = toTypeName;
}
