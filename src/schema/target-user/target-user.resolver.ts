/** Target users of a company: the list, one by id, and what each did. */
import { Arg, Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { CompanyRow } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { CheckArguments } from '../check-arguments.js';
import { Company, toCompany } from '../company/company.type.js';
import { type Connection, loadWindow, toConnection } from '../connection.js';
import type { GraphContext } from '../context.js';
import { parseScopedId } from '../ids.js';
import { loadTimeline, parseTimelineArgs, TimelineArgs } from '../leaderboard/timeline.args.js';
import { TimelineConnection, type TimelineEvent } from '../leaderboard/timeline.type.js';
import { UserPerformance } from '../leaderboard/user-performance.type.js';
import { PeriodInput, parsePeriod } from '../period.input.js';
import { Price } from '../price.js';
import { parseTargetUsersArgs, TargetUsersArgs } from './target-user.args.js';
import { TargetUser, TargetUserConnection, toTargetUser, toTargetUserByLookup } from './target-user.type.js';

@Resolver(() => Company)
export class CompanyTargetUsersResolver {
  @FieldResolver(() => TargetUserConnection, {
    nullable: true,
    description: 'Target users, filtered, ordered and paged by Keepnet. 1 Keepnet call per company and page.',
  })
  @CheckArguments((args: TargetUsersArgs) => parseTargetUsersArgs(args))
  @Price({ per: 'company' })
  async targetUsers(
    @Root() { row }: Company,
    @Args(() => TargetUsersArgs) args: TargetUsersArgs,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Connection<TargetUser>> {
    const { window, scope, toSearch } = parseTargetUsersArgs(args, row.companyId);
    const page = await loadWindow(window, (request) => loaders.targetUsers(row, toSearch(request)));
    return toConnection(page, window, { scope, ownerId: row.companyId }, (user) => toTargetUser(row, user));
  }

  @FieldResolver(() => TargetUser, {
    nullable: true,
    description:
      'One target user; null where the company has no such user, or has deleted it. Merged into 1 Keepnet call per company.',
  })
  @CheckArguments(({ id }: { id: string }) => parseScopedId('TargetUser', id, 'id'))
  @Price({ per: 'company', call: 'by-resource-ids', calls: 2 })
  async targetUser(
    @Root() { row }: Company,
    @Arg('id', () => ID, { description: 'Global or raw id.' }) id: string,
    @Ctx() { loaders }: GraphContext,
  ): Promise<TargetUser | null> {
    const { companyId, resourceId } = parseScopedId('TargetUser', id, 'id');
    return companyId === null || companyId === row.companyId ? loadTargetUser(row, resourceId, loaders) : null;
  }
}

@Resolver(() => TargetUser)
export class TargetUserResolver {
  @FieldResolver(() => Company, { description: 'The company of the user. Free.' })
  company(@Root() { companyRow }: TargetUser): Company {
    return toCompany(companyRow);
  }

  @FieldResolver(() => UserPerformance, {
    nullable: true,
    description: 'Points and performance by product; the last month unless told. 1 Keepnet call per user.',
  })
  @CheckArguments(({ period }: { period?: PeriodInput | null }) => parsePeriod(period, { preset: 'LAST_MONTH' }))
  @Price({ per: 'entry' })
  performance(
    @Root() { companyRow, resourceId }: TargetUser,
    @Arg('period', () => PeriodInput, { nullable: true, description: 'Which period; LAST_MONTH unless told.' })
    period: PeriodInput | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ): Promise<UserPerformance> {
    return loaders.userPerformance(companyRow, {
      targetUserResourceId: resourceId,
      period: parsePeriod(period, { preset: 'LAST_MONTH' }),
    });
  }

  @FieldResolver(() => TimelineConnection, {
    nullable: true,
    description: 'What the user did, newest first; this year unless told. 1 Keepnet call per user and page.',
  })
  @CheckArguments((args: TimelineArgs) => parseTimelineArgs(args))
  @Price({ per: 'entry' })
  timeline(
    @Root() { companyRow, resourceId }: TargetUser,
    @Args(() => TimelineArgs) args: TimelineArgs,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Connection<TimelineEvent>> {
    return loadTimeline({ companyRow, resourceId, args, period: { preset: 'THIS_YEAR' } }, loaders);
  }
}

/** One user by its raw id; null where Keepnet does not answer it. */
export async function loadTargetUser(
  row: CompanyRow,
  resourceId: string,
  loaders: Loaders,
): Promise<TargetUser | null> {
  const brief = await loaders.targetUserBrief(row, { group: null, id: resourceId });
  return brief && toTargetUserByLookup(row, brief, loaders);
}
