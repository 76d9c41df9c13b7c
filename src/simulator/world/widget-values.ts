/** The small parts that widget series are made of: one value, one entry, entries by month, the people at highest risk. */
import type { WireWidgetData, WireWidgetValue } from '../../keepnet/wire.js';
import type { TimeSpan } from './activity.js';
import type { Company } from './companies.js';
import { toStandings } from './standings.js';
import type { Tally } from './tally.js';
import { toTargetUser } from './target-users.js';
import type { World } from './world.js';

export interface SeriesRequest {
  readonly world: World;
  readonly company: Company;
  readonly span: TimeSpan;
  readonly date: (timeMs: number) => string | null;
}

export interface Source extends SeriesRequest {
  readonly tally: Tally;
}

export function byMonth(source: Source, toValues: (counts: Tally['total']) => WireWidgetValue[]): WireWidgetData[] {
  return source.tally.months.map(({ startMs, counts }) => data(toValues(counts), { date: source.date(startMs) }));
}

/** The end of the leaderboard, worst first, with a score from 0 to 100. */
export function riskiest({ world, company, span }: Source, count: number) {
  const places = toStandings(world, company, span).places;
  return places
    .slice(-count)
    .reverse()
    .map((standing) => ({
      user: toTargetUser(world, company, standing.userIndex),
      score: Math.max(0, Math.min(100, Math.round(50 - standing.points / 20))),
    }));
}

export function data(
  values: WireWidgetValue[],
  more: { date?: string | null; dataObject?: unknown } = {},
): WireWidgetData {
  return { date: null, dataObject: null, values, tableValues: null, tableDefinitions: null, ...more };
}

/** Keepnet's values are integers. */
export function value(name: string, label: string, amount: number): WireWidgetValue {
  return { value: Math.round(amount), label, name, annotations: null };
}

export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(100, Math.round((part / whole) * 100));
}
