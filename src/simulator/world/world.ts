/**
 * The simulated world: every company, and the clock that all data is relative to. Companies are made at the start (a few
 * hundred bytes each); users, events and widgets are made when somebody asks (`target-users.ts`, `activity.ts`, `widgets.ts`).
 * Promises the same world for the same options and day. The clock stands still at the moment of creation, so that two
 * answers never disagree about "the last month".
 */
import { type Company, DAY_MS, toCompany, toHomeCompany } from './companies.js';
import { type IdCodec, toIdCodec } from './ids.js';
import { createLruCache, type LruCache } from './lru-cache.js';
import type { Standings } from './standings.js';
import type { Tally } from './tally.js';
import type { TargetUser } from './target-users.js';

export interface WorldOptions {
  readonly companies: number;
  /** Target users of each company, deleted and inactive ones included. */
  readonly users: number;
  readonly seed: number;
  readonly nowMs: number;
}

export interface World {
  readonly seed: number;
  readonly nowMs: number;
  /** The start of `nowMs`' day in UTC: data hangs on it, so that two starts on one day give one world. */
  readonly todayMs: number;
  readonly ids: IdCodec;
  /** The companies of `SIMULATOR_CREDENTIALS`, in the order of `HEALTH_BY_POSITION`. */
  readonly resellerCompanies: readonly Company[];
  /** Managed by the other reseller only. */
  readonly otherCompanies: readonly Company[];
  /** The resellers' own companies: in their tokens, in no list. */
  readonly homeCompanies: { readonly reseller: Company; readonly otherReseller: Company };
  companyById(resourceId: string): Company | undefined;
  companyAt(index: number): Company | undefined;
  /** Bounded caches of what is dear to make again. */
  readonly userCache: LruCache<number, readonly TargetUser[]>;
  /** Users that were filtered and put in order. */
  readonly listCache: LruCache<string, readonly TargetUser[]>;
  readonly standingsCache: LruCache<string, Standings>;
  readonly tallyCache: LruCache<string, Tally>;
}

const OTHER_COMPANIES = 4;
/** Users kept whole in memory, for filters and orders that must look at all of a company's. */
const MAX_CACHED_USERS = 60_000;
/** Users in lists that are kept. */
const MAX_LISTED_USERS = 120_000;
/** Ranked users kept. */
const MAX_CACHED_STANDINGS = 1_000_000;
const MAX_CACHED_TALLIES = 1_000;

export function createWorld(options: WorldOptions): World {
  const ids = toIdCodec(options.seed);
  const todayMs = Math.floor(options.nowMs / DAY_MS) * DAY_MS;
  const source = { ...options, ids, todayMs };
  const resellerName = 'Simulated Reseller';
  const otherName = 'Öteki Bayi';
  const total = options.companies + OTHER_COMPANIES;
  const all = Array.from({ length: total }, (_, index) => {
    const isOther = index >= options.companies;
    const number = isOther ? index - options.companies : index;
    return toCompany({ ...source, index, number, resellerName: isOther ? otherName : resellerName });
  });
  const resellerCompanies = all.slice(0, options.companies);
  linkSubResellers(resellerCompanies);
  const byId = new Map(all.map((company) => [company.resourceId, company]));
  return {
    seed: options.seed,
    nowMs: options.nowMs,
    todayMs,
    ids,
    resellerCompanies,
    otherCompanies: all.slice(options.companies),
    homeCompanies: {
      reseller: toHomeCompany({ ...source, index: total, number: 0, resellerName: '' }, resellerName),
      otherReseller: toHomeCompany({ ...source, index: total + 1, number: 0, resellerName: '' }, otherName),
    },
    companyById: (resourceId) => byId.get(resourceId),
    companyAt: (index) => all[index],
    userCache: createLruCache(MAX_CACHED_USERS),
    listCache: createLruCache(MAX_LISTED_USERS),
    standingsCache: createLruCache(MAX_CACHED_STANDINGS),
    tallyCache: createLruCache(MAX_CACHED_TALLIES),
  };
}

/** The customers after a sub-reseller are its children and carry its name. */
function linkSubResellers(companies: readonly Company[]): void {
  let parent: Company | null = null;
  for (const company of companies) {
    if (company.health === 'subReseller') parent = company;
    if (company.health !== 'subResellerCustomer' || parent === null) continue;
    company.parent = parent;
    company.resellerName = parent.name;
    parent.children.push(company);
  }
}
