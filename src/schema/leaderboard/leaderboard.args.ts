/** What a leaderboard can be filtered and ordered by. */
import { ArgsType, Field, Float, ID, InputType, Int } from 'type-graphql';
import type {
  LeaderboardFilter,
  LeaderboardOrderField,
  LeaderboardSearch,
  Order,
  PageRequest,
  Period,
} from '../../keepnet/rows.js';
import { type ConnectionScope, DEFAULT_PAGE_SIZE, type PageArgs, parseWindow, type Window } from '../connection.js';
import { checkIdList, checkRange, checkTexts } from '../filter-checks.js';
import { createOrderInput } from '../order.input.js';
import { PeriodInput, parsePeriod } from '../period.input.js';
import { checkWhere, WhereInput } from '../where.input.js';

/** Keepnet's own default for its leaderboard. */
export const LEADERBOARD_PERIOD: Period = { preset: 'LAST_MONTH' };

export const LeaderboardOrderInput = createOrderInput<LeaderboardOrderField>('Leaderboard', {
  RANK: 'Place.',
  POINTS: 'Points.',
  PERFORMANCE: 'Performance.',
  FIRST_NAME: 'First name.',
  LAST_NAME: 'Last name.',
  EMAIL: 'E-mail address.',
  DEPARTMENT: 'Department.',
});

@InputType('LeaderboardFilter', {
  description: 'All properties must hold; bounds are inclusive. Keepnet filters, not this server.',
})
export class LeaderboardFilterInput implements LeaderboardFilter {
  @Field(() => String, { nullable: true, description: 'Part of the full name, the e-mail address or the department.' })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Part of the e-mail address.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Part of the department.' })
  department?: string | null;

  @Field(() => [ID], { nullable: true, description: "Any of these languages, by Keepnet's resource id." })
  preferredLanguageIds?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'At least so many points; may be negative.' })
  pointsMin?: number | null;

  @Field(() => Int, { nullable: true, description: 'At most so many points; may be negative.' })
  pointsMax?: number | null;

  @Field(() => Float, { nullable: true, description: 'At least so many percent.' })
  performanceMin?: number | null;

  @Field(() => Float, { nullable: true, description: 'At most so many percent.' })
  performanceMax?: number | null;

  @Field(() => WhereInput, { nullable: true, description: "Keepnet's own filter groups, for anything else." })
  where?: WhereInput | null;
}

@ArgsType()
export class LeaderboardArgs implements PageArgs {
  @Field(() => PeriodInput, { nullable: true, description: 'Which period; LAST_MONTH unless told.' })
  period?: PeriodInput | null;

  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_PAGE_SIZE, description: 'How many per company, 1 to 100.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the entry to go on after.' })
  after?: string | null;

  @Field(() => LeaderboardFilterInput, { nullable: true, description: 'Which users.' })
  filter?: LeaderboardFilterInput | null;

  @Field(() => LeaderboardOrderInput, { nullable: true, description: 'In which order; by rank unless told.' })
  orderBy?: Order<LeaderboardOrderField> | null;
}

export interface LeaderboardQuestion {
  readonly window: Window;
  readonly scope: ConnectionScope;
  readonly period: Period;
  toSearch(page: PageRequest): LeaderboardSearch;
}

/** Throws BAD_USER_INPUT that names the argument. `ownerId` as in `parseWindow`. */
export function parseLeaderboardArgs(args: LeaderboardArgs, ownerId?: string): LeaderboardQuestion {
  const filter = args.filter ?? {};
  checkTexts(filter, ['search', 'email', 'department']);
  checkIdList('preferredLanguageIds', filter.preferredLanguageIds);
  checkRange(filter, 'pointsMin', 'pointsMax');
  checkRange(filter, 'performanceMin', 'performanceMax');
  checkWhere(filter.where);
  const period = parsePeriod(args.period, LEADERBOARD_PERIOD);
  const order: Order<LeaderboardOrderField> = args.orderBy ?? { field: 'RANK', direction: 'ASC' };
  const scope = { field: 'leaderboard', question: { period, filter, order } };
  const window = parseWindow(args, scope, ownerId);
  return { window, scope, period, toSearch: (page) => ({ period, filter, order, ...page }) };
}
