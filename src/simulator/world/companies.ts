/**
 * One simulated customer company: its licence, privacy, settings and head counts. The counts are decided here, by share,
 * and `target-users.ts` makes exactly that many users of each status, so that every total of the API agrees.
 */
import { COMPANIES_PER_BLOCK, type CompanyHealth, toHealth } from './health.js';
import type { IdCodec } from './ids.js';
import {
  COMPANY_NAMES,
  COUNTRIES,
  INDUSTRIES,
  LANGUAGES,
  LICENSE_TYPES,
  REGIONS,
  TAGS,
  TIME_ZONES,
  toAscii,
} from './names.js';
import { fraction, mix, pick } from './random.js';

export const DAY_MS = 86_400_000;

export type DateFormat = 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'YYYY/MM/DD';
export type TimeFormat = '24h' | '12h';

export interface Company {
  readonly index: number;
  readonly resourceId: string;
  /** Keepnet's internal integer: shown in places, of no use for scoping. */
  readonly numericId: number;
  readonly name: string;
  readonly health: CompanyHealth;
  resellerName: string;
  parent: Company | null;
  readonly children: Company[];
  /** Index into `INDUSTRIES`. */
  readonly industry: number;
  /** Index into `LICENSE_TYPES`; the higher, the more products. */
  readonly licenseType: number;
  readonly license: {
    readonly isLimited: boolean;
    readonly seats: number;
    readonly startMs: number;
    readonly endMs: number;
    readonly isExpired: boolean;
  };
  /** 0 deny, 1 always, 2 to 5 for a while. */
  readonly privacyDurationId: number;
  readonly privacyStartMs: number | null;
  readonly privacyEndMs: number | null;
  readonly users: UserCounts;
  readonly createdMs: number;
  readonly tags: readonly string[];
  readonly domain: string;
  readonly language: string;
  readonly country: { readonly name: string; readonly code: string };
  readonly timeZoneId: string;
  readonly dateFormat: DateFormat;
  readonly timeFormat: TimeFormat;
}

export interface UserCounts {
  readonly total: number;
  readonly active: number;
  readonly inactive: number;
  readonly deleted: number;
}

export interface CompanySource {
  readonly seed: number;
  readonly nowMs: number;
  readonly todayMs: number;
  readonly users: number;
  readonly ids: IdCodec;
  /** Place among all companies of the world. */
  readonly index: number;
  /** Place among the companies of its reseller: decides health and name. */
  readonly number: number;
  readonly resellerName: string;
}

const PRIVACY: Partial<Record<CompanyHealth, { id: number; durationMs: number }>> = {
  privacyClosed: { id: 0, durationMs: 0 },
  openFor8Hours: { id: 3, durationMs: 8 * 3_600_000 },
  openFor1Day: { id: 4, durationMs: DAY_MS },
  openFor7Days: { id: 5, durationMs: 7 * DAY_MS },
};

const DATE_FORMATS: readonly DateFormat[] = ['DD/MM/YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY/MM/DD'];

export function toCompany(source: CompanySource): Company {
  const { seed, index, number, nowMs } = source;
  const health = toHealth(number);
  const hash = mix(seed, index, 1);
  const name = toName(number);
  const users = toUserCounts(seed, index, health === 'empty' ? 0 : source.users);
  const country = hash % COUNTRIES.length;
  const privacy = PRIVACY[health];
  const isTimed = privacy !== undefined && privacy.durationMs > 0;
  return {
    index,
    resourceId: source.ids.toId('company', 0, index),
    numericId: 1_000 + index,
    name,
    health,
    resellerName: source.resellerName,
    parent: null,
    children: [],
    industry: mix(seed, index, 2) % INDUSTRIES.length,
    licenseType: mix(seed, index, 3) % LICENSE_TYPES.length,
    license: toLicense(source, health, users),
    privacyDurationId: privacy?.id ?? 1,
    privacyStartMs: isTimed ? nowMs - 60_000 : null,
    privacyEndMs: isTimed ? nowMs - 60_000 + privacy.durationMs : null,
    users,
    createdMs: source.todayMs - (400 + (mix(seed, index, 4) % 1_100)) * DAY_MS,
    tags: TAGS.filter((_, place) => fraction(seed, index, 5, place) < 0.3),
    domain: `${toAscii(name)}-${index}.example`,
    language: LANGUAGES[country] ?? 'Turkish',
    country: pick(COUNTRIES, country),
    timeZoneId: pick(TIME_ZONES, country),
    dateFormat: pick(DATE_FORMATS, mix(seed, index, 6)),
    timeFormat: mix(seed, index, 7) % 3 === 0 ? '12h' : '24h',
  };
}

/** The reseller's own company: a name and an id for its token. */
export function toHomeCompany(source: CompanySource, name: string): Company {
  return { ...toCompany({ ...source, users: 0 }), name };
}

function toName(number: number): string {
  const name = pick(COMPANY_NAMES, number % COMPANIES_PER_BLOCK);
  const block = Math.floor(number / COMPANIES_PER_BLOCK);
  if (block === 0) return name;
  const cycle = Math.floor((block - 1) / REGIONS.length);
  return `${name} ${pick(REGIONS, block - 1)}${cycle === 0 ? '' : ` ${cycle + 1}`}`;
}

function toUserCounts(seed: number, index: number, total: number): UserCounts {
  const deleted = Math.round(total * (0.03 + 0.07 * fraction(seed, index, 8)));
  const inactive = Math.round(total * (0.02 + 0.1 * fraction(seed, index, 9)));
  return { total, active: total - deleted - inactive, inactive, deleted };
}

function toLicense(source: CompanySource, health: CompanyHealth, users: UserCounts): Company['license'] {
  const { seed, index, todayMs } = source;
  const isExpired = health === 'expired';
  const roomy = Math.ceil((users.active * (1.05 + 0.5 * fraction(seed, index, 10))) / 10) * 10 + 10;
  const seats = health === 'overLimit' ? Math.floor(users.active * 0.8) : health === 'atLimit' ? users.active : roomy;
  const daysLeft = isExpired ? -(20 + (mix(seed, index, 11) % 200)) : 5 + (mix(seed, index, 11) % 700);
  const endMs = todayMs + daysLeft * DAY_MS;
  return { isLimited: health !== 'unlimited', seats, startMs: endMs - 730 * DAY_MS, endMs, isExpired };
}
