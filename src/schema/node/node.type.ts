/** What every type with a global id shares. */
import { Field, ID, InterfaceType } from 'type-graphql';

/** The type is the first part of the id, so a plain row needs no other mark. */
@InterfaceType({
  description: 'Something with a global id, for `node(id:)`.',
  resolveType: ({ id }: { id: string }) => id.slice(0, id.indexOf(':')),
})
export abstract class Node {
  @Field(() => ID, { description: 'Global id; carries the type and the company.' })
  id: string;
}
