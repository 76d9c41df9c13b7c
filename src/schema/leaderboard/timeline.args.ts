/** What a timeline can be filtered by, and the one way to load it: users and leaderboard entries both have one. */
import { ArgsType, Field, InputType, Int } from 'type-graphql';
import type { CompanyRow, Period, TimelineFilter } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import {
  type Connection,
  type ConnectionScope,
  DEFAULT_PAGE_SIZE,
  loadWindow,
  type PageArgs,
  parseWindow,
  toConnection,
  type Window,
} from '../connection.js';
import { checkTextList } from '../filter-checks.js';
import { type OrderDirection, OrderDirectionEnum } from '../order.input.js';
import { PeriodInput, parsePeriod } from '../period.input.js';
import type { TimelineEvent } from './timeline.type.js';

@InputType('TimelineFilter', { description: 'All properties must hold. Values come from `leaderboardOptions`.' })
export class TimelineFilterInput implements TimelineFilter {
  @Field(() => [String], { nullable: true, description: 'Any of these actions: `actionTypes.value`.' })
  actionTypes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Any of these difficulties: `difficultyTypes.value`.' })
  difficultyTypes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Any of these products: `products.value`.' })
  products?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only what counts as failed.' })
  failedOnly?: boolean | null;
}

@ArgsType()
export class TimelineArgs implements PageArgs {
  @Field(() => PeriodInput, { nullable: true, description: 'Which period.' })
  period?: PeriodInput | null;

  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_PAGE_SIZE, description: 'How many per user, 1 to 100.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the entry to go on after.' })
  after?: string | null;

  @Field(() => TimelineFilterInput, { nullable: true, description: 'Which events.' })
  filter?: TimelineFilterInput | null;

  @Field(() => OrderDirectionEnum, {
    nullable: true,
    defaultValue: 'DESC',
    description: 'By time; newest first unless told.',
  })
  direction?: OrderDirection | null;
}

interface TimelineQuestion {
  readonly window: Window;
  readonly scope: ConnectionScope;
  readonly period: Period;
  readonly filter: TimelineFilter;
  readonly direction: OrderDirection;
}

/** Throws BAD_USER_INPUT that names the argument. `ownerId` as in `parseWindow`. */
export function parseTimelineArgs(
  args: TimelineArgs,
  fallback: Period = { preset: 'THIS_YEAR' },
  ownerId?: string,
): TimelineQuestion {
  const filter = args.filter ?? {};
  checkTextList('actionTypes', filter.actionTypes);
  checkTextList('difficultyTypes', filter.difficultyTypes);
  checkTextList('products', filter.products);
  const direction = args.direction ?? 'DESC';
  const period = parsePeriod(args.period, fallback);
  // The period is part of the owner instead: its default depends on where the timeline hangs.
  const scope = { field: 'timeline', question: { filter, direction } };
  return { window: parseWindow(args, scope, ownerId), scope, period, filter, direction };
}

export interface TimelineOwner {
  readonly companyRow: CompanyRow;
  /** Raw id of the target user. */
  readonly resourceId: string;
  readonly args: TimelineArgs;
  /** The period where the arguments give none. */
  readonly period: Period;
}

export async function loadTimeline(owner: TimelineOwner, loaders: Loaders): Promise<Connection<TimelineEvent>> {
  const { companyRow, resourceId } = owner;
  const ownerId = `${resourceId}:${toPeriodText(parsePeriod(owner.args.period, owner.period))}`;
  const { window, scope, period, filter, direction } = parseTimelineArgs(owner.args, owner.period, ownerId);
  const page = await loadWindow(window, (request) =>
    loaders.userTimeline(companyRow, { targetUserResourceId: resourceId, period, filter, direction, ...request }),
  );
  return toConnection(page, window, { scope, ownerId }, (event) => event);
}

function toPeriodText(period: Period): string {
  return 'preset' in period ? period.preset : `${period.from}:${period.to}`;
}
