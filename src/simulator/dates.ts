/**
 * Dates as Keepnet writes and reads them: zone-less local text out (the zone is UTC here), ISO 8601 or formatted text in.
 * Promises that what `formatDate` writes, `readDate` reads under the same format.
 */

import { refuseInput } from './answer.js';
import type { TimeSpan } from './world/activity.js';
import type { DateFormat, TimeFormat } from './world/companies.js';

export interface DateStyle {
  readonly dateFormat: DateFormat | 'ISO';
  readonly timeFormat: TimeFormat;
}

/** Presets of `datePeriod` by their integer. */
export const PERIOD_NAMES = ['LastMonth', 'Last3Months', 'Last6Months', 'LastYear', 'ThisYear', 'Custom'] as const;
export type PeriodName = (typeof PERIOD_NAMES)[number];

/** `14/02/2026 09:31`, with `:ss` where wanted; a `T…Z` text where the style is ISO. */
export function formatDate(timeMs: number, style: DateStyle, withSeconds = false): string {
  const date = new Date(timeMs);
  if (style.dateFormat === 'ISO') return `${date.toISOString().slice(0, 19)}Z`;
  const hours = date.getUTCHours();
  const isTwelve = style.timeFormat === '12h';
  const shownHours = isTwelve ? hours % 12 || 12 : hours;
  const seconds = withSeconds ? `:${two(date.getUTCSeconds())}` : '';
  const suffix = isTwelve ? (hours < 12 ? ' AM' : ' PM') : '';
  return `${formatDay(date, style.dateFormat)} ${two(shownHours)}:${two(date.getUTCMinutes())}${seconds}${suffix}`;
}

export function formatDay(date: Date, format: DateFormat): string {
  const [day, month, year] = [two(date.getUTCDate()), two(date.getUTCMonth() + 1), String(date.getUTCFullYear())];
  if (format === 'YYYY/MM/DD') return `${year}/${month}/${day}`;
  return format === 'MM/DD/YYYY' ? `${month}/${day}/${year}` : `${day}/${month}/${year}`;
}

export interface ReadDate {
  readonly timeMs: number;
  /** The text had no time of day: `=` then means the whole day, every other comparison its midnight. */
  readonly isDay: boolean;
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const FORMATTED = /^(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([AP])M)?)?$/;

/** Null where the text is no date. */
export function readDate(text: string, style: DateStyle): ReadDate | null {
  if (ISO.test(text)) {
    const hasZone = text.length === 10 || /(Z|[+-]\d{2}:\d{2})$/.test(text);
    const timeMs = Date.parse(hasZone ? text : `${text}Z`);
    return Number.isNaN(timeMs) ? null : { timeMs, isDay: text.length === 10 };
  }
  const match = FORMATTED.exec(text);
  if (match === null) return null;
  const [first, second, third, hours, minutes, seconds] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const [year, month, day] = toYearMonthDay([first ?? 0, second ?? 0, third ?? 0], style.dateFormat);
  const shift = match[7] === 'P' ? ((hours ?? 0) % 12) + 12 : match[7] === 'A' ? (hours ?? 0) % 12 : (hours ?? 0);
  const timeMs = Date.UTC(year, month - 1, day, shift, minutes, seconds);
  const isReal = new Date(timeMs).getUTCDate() === day && month >= 1 && month <= 12;
  return isReal ? { timeMs, isDay: match[4] === undefined } : null;
}

/**
 * What `datePeriod`, `startDate` and `endDate` of a request select, counted back from the world's now. Bounds are ignored
 * with a preset. Refuses an unknown period, and `Custom` without two dates in order.
 */
export function readPeriod(body: Readonly<Record<string, unknown>>, nowMs: number, style: DateStyle): TimeSpan {
  const name = readPeriodName(body.dateperiod ?? 0);
  if (name !== 'Custom') return toPresetSpan(name, nowMs);
  const [from, to] = [body.startdate, body.enddate].map((value) =>
    typeof value === 'string' && value !== '' ? readDate(value, style) : null,
  );
  if (!from || !to) return refuseInput('StartDate and EndDate are required for a custom period');
  if (to.timeMs < from.timeMs) return refuseInput('EndDate is before StartDate');
  return { fromMs: from.timeMs, toMs: to.timeMs };
}

export function readPeriodName(value: unknown): PeriodName {
  const text = typeof value === 'number' ? PERIOD_NAMES[value] : value;
  const name = PERIOD_NAMES.find(
    (each, index) => each.toLowerCase() === String(text).toLowerCase() || String(index) === text,
  );
  return name ?? refuseInput('DatePeriod is not valid');
}

export function toPresetSpan(name: Exclude<PeriodName, 'Custom'>, nowMs: number): TimeSpan {
  const now = new Date(nowMs);
  const year = now.getUTCFullYear();
  if (name === 'ThisYear') return { fromMs: Date.UTC(year, 0, 1), toMs: nowMs };
  const months = { LastMonth: 1, Last3Months: 3, Last6Months: 6, LastYear: 12 }[name];
  return { fromMs: Date.UTC(year, now.getUTCMonth() - months, now.getUTCDate()), toMs: nowMs };
}

/** The whole month of a `YYYY-MM` text; `toMs` is its last millisecond. */
export function readMonthText(text: string): TimeSpan {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return refuseInput('Value should be a month');
  return toMonthOf(Date.parse(`${text}-01T00:00:00Z`));
}

export function toMonthOf(timeMs: number): TimeSpan {
  const date = new Date(timeMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1) - 1 };
}

function toYearMonthDay(parts: [number, number, number], format: DateStyle['dateFormat']): [number, number, number] {
  const [first, second, third] = parts;
  if (first > 31) return [first, second, third];
  return format === 'MM/DD/YYYY' ? [third, first, second] : [third, second, first];
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
