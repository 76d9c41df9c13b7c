/** The leaderboard of a company, its top three, its filter values, and what hangs on an entry. */
import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { CheckArguments } from '../check-arguments.js';
import { Company } from '../company/company.type.js';
import { type Connection, loadWindow, toConnection } from '../connection.js';
import type { GraphContext } from '../context.js';
import { PeriodInput, parsePeriod } from '../period.input.js';
import { Price } from '../price.js';
import { loadTargetUser } from '../target-user/target-user.resolver.js';
import { TargetUser } from '../target-user/target-user.type.js';
import { LEADERBOARD_PERIOD, LeaderboardArgs, parseLeaderboardArgs } from './leaderboard.args.js';
import { LeaderboardConnection, LeaderboardEntry, LeaderboardOptions, toLeaderboardEntry } from './leaderboard.type.js';
import { loadTimeline, parseTimelineArgs, TimelineArgs } from './timeline.args.js';
import { TimelineConnection, type TimelineEvent } from './timeline.type.js';
import { UserPerformance } from './user-performance.type.js';

interface PeriodArgs {
  readonly period?: PeriodInput | null;
}

@Resolver(() => Company)
export class CompanyLeaderboardResolver {
  @FieldResolver(() => LeaderboardConnection, {
    nullable: true,
    description: 'The leaderboard, filtered, ordered and paged by Keepnet. 1 Keepnet call per company and page.',
  })
  @CheckArguments((args: LeaderboardArgs) => parseLeaderboardArgs(args))
  @Price({ per: 'company' })
  async leaderboard(
    @Root() { row }: Company,
    @Args(() => LeaderboardArgs) args: LeaderboardArgs,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Connection<LeaderboardEntry>> {
    const { window, scope, period, toSearch } = parseLeaderboardArgs(args, row.companyId);
    const page = await loadWindow(window, (request) => loaders.leaderboard(row, toSearch(request)));
    return toConnection(page, window, { scope, ownerId: row.companyId }, (entry) =>
      toLeaderboardEntry(row, period, entry),
    );
  }

  @FieldResolver(() => [LeaderboardEntry], {
    nullable: true,
    description: 'The first three of the leaderboard, as Keepnet chooses them. 1 Keepnet call per company.',
  })
  @CheckArguments(({ period }: PeriodArgs) => parsePeriod(period, LEADERBOARD_PERIOD))
  @Price({ per: 'company', entries: 3 })
  async topPerformers(
    @Root() { row }: Company,
    @Arg('period', () => PeriodInput, { nullable: true, description: 'Which period; LAST_MONTH unless told.' })
    period: PeriodInput | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ): Promise<LeaderboardEntry[]> {
    const parsed = parsePeriod(period, LEADERBOARD_PERIOD);
    const entries = await loaders.topPerformers(row, parsed);
    return entries.map((entry) => toLeaderboardEntry(row, parsed, entry));
  }

  @FieldResolver(() => LeaderboardOptions, {
    nullable: true,
    description: 'The values that timeline filters accept. 1 Keepnet call per company.',
  })
  @Price({ per: 'company' })
  leaderboardOptions(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): Promise<LeaderboardOptions> {
    return loaders.leaderboardOptions(row, null);
  }
}

@Resolver(() => LeaderboardEntry)
export class LeaderboardEntryResolver {
  @FieldResolver(() => TargetUser, {
    nullable: true,
    description: 'The target user; null where it has been deleted. 1 Keepnet call per company for all entries.',
  })
  @Price({ per: 'company', call: 'by-resource-ids', calls: 2 })
  targetUser(@Root() entry: LeaderboardEntry, @Ctx() { loaders }: GraphContext): Promise<TargetUser | null> {
    return loadTargetUser(entry.companyRow, entry.targetUserResourceId, loaders);
  }

  @FieldResolver(() => UserPerformance, {
    nullable: true,
    description: 'Performance by product. 1 Keepnet call per entry.',
  })
  @CheckArguments(({ period }: PeriodArgs) => parsePeriod(period, LEADERBOARD_PERIOD))
  @Price({ per: 'entry' })
  performanceByProduct(
    @Root() entry: LeaderboardEntry,
    @Arg('period', () => PeriodInput, { nullable: true, description: "Which period; the leaderboard's unless told." })
    period: PeriodInput | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ): Promise<UserPerformance> {
    return loaders.userPerformance(entry.companyRow, {
      targetUserResourceId: entry.targetUserResourceId,
      period: parsePeriod(period, entry.period),
    });
  }

  @FieldResolver(() => TimelineConnection, {
    nullable: true,
    description:
      "What the user did, newest first; in the leaderboard's period unless told. 1 Keepnet call per entry and page.",
  })
  @CheckArguments((args: TimelineArgs) => parseTimelineArgs(args))
  @Price({ per: 'entry' })
  timeline(
    @Root() entry: LeaderboardEntry,
    @Args(() => TimelineArgs) args: TimelineArgs,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Connection<TimelineEvent>> {
    const { companyRow, targetUserResourceId, period } = entry;
    return loadTimeline({ companyRow, resourceId: targetUserResourceId, args, period }, loaders);
  }
}
