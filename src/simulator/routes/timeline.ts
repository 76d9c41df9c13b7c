/** `leaderboard/get-user-timeline` and its export, and what all of `leaderboard/*` shares: nested paging, periods, shapes. */
import type { WireTimelineEvent } from '../../keepnet/wire.js';
import { type Answer, refuseInput, toPage, toSuccess } from '../answer.js';
import type { Call } from '../call.js';
import { formatDay, readPeriod } from '../dates.js';
import { isAllPages, toFile } from '../files.js';
import { type Body, type Columns, type PageRequest, readOrder, readPageRequest, slicePage } from '../filters.js';
import { type ActivityEvent, type TimeSpan, toEvents } from '../world/activity.js';
import { DIFFICULTIES, FAILED_ACTIONS } from '../world/stories.js';
import { findUser } from './target-users.js';

export function getUserTimeline(call: Call): Answer {
  const page = readPagination(call.body.pagination);
  const events = findEvents(call, call.body.targetuserresourceid, page);
  const rows = slicePage(events, page).map((event) => toEventRow(call, event));
  return toBoardAnswer(call, rows, events.length, page);
}

export function exportUserTimeline(call: Call): Promise<Answer> {
  const page = readPagination(call.body.pagination);
  const events = findEvents(call, call.body.targetuserresourceid, page);
  const wanted = isAllPages(call.body) ? events : slicePage(events, page);
  const rows = wanted.map(({ campaign, step, timeMs, points }) => [
    call.date(timeMs) ?? '',
    step.action,
    campaign.name,
    campaign.product.title,
    DIFFICULTIES[campaign.difficulty] ?? '',
    points,
    campaign.category ?? '',
  ]);
  const headings = ['Date', 'Action', 'Name', 'Product', 'Difficulty', 'Points', 'Category'];
  return toFile({ name: 'Leaderboard-User-Timeline', headings, rows }, call.body);
}

/** One user's events in the period of the call; none for a user of another company. */
export function findEvents(call: Call, resourceId: unknown, page: PageRequest): readonly ActivityEvent[] {
  const order = readOrder(page, EVENT_COLUMNS);
  const span = toSpan(call);
  const user = findUser(call, resourceId);
  if (user === null) return [];
  const actions = toWanted(call.body.actiontypes);
  const difficulties = toWanted(call.body.difficultytypes);
  const products = toWanted(call.body.products);
  return toEvents(call.world, user.company, user.index, span)
    .filter(({ campaign, step }) => {
      if (call.body.showonlyfailedevents === true && !FAILED_ACTIONS.has(step.action)) return false;
      if (products !== null && !products.has(toEnumName(campaign.product.title).toLowerCase())) return false;
      if (difficulties !== null && !difficulties.has((DIFFICULTIES[campaign.difficulty] ?? '').toLowerCase()))
        return false;
      return actions === null || actions.has(toEnumName(step.action).toLowerCase());
    })
    .sort(order);
}

/** Leaderboard requests nest their paging. */
export function readPagination(pagination: unknown): PageRequest {
  if (typeof pagination !== 'object' || pagination === null) return refuseInput('Pagination is required');
  return readPageRequest(pagination as Body);
}

export function toSpan(call: Call): TimeSpan {
  return readPeriod(call.body, call.world.nowMs, call.style);
}

/** The paged shape, or the plain list that the published description has. */
export function toBoardAnswer(
  call: Call,
  rows: readonly object[],
  total: number,
  page: Pick<PageRequest, 'pageNumber' | 'pageSize'>,
): Answer {
  if (call.settings.leaderboardShape === 'array') return toSuccess(rows);
  return toSuccess(toPage(rows, total, page.pageNumber, page.pageSize));
}

export function toEventRow(call: Call, event: ActivityEvent): WireTimelineEvent {
  const { campaign, step, timeMs, points } = event;
  const product = campaign.product.title.toUpperCase();
  const format = call.style.dateFormat === 'ISO' ? 'DD/MM/YYYY' : call.style.dateFormat;
  return {
    resourceId: campaign.resourceId,
    name: campaign.name,
    timeZoneId: campaign.company.timeZoneId,
    campaignPerformance: campaign.product.isTraining ? null : 20 + ((campaign.index * 13) % 80),
    difficultyType: DIFFICULTIES[campaign.difficulty] ?? null,
    points,
    ActionTime: call.date(timeMs),
    ActionTimeWithDay: formatDay(new Date(timeMs), format),
    trainingType: campaign.product.isTraining ? 0 : null,
    categoryDescription: campaign.category,
    result: step.result ?? null,
    campaignType: campaign.subType,
    productType: campaign.subType === null ? product : `${product} - ${campaign.subType}`,
    ActionType: step.action,
    pointRule: step.rule === undefined ? null : toPointRule(step.rule, points),
  };
}

/** `Clicked Link` -> `ClickedLink`: texts are for people, values are what filters take. */
export function toEnumName(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}

const EVENT_COLUMNS: Columns<ActivityEvent> = {
  actiontime: { kind: 'date', read: (event) => event.timeMs },
  points: { kind: 'number', read: (event) => event.points },
  name: { kind: 'text', read: (event) => event.campaign.name },
  actiontype: { kind: 'text', read: (event) => event.step.action },
  producttype: { kind: 'text', read: (event) => event.campaign.product.title },
};

/** Empty lists filter nothing. */
function toWanted(values: unknown): ReadonlySet<string> | null {
  if (!Array.isArray(values) || values.length === 0) return null;
  return new Set(values.map((value) => String(value).toLowerCase()));
}

function toPointRule(ruleName: string, points: number): WireTimelineEvent['pointRule'] {
  const lostPoints = ruleName === 'Joined After 3 Days' ? Math.round(points / 2) : 0;
  return { ruleName, earned: lostPoints === 0, lostPoints, rulePoint: points + lostPoints, lastPoint: points };
}
