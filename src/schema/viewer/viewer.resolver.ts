/** The first question of a new client: am I connected, as whom, and what may I? */
import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { AppError } from '../../errors.js';
import type { GraphCaller, GraphContext } from '../context.js';
import { toCompanyGlobalId } from '../ids.js';
import { CallAllowance, Credential, Viewer } from './viewer.type.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who is asking, what he may, and where the answers come from. Free.' })
  viewer(@Ctx() context: GraphContext): Viewer {
    const { id, name, via, companies, abilities, masksPersonalData } = callerOf(context).identity;
    return {
      id,
      name,
      via,
      companies: {
        kind: companies.kind,
        ids: companies.kind === 'IDS' ? companies.ids.map(toCompanyGlobalId) : [],
        tags: companies.kind === 'TAGS' ? companies.tags : [],
      },
      abilities: [...abilities].map(toUpperCase),
      masksPersonalData,
      upstream: context.upstream,
    };
  }

  @FieldResolver(() => CallAllowance, {
    nullable: true,
    description: 'What is left of your Keepnet calls in this minute; null where they are not limited. Free.',
  })
  async rateLimit(@Ctx() context: GraphContext): Promise<CallAllowance | null> {
    const allowance = await callerOf(context).allowance?.read();
    if (allowance === undefined) return null;
    const { limit, remaining, resetsAtMs } = allowance;
    return { limit, remaining, resetsAt: resetsAtMs === null ? null : new Date(resetsAtMs).toISOString() };
  }

  @FieldResolver(() => Credential, {
    nullable: true,
    description:
      'The Keepnet credential of this server, for callers with the ability ADMIN; null for others. No Keepnet call beyond the token.',
  })
  async credential(@Ctx() context: GraphContext): Promise<Credential | null> {
    if (!callerOf(context).identity.abilities.has('admin')) return null;
    const { role, companyName, companyResourceId, permissions, tokenExpiresAt } = await context.loaders.credential();
    const company = companyName === null ? null : { resourceId: companyResourceId, name: companyName };
    return { role, company, permissions, tokenExpiresAt };
  }
}

/** Throws INTERNAL inside an operation that an export runs: nobody asks there. */
function callerOf({ caller }: GraphContext): GraphCaller {
  if (caller === null) throw new AppError('INTERNAL', 'There is no viewer here.');
  return caller;
}

function toUpperCase<Text extends string>(text: Text): Uppercase<Text> {
  return text.toUpperCase() as Uppercase<Text>;
}
