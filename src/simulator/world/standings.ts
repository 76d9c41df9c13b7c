/**
 * The leaderboard of one company and period: everybody who is active, ranked by points. Ranks are unique (equal points
 * go by age in the system) and never change with a filter. Kept, since a board of 5,000 is asked for page by page.
 */
import { type TimeSpan, toPerformance, toPoints, visitEvents } from './activity.js';
import type { Company } from './companies.js';
import { toStatus } from './target-users.js';
import type { World } from './world.js';

export interface Standings {
  /** Best first; the place plus one is the rank. */
  readonly places: readonly Standing[];
}

export interface Standing {
  readonly company: Company;
  readonly userIndex: number;
  readonly points: number;
  /** Percent. */
  readonly performance: number;
  /** Within the company. */
  readonly rank: number;
}

export function toStandings(world: World, company: Company, span: TimeSpan): Standings {
  return world.standingsCache.getOrMake(
    `${company.index}:${span.fromMs}:${span.toMs}`,
    () => ({ places: rank(world, company, span) }),
    (standings) => standings.places.length,
  );
}

function rank(world: World, company: Company, span: TimeSpan): readonly Standing[] {
  const scores: { userIndex: number; points: number; attainable: number }[] = [];
  for (let userIndex = 0; userIndex < company.users.total; userIndex += 1) {
    if (toStatus(company, userIndex) === 'active')
      scores.push({ userIndex, ...toScore(world, company, userIndex, span) });
  }
  scores.sort((one, other) => other.points - one.points || one.userIndex - other.userIndex);
  return scores.map((score, place) => ({
    company,
    userIndex: score.userIndex,
    points: score.points,
    performance: toPerformance(score.points, score.attainable),
    rank: place + 1,
  }));
}

function toScore(world: World, company: Company, userIndex: number, span: TimeSpan) {
  let points = 0;
  let attainable = 0;
  let lastCampaign = -1;
  visitEvents(world, company, userIndex, span, (campaign, step) => {
    points += toPoints(campaign, step);
    if (campaign.index === lastCampaign) return;
    lastCampaign = campaign.index;
    attainable += campaign.attainable;
  });
  return { points, attainable };
}
