/**
 * Who did what in which campaign. Each company runs a campaign about every three weeks; each person of a campaign lives one
 * story of `stories.ts`. Points of the leaderboard, events of the timeline and counts of the widgets are read from the same
 * steps, so that they agree for every period.
 */
import { type Company, DAY_MS } from './companies.js';
import { fraction, mix, pick } from './random.js';
import { PRODUCTS, type Product, type Step, type Story, TRAINING_CATEGORIES } from './stories.js';
import { toCreatedMs } from './target-users.js';
import type { World } from './world.js';

/** Both bounds inclusive. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Campaign {
  readonly company: Company;
  readonly index: number;
  readonly resourceId: string;
  readonly name: string;
  readonly product: Product;
  /** Index into `DIFFICULTIES`. */
  readonly difficulty: number;
  readonly subType: string | null;
  readonly category: string | null;
  readonly startMs: number;
  /** The most points that one person can earn in it. */
  readonly attainable: number;
}

export interface ActivityEvent {
  readonly campaign: Campaign;
  readonly step: Step;
  readonly timeMs: number;
  readonly points: number;
}

const CAMPAIGN_INTERVAL_DAYS = 21;
const CAMPAIGNS = 19;
/** Position in the year -> index into `PRODUCTS`; unlicensed ones are left out. */
const SCHEDULE = [0, 1, 0, 5, 0, 1, 4, 0, 1, 0, 6, 3, 0, 1, 2, 0, 1, 0, 6];
const PARTICIPATION = 0.75;
const CAMPAIGN_NAMES = ['Kargo bildirimi', 'Q1 parcel notice', 'Şifre süresi doldu', 'IT: "urgent" update', '給与明細'];

const campaignsByCompany = new WeakMap<Company, readonly Campaign[]>();

/** Newest first; none where the company never had any activity. */
export function toCampaigns(world: World, company: Company): readonly Campaign[] {
  const known = campaignsByCompany.get(company);
  if (known !== undefined) return known;
  const made: Campaign[] = [];
  for (let index = 0; company.health !== 'noActivity' && index < CAMPAIGNS; index += 1) {
    const product = PRODUCTS[SCHEDULE[index] ?? 0];
    if (product !== undefined && product.fromLicenseType <= company.licenseType) {
      made.push(toCampaign(world, company, index, product));
    }
  }
  campaignsByCompany.set(company, made);
  return made;
}

export function licensedProducts(company: Company): readonly Product[] {
  return PRODUCTS.filter((product) => product.fromLicenseType <= company.licenseType);
}

/** Calls `visit` for every step of one user inside the span, newest campaign first, each campaign's steps in order. */
export function visitEvents(
  world: World,
  company: Company,
  userIndex: number,
  span: TimeSpan,
  visit: (campaign: Campaign, step: Step, timeMs: number) => void,
): void {
  const createdMs = toCreatedMs(world, company, userIndex);
  for (const campaign of toCampaigns(world, company)) {
    if (campaign.startMs < createdMs || campaign.startMs > span.toMs) continue;
    const hash = mix(world.seed, company.index, userIndex, 30, campaign.index);
    if (hash / 0x1_0000_0000 > PARTICIPATION) continue;
    const story = toStory(campaign.product, mix(hash, 1));
    let timeMs = campaign.startMs + (hash % 2_880) * 60_000;
    for (const step of story.steps) {
      timeMs += step.afterMinutes * 60_000;
      if (timeMs >= span.fromMs && timeMs <= span.toMs) visit(campaign, step, timeMs);
    }
  }
}

/** The same events, as objects, in no promised order. */
export function toEvents(world: World, company: Company, userIndex: number, span: TimeSpan): ActivityEvent[] {
  const events: ActivityEvent[] = [];
  visitEvents(world, company, userIndex, span, (campaign, step, timeMs) => {
    events.push({ campaign, step, timeMs, points: toPoints(campaign, step) });
  });
  return events;
}

export function toPoints(campaign: Campaign, step: Step): number {
  return step.points[campaign.difficulty] ?? 0;
}

/** Percent of the attainable points with one decimal; 0 for negative points. */
export function toPerformance(points: number, attainable: number): number {
  if (points <= 0 || attainable <= 0) return 0;
  return Math.min(100, Math.round((points / attainable) * 1_000) / 10);
}

function toStory(product: Product, hash: number): Story {
  let total = 0;
  for (const story of product.stories) total += story.weight;
  let rest = hash % total;
  for (const story of product.stories) {
    rest -= story.weight;
    if (rest < 0) return story;
  }
  return product.stories[0] as Story;
}

function toCampaign(world: World, company: Company, index: number, product: Product): Campaign {
  const hash = mix(world.seed, company.index, index, 31);
  const difficulty = (hash >>> 5) % 3;
  const daysAgo = (index + 0.2 + 0.6 * fraction(hash, 1)) * CAMPAIGN_INTERVAL_DAYS;
  return {
    company,
    index,
    resourceId: world.ids.toId('campaign', company.index, index),
    name: `${pick(CAMPAIGN_NAMES, hash)} ${index + 1}`,
    product,
    difficulty,
    subType: product.subTypes.length === 0 ? null : pick(product.subTypes, hash >>> 8),
    category: product.isTraining ? pick(TRAINING_CATEGORIES, hash >>> 11) : null,
    startMs: Math.floor(world.todayMs - daysAgo * DAY_MS),
    attainable: toAttainable(product, difficulty),
  };
}

function toAttainable(product: Product, difficulty: number): number {
  const sums = product.stories.map((story) =>
    story.steps.reduce((sum, step) => sum + (step.points[difficulty] ?? 0), 0),
  );
  return Math.max(0, ...sums);
}
