/**
 * Keepnet's gamification endpoints: the leaderboard, its filter values, and one user's timeline and performance.
 * They page inside a nested `pagination` and answer with a page or a plain list.
 */
import type { DecodeContext, ScopedEndpoint } from '../endpoint.js';
import { toLeaderboardFilter } from '../filters.js';
import { toWirePeriod } from '../period.js';
import type {
  LeaderboardOptionsRow,
  LeaderboardOrderField,
  LeaderboardRow,
  LeaderboardSearch,
  OptionRow,
  Page,
  Period,
  TimelineRow,
  TimelineSearch,
  UserPerformanceRow,
} from '../rows.js';
import { toOutcome } from '../timeline-outcomes.js';
import type {
  WireFormDetails,
  WireLeaderboardRequest,
  WireLeaderboardRow,
  WireOption,
  WireTimelineEvent,
  WireTimelineRequest,
  WireUserPerformanceRequest,
  WireUserPerformanceRow,
} from '../wire.js';
import {
  parseKnown,
  parsePage,
  parseRows,
  parseText,
  type Raw,
  requireList,
  toCount,
  toInstant,
  toNumber,
  toText,
} from '../wire-values.js';
import { toDisplayName } from './target-users.js';

export const leaderboardOptions: ScopedEndpoint<void, LeaderboardOptionsRow> = {
  scoped: true,
  method: 'GET',
  path: 'leaderboard/form-details',
  repeatable: true,
  isCatalogue: true,
  toRequest: () => ({}),
  decode(data) {
    const raw = parseKnown<WireFormDetails>(data, 'data', ['gamificationActionTypes', 'gamificationProductTypes']);
    return {
      actionTypes: parseOptions(raw.gamificationActionTypes),
      products: parseOptions(raw.gamificationProductTypes),
      difficultyTypes: parseOptions(raw.gamificationScenarioDifficultyTypes),
      trainingCategories: parseOptions(raw.gamificationTrainingCategories),
    };
  },
};

export const leaderboard: ScopedEndpoint<LeaderboardSearch, Page<LeaderboardRow>> = {
  scoped: true,
  method: 'POST',
  path: 'leaderboard/get-all',
  repeatable: true,
  toRequest({ period, filter, pageNumber, pageSize, order }) {
    const body: WireLeaderboardRequest = {
      filter: toLeaderboardFilter(filter),
      pagination: { pageNumber, pageSize, orderBy: ORDER_FIELDS[order.field], ascending: order.direction === 'ASC' },
      ...toWirePeriod(period),
    };
    return { body };
  },
  decode: (data) => parsePage<WireLeaderboardRow, LeaderboardRow>(data, parseEntry),
};

/** Takes the period alone: Keepnet's own screen sends neither filter nor page, and gets the first three. */
export const topPerformers: ScopedEndpoint<Period, readonly LeaderboardRow[]> = {
  scoped: true,
  method: 'POST',
  path: 'leaderboard/get-top-performers',
  repeatable: true,
  toRequest: (period) => ({ body: toWirePeriod(period) }),
  decode: (data) => parsePage<WireLeaderboardRow, LeaderboardRow>(data, parseEntry).rows,
};

export const userTimeline: ScopedEndpoint<TimelineSearch, Page<TimelineRow>> = {
  scoped: true,
  method: 'POST',
  path: 'leaderboard/get-user-timeline',
  repeatable: true,
  toRequest({ targetUserResourceId, period, filter, pageNumber, pageSize, direction }) {
    const body: WireTimelineRequest = {
      targetUserResourceId,
      actionTypes: [...(filter.actionTypes ?? [])],
      difficultyTypes: [...(filter.difficultyTypes ?? [])],
      products: [...(filter.products ?? [])],
      showOnlyFailedEvents: filter.failedOnly ?? false,
      pagination: { pageNumber, pageSize, orderBy: 'ActionTime', ascending: direction === 'ASC' },
      ...toWirePeriod(period),
    };
    return { body };
  },
  decode: (data, context) => parsePage<WireTimelineEvent, TimelineRow>(data, (raw) => toEvent(raw, context)),
};

export const userPerformance: ScopedEndpoint<
  { readonly targetUserResourceId: string; readonly period: Period },
  UserPerformanceRow
> = {
  scoped: true,
  method: 'POST',
  path: 'leaderboard/user-performance',
  repeatable: true,
  toRequest({ targetUserResourceId, period }) {
    const body: WireUserPerformanceRequest = { targetUserResourceId, ...toWirePeriod(period) };
    return { body };
  },
  /** One row per product, each repeating the totals; no row at all means no activity. */
  decode(data) {
    const rows = parseRows<WireUserPerformanceRow, Raw<WireUserPerformanceRow>>(
      requireList(data, 'data'),
      'data',
      (row) => row,
    );
    const [totals] = rows;
    return {
      rank: totals === undefined ? null : toNumber(totals.rank),
      points: toCount(totals?.totalPoints),
      performance: toNumber(totals?.totalPerformance),
      products: rows.map((row) => ({
        product: parseText(row.phishingType, 'phishingType'),
        performance: toNumber(row.performance),
      })),
    };
  },
};

const ORDER_FIELDS: Record<LeaderboardOrderField, string> = {
  RANK: 'rank',
  POINTS: 'points',
  PERFORMANCE: 'performance',
  FIRST_NAME: 'firstName',
  LAST_NAME: 'lastName',
  EMAIL: 'email',
  DEPARTMENT: 'department',
};

function parseEntry(raw: Raw<WireLeaderboardRow>): LeaderboardRow {
  const names = {
    resourceId: parseText(raw.targetUserResourceId, 'targetUserResourceId'),
    firstName: toText(raw.firstName),
    lastName: toText(raw.lastName),
    email: toText(raw.email),
  };
  return {
    rank: toCount(raw.rank),
    points: toCount(raw.points),
    performance: toNumber(raw.performance),
    targetUserResourceId: names.resourceId,
    displayName: toDisplayName(names),
    firstName: names.firstName,
    lastName: names.lastName,
    email: names.email,
    department: toText(raw.department),
  };
}

function toEvent(raw: Raw<WireTimelineEvent>, context: DecodeContext): TimelineRow {
  const action = toText(raw.ActionType);
  return {
    occurredAt: toInstant(raw.ActionTime, context),
    rawOccurredAt: toText(raw.ActionTime),
    action: action ?? 'Unknown',
    outcome: toOutcome(action),
    product: toText(raw.productType),
    campaignName: toText(raw.name),
    campaignId: toText(raw.resourceId),
    difficulty: toText(raw.difficultyType),
    points: toCount(raw.points),
    campaignPerformance: toNumber(raw.campaignPerformance),
    result: toText(raw.result),
    category: toText(raw.categoryDescription),
  };
}

function parseOptions(options: unknown): OptionRow[] {
  return parseRows<WireOption, OptionRow>(options, 'options', (raw) => {
    const value = parseText(raw.value, 'value');
    return { text: toText(raw.text) ?? value, value };
  });
}
