/**
 * Target users, made one by one when asked for: user `i` of a company is the `i`-th to be created, so the natural order
 * (by creation) needs no sorting and a page of it costs a page. Promises as many users of each status as the company counts.
 */
import type { TimeSpan } from './activity.js';
import type { Company } from './companies.js';
import { DEPARTMENTS, FIRST_NAMES, LANGUAGES, LAST_NAMES, PRIORITIES, TIME_ZONES, toAscii } from './names.js';
import { fraction, mix, pick } from './random.js';
import type { World } from './world.js';

export interface TargetUser {
  readonly company: Company;
  readonly index: number;
  readonly resourceId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly department: string;
  readonly priority: string;
  readonly isActive: boolean;
  readonly isDeleted: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly phoneNumber: string;
  readonly timeZoneId: string;
  /** Index into `LANGUAGES`. */
  readonly language: number;
  readonly provisionedBy: 'SCIM' | 'LDAP' | null;
  readonly office: string;
}

const FIRST = FIRST_NAMES.map((name) => ({ name, ascii: toAscii(name) }));
const LAST = LAST_NAMES.map((name) => ({ name, ascii: toAscii(name) }));
const OFFICES = ['İzmir', 'Berlin', 'Kraków', '大阪', ''];
/** Prime, so that it visits every place of a company whose size it does not divide. */
const STRIDES = [7_919, 6_271];

export function toTargetUser(world: World, company: Company, index: number): TargetUser {
  const hash = mix(world.seed, company.index, index, 20);
  const first = pick(FIRST, hash);
  const last = pick(LAST, hash >>> 8);
  const createdMs = toCreatedMs(world, company, index);
  const age = world.todayMs - createdMs;
  const source = (hash >>> 14) % 10;
  const isNameless = (hash >>> 16) % 41 === 0;
  return {
    company,
    index,
    resourceId: world.ids.toId('user', company.index, index),
    firstName: isNameless ? '' : first.name,
    lastName: isNameless ? '' : last.name,
    email: `${isNameless ? 'user' : `${first.ascii}.${last.ascii}`}.${index}@${company.domain}`,
    department: pick(DEPARTMENTS, hash >>> 4),
    priority: pick(PRIORITIES, hash >>> 18),
    ...toStanding(company, index),
    createdMs,
    updatedMs: createdMs + Math.floor(age * fraction(hash, 1)),
    phoneNumber: (hash >>> 6) % 4 === 0 ? '' : `+90555${String(hash % 10_000_000).padStart(7, '0')}`,
    timeZoneId: (hash >>> 10) % 7 === 0 ? '' : pick(TIME_ZONES, hash >>> 12),
    language: (hash >>> 9) % LANGUAGES.length,
    provisionedBy: source < 3 ? 'SCIM' : source < 5 ? 'LDAP' : null,
    office: pick(OFFICES, hash >>> 11),
  };
}

/** All users of a company by index; kept, because only filters and other orders need them all. */
export function allTargetUsers(world: World, company: Company): readonly TargetUser[] {
  return world.userCache.getOrMake(
    company.index,
    () => Array.from({ length: company.users.total }, (_, index) => toTargetUser(world, company, index)),
    (users) => users.length,
  );
}

/** What a user's number tells without making him. */
export function toStanding(company: Company, index: number): Pick<TargetUser, 'isActive' | 'isDeleted'> {
  const status = toStatus(company, index);
  return { isActive: status === 'active', isDeleted: status === 'deleted' };
}

export function toStatus(company: Company, index: number): 'active' | 'inactive' | 'deleted' {
  const { total, deleted, inactive } = company.users;
  const stride = STRIDES.find((prime) => total % prime !== 0) ?? 1;
  const place = (index * stride + company.index) % total;
  if (place < deleted) return 'deleted';
  return place < deleted + inactive ? 'inactive' : 'active';
}

/** Evenly spread from the company's first day to yesterday, and growing with the index. */
export function toCreatedMs(world: World, company: Company, index: number): number {
  const span = toSpan(world, company);
  return Math.floor(company.createdMs + span * (index + fraction(world.seed, company.index, index, 21)));
}

/** How many users, whatever their status, were created in the span. */
export function countCreated(world: World, company: Company, span: TimeSpan): number {
  return countBefore(world, company, span.toMs + 1) - countBefore(world, company, span.fromMs);
}

function countBefore(world: World, company: Company, timeMs: number): number {
  const { total } = company.users;
  const candidate = Math.floor((timeMs - company.createdMs) / toSpan(world, company));
  if (total === 0 || candidate < 0) return 0;
  if (candidate >= total) return total;
  return candidate + (toCreatedMs(world, company, candidate) < timeMs ? 1 : 0);
}

function toSpan(world: World, company: Company): number {
  return (world.todayMs - company.createdMs) / Math.max(1, company.users.total);
}
