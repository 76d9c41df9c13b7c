/** The first question of a new client: am I connected, and as whom? */
import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import type { GraphContext } from '../context.js';
import { Credential, Viewer } from './viewer.type.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who is asking, and through what. Free.' })
  viewer(@Ctx() { upstream }: GraphContext): Viewer {
    return { upstream };
  }

  @FieldResolver(() => Credential, {
    nullable: true,
    description: 'The Keepnet credential of this server. No Keepnet call beyond the token.',
  })
  async credential(@Ctx() { loaders }: GraphContext): Promise<Credential> {
    const { role, companyName, companyResourceId, permissions, tokenExpiresAt } = await loaders.credential();
    const company = companyName === null ? null : { resourceId: companyResourceId, name: companyName };
    return { role, company, permissions, tokenExpiresAt };
  }
}
