/**
 * Periods in Keepnet's words. Presets go out as the integers that Keepnet's own clients send; a range is its `Custom`, with
 * both days whole. Answers name presets in text or number, in either casing.
 */
import type { Period, PeriodPreset } from './rows.js';
import type { WireDatePeriod, WirePeriod } from './wire.js';

export function toWirePeriod(period: Period): WirePeriod {
  if ('preset' in period) return { datePeriod: PRESETS[period.preset].number, startDate: null, endDate: null };
  return { datePeriod: CUSTOM, startDate: toDayStart(period.from), endDate: toDayEnd(period.to) };
}

/** Null for `Custom`, for nothing, and for a preset that Keepnet has added since. */
export function toPreset(value: unknown): PeriodPreset | null {
  const wanted = String(value).toLowerCase();
  for (const [preset, { number, name }] of Object.entries(PRESETS)) {
    if (wanted === String(number) || wanted === name.toLowerCase()) return preset as PeriodPreset;
  }
  return null;
}

/** The first moment of a day, without an offset: Keepnet reads it in its own zone, as it writes its dates. */
export function toDayStart(day: string): string {
  return `${day}T00:00:00`;
}

/** The last second of a day, so that an upper bound includes it. */
export function toDayEnd(day: string): string {
  return `${day}T23:59:59`;
}

const CUSTOM = 5;

const PRESETS: Record<PeriodPreset, { number: WireDatePeriod; name: string }> = {
  LAST_MONTH: { number: 0, name: 'LastMonth' },
  LAST_3_MONTHS: { number: 1, name: 'Last3Months' },
  LAST_6_MONTHS: { number: 2, name: 'Last6Months' },
  LAST_YEAR: { number: 3, name: 'LastYear' },
  THIS_YEAR: { number: 4, name: 'ThisYear' },
};
