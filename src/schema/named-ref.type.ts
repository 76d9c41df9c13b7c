/** A name with the id of what it names, as Keepnet sends both. */
import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'Something that has a name and, where Keepnet sends one, an id.' })
export class NamedRef {
  @Field(() => String, { nullable: true, description: 'Raw Keepnet resource id.' })
  resourceId: string | null;

  @Field(() => String, { description: 'Name as Keepnet shows it.' })
  name: string;
}
