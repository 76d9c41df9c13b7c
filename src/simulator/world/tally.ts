/**
 * What the people of a company did in a period, counted: the common source of the executive widgets, from the same events
 * as the leaderboard.
 */
import { type Campaign, type TimeSpan, visitEvents } from './activity.js';
import type { Company } from './companies.js';
import { FAILED_ACTIONS } from './stories.js';
import { toStatus } from './target-users.js';
import type { World } from './world.js';

export interface Counts {
  delivered: number;
  failed: number;
  clicked: number;
  submitted: number;
  reported: number;
  enrolled: number;
  completed: number;
  unfinished: number;
}

export interface Tally {
  readonly total: Counts;
  /** Oldest first; only months with events. */
  readonly months: readonly { readonly startMs: number; readonly counts: Counts }[];
  /** Newest first; simulations only. */
  readonly campaigns: readonly { readonly campaign: Campaign; readonly counts: Counts }[];
  /** Active users with at least one delivered simulation, and with at least two failures. */
  readonly simulatedUsers: number;
  readonly repeatOffenders: number;
  readonly activeUsers: number;
}

export function toTally(world: World, company: Company, span: TimeSpan): Tally {
  const key = `${company.index}:${span.fromMs}:${span.toMs}`;
  return world.tallyCache.getOrMake(
    key,
    () => countAll(world, company, span),
    () => 1,
  );
}

function countAll(world: World, company: Company, span: TimeSpan): Tally {
  const total = noCounts();
  const months = new Map<number, Counts>();
  const campaigns = new Map<Campaign, Counts>();
  let simulatedUsers = 0;
  let repeatOffenders = 0;
  for (let userIndex = 0; userIndex < company.users.total; userIndex += 1) {
    if (toStatus(company, userIndex) !== 'active') continue;
    const own = noCounts();
    visitEvents(world, company, userIndex, span, (campaign, step, timeMs) => {
      const month = toMonthStart(timeMs);
      for (const counts of [own, total, countsOf(months, month), countsOf(campaigns, campaign)]) {
        count(counts, step.action, campaign.product.isTraining);
      }
    });
    if (own.delivered > 0) simulatedUsers += 1;
    if (own.failed > 1) repeatOffenders += 1;
  }
  return {
    total,
    months: [...months].sort(([one], [other]) => one - other).map(([startMs, counts]) => ({ startMs, counts })),
    campaigns: [...campaigns].flatMap(([campaign, counts]) =>
      campaign.product.isTraining ? [] : [{ campaign, counts }],
    ),
    simulatedUsers,
    repeatOffenders,
    activeUsers: company.users.active,
  };
}

function noCounts(): Counts {
  return { delivered: 0, failed: 0, clicked: 0, submitted: 0, reported: 0, enrolled: 0, completed: 0, unfinished: 0 };
}

function countsOf<Key>(map: Map<Key, Counts>, key: Key): Counts {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = noCounts();
  map.set(key, made);
  return made;
}

function count(counts: Counts, action: string, isTraining: boolean): void {
  if (action.endsWith(' Sent')) counts.delivered += 1;
  if (!isTraining && FAILED_ACTIONS.has(action)) counts.failed += 1;
  if (action === 'Clicked Link') counts.clicked += 1;
  if (action.startsWith('Submitted')) counts.submitted += 1;
  if (action.startsWith('Reported')) counts.reported += 1;
  if (action === 'Training Completed') counts.completed += 1;
  if (action === 'Training Not Completed') counts.unfinished += 1;
  if (action === 'Clicked Training' || action === 'Clicked Training Link' || action === 'Training Not Completed') {
    counts.enrolled += 1;
  }
}

function toMonthStart(timeMs: number): number {
  const date = new Date(timeMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
