/** Sums and slices over the companies of a portfolio. Pure, and free: each works on what has already come. */
import type { CompanyRow, CountSummaryRow, Instant, LeaderboardRow, NamedRef } from '../../keepnet/rows.js';
import type { CompanyAnswer } from './ask-companies.js';

export type UserTotalsSum = CompanyRow['userTotals'];

export function sumUserTotals(rows: readonly CompanyRow[]): UserTotalsSum {
  const sum = { active: 0, inactive: 0, deleted: 0, addedThisMonth: 0 };
  for (const { userTotals } of rows) {
    sum.active += userTotals.active;
    sum.inactive += userTotals.inactive;
    sum.deleted += userTotals.deleted;
    sum.addedThisMonth += userTotals.addedThisMonth;
  }
  return sum;
}

export interface LicenseUsage {
  readonly seats: number;
  readonly seatsUsed: number;
  readonly companiesUnlimited: number;
  readonly companiesOfUnknownSeats: number;
  readonly companiesOverLimit: number;
  readonly companiesExpired: number;
  readonly companiesOfUnknownEnd: number;
}

/** Seats, and users on them, of the companies whose number of seats is known: the two can be compared. */
export function sumLicenses(rows: readonly CompanyRow[]): LicenseUsage {
  const seated = rows.filter(({ license }) => license.isLimited && license.seats !== null);
  const limited = count(rows, ({ license }) => license.isLimited);
  return {
    seats: seated.reduce((sum, { license }) => sum + (license.seats ?? 0), 0),
    seatsUsed: seated.reduce((sum, { userTotals }) => sum + userTotals.active, 0),
    companiesUnlimited: rows.length - limited,
    companiesOfUnknownSeats: limited - seated.length,
    companiesOverLimit: count(rows, ({ license }) => license.isOverLimit),
    companiesExpired: count(rows, ({ license }) => license.isExpired),
    companiesOfUnknownEnd: count(rows, ({ license }) => !license.isExpired && license.daysRemaining === null),
  };
}

/** Not expired yet, and to end within so many days; one whose day is over and that Keepnet still lets run is among them. */
export function countExpiring(rows: readonly CompanyRow[], withinDays: number): number {
  return count(rows, ({ license: { isExpired, daysRemaining } }) => {
    return !isExpired && daysRemaining !== null && daysRemaining <= withinDays;
  });
}

export interface Slice {
  /** Null for the companies that have none. */
  readonly group: NamedRef | null;
  readonly rows: readonly CompanyRow[];
}

/** Every company is in one slice. The slice with most companies first, then by name. */
export function sliceBy(rows: readonly CompanyRow[], groupOf: (row: CompanyRow) => NamedRef | null): Slice[] {
  const slices = new Map<string, { group: NamedRef | null; rows: CompanyRow[] }>();
  for (const row of rows) {
    const group = groupOf(row);
    const key = group === null ? '' : (group.resourceId ?? `name ${group.name}`);
    const slice = slices.get(key) ?? { group, rows: [] };
    slices.set(key, slice);
    slice.rows.push(row);
  }
  return [...slices.values()].sort(
    (left, right) => right.rows.length - left.rows.length || compareTexts(left.group?.name, right.group?.name),
  );
}

type Counted = CompanyAnswer<CountSummaryRow>;

/** Null for the sum of nothing: a zero would be read as a fact. */
export function sumCounts(answers: readonly Counted[], countOf: (row: CountSummaryRow) => number): number | null {
  if (answers.length === 0) return null;
  return answers.reduce((sum, { answer }) => sum + countOf(answer), 0);
}

export interface MonthSum {
  readonly periodStart: Instant;
  readonly label: string;
  readonly count: number;
  /** How many companies have the month: a customer of last week has no January. */
  readonly companies: number;
}

/** By month, oldest first. A month whose date cannot be read is told by its label, last. */
export function sumMonths(answers: readonly Counted[]): MonthSum[] {
  const sums = new Map<string, MonthSum>();
  for (const { periodStart, label, count: users } of answers.flatMap(({ answer }) => answer.monthlyActiveUsers)) {
    const key = typeof periodStart === 'string' ? periodStart : `unreadable ${label}`;
    const sum = sums.get(key) ?? { periodStart, label, count: 0, companies: 0 };
    sums.set(key, {
      periodStart: sum.periodStart,
      label: sum.label,
      count: sum.count + users,
      companies: sum.companies + 1,
    });
  }
  return [...sums].sort(([left], [right]) => compareTexts(left, right)).map(([, sum]) => sum);
}

export interface Performer {
  readonly row: CompanyRow;
  readonly entry: LeaderboardRow;
}

/** The best of all companies by points, then by performance; equals in the order of name and id, so that it never changes. */
export function pickBest(answers: readonly CompanyAnswer<readonly LeaderboardRow[]>[], first: number): Performer[] {
  return answers
    .flatMap(({ row, answer }) => answer.map((entry) => ({ row, entry })))
    .sort(({ entry: left }, { entry: right }) => {
      return (
        right.points - left.points ||
        (right.performance ?? -1) - (left.performance ?? -1) ||
        compareTexts(left.displayName, right.displayName) ||
        compareTexts(left.targetUserResourceId, right.targetUserResourceId)
      );
    })
    .slice(0, first);
}

function count(rows: readonly CompanyRow[], test: (row: CompanyRow) => boolean): number {
  return rows.reduce((sum, row) => sum + (test(row) ? 1 : 0), 0);
}

/** As programs order them. */
export function compareTexts(left = '', right = ''): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
