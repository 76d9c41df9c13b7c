/**
 * Reads the dates that Keepnet sends: formatted local text without an offset, in the order and zone that the server is
 * configured for, or ISO 8601. A text that does not fit is answered with `null`, never with another date.
 * The order is never guessed from the value; only a year in front settles it.
 */

export type DateFormat = 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'YYYY/MM/DD';

export interface DateReader {
  /** ISO 8601 in UTC (`…Z`), or null where the text is not a date in the configured format. A date alone means its first moment. */
  parseInstant(text: string): string | null;
  /** The calendar day as written, `YYYY-MM-DD`, untouched by zones; or null. */
  parseDay(text: string): string | null;
}

/** @throws RangeError where `timeZone` is no IANA zone. */
export function createDateReader(options: { timeZone: string; dateFormat: DateFormat }): DateReader {
  const offsetAt = createOffsets(options.timeZone);
  const toIsoText = createIsoWriter();
  return {
    parseInstant(text) {
      const parts = parseParts(text, options.dateFormat);
      return parts === null ? null : toIsoText(toUtcMs(parts, offsetAt));
    },
    parseDay: remember((text) => {
      const parts = parseParts(text, options.dateFormat);
      return parts === null ? null : new Date(parts.localMs).toISOString().slice(0, 10);
    }),
  };
}

interface Parts {
  /** The wall clock's reading, counted as if it were UTC. */
  readonly localMs: number;
  /** Where the text itself says it; otherwise the configured zone applies. */
  readonly offsetMs: number | null;
}

const DAY_MS = 86_400_000;
const MAX_REMEMBERED_DAYS = 1_000;
/** Some fifty years of days; past it the cheapest bound is to begin again. */
const MAX_KEPT_DAYS = 20_000;
/** Below it stand only placeholders such as .NET's year 1, which are no dates. */
const EARLIEST_YEAR = 1900;

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
const FORMATTED =
  /^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:,?[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?([AP])M)?)?$/i;

function parseParts(text: string, format: DateFormat): Parts | null {
  const trimmed = text.trim();
  const iso = ISO.exec(trimmed);
  if (iso !== null) return isoParts(iso);
  const formatted = FORMATTED.exec(trimmed);
  return formatted === null ? null : formattedParts(formatted, format);
}

function isoParts(match: RegExpExecArray): Parts | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const localMs = toLocalMs(Number(year), Number(month), Number(day), [
    Number(hour),
    Number(minute),
    Number(second),
    toMilliseconds(fraction),
  ]);
  if (localMs === null) return null;
  if (zone === undefined) return { localMs, offsetMs: null };
  const offsetMs = parseOffset(zone);
  return offsetMs === null ? null : { localMs, offsetMs };
}

function formattedParts(match: RegExpExecArray, format: DateFormat): Parts | null {
  const [
    ,
    first = '',
    ,
    second = '',
    third = '',
    hourText = '0',
    minute = '0',
    secondOfMinute = '0',
    fraction = '',
    half,
  ] = match;
  const date = arrange(first, second, third, format);
  const hour = half === undefined ? Number(hourText) : to24Hours(Number(hourText), half);
  if (date === null || hour === null) return null;
  const time = [hour, Number(minute), Number(secondOfMinute), toMilliseconds(fraction)] as const;
  const localMs = toLocalMs(date.year, date.month, date.day, time);
  return localMs === null ? null : { localMs, offsetMs: null };
}

/** Puts the three numbers in place. A four-digit year in front can only be year, month, day. */
function arrange(first: string, second: string, third: string, format: DateFormat) {
  if (first.length === 4 && third.length <= 2) {
    return { year: Number(first), month: Number(second), day: Number(third) };
  }
  if (first.length > 2 || third.length !== 4 || format === 'YYYY/MM/DD') return null;
  return format === 'DD/MM/YYYY'
    ? { year: Number(third), month: Number(second), day: Number(first) }
    : { year: Number(third), month: Number(first), day: Number(second) };
}

function to24Hours(hour: number, half: string): number | null {
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
}

function toMilliseconds(fraction: string): number {
  if (fraction === '') return 0;
  return Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** Null where the calendar has no such day (31/02) or the clock no such time. */
function toLocalMs(
  year: number,
  month: number,
  day: number,
  [hour, minute, second, millisecond]: readonly [number, number, number, number],
): number | null {
  if (year < EARLIEST_YEAR || hour > 23 || minute > 59 || second > 59) return null;
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  if (month >= 1 && month <= 12 && day >= 1 && day <= 28) return localMs;
  const date = new Date(localMs);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? localMs : null;
}

function parseOffset(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The first days of the same few months stand in the counts of every company: 3 % of a dashboard to read them anew. */
function remember(parse: (text: string) => string | null): (text: string) => string | null {
  const known = new Map<string, string>();
  return (text) => {
    const day = known.get(text) ?? parse(text);
    if (known.size >= MAX_REMEMBERED_DAYS) known.clear();
    if (day !== null) known.set(text, day);
    return day;
  };
}

/** A time that occurs twice means its first occurrence; one that the clocks skip is read as if they had not been moved yet. */
function toUtcMs({ localMs, offsetMs }: Parts, offsetAt: (utcMs: number) => number): number {
  if (offsetMs !== null) return localMs - offsetMs;
  const before = offsetAt(localMs - DAY_MS);
  const after = offsetAt(localMs + DAY_MS);
  if (before === after || offsetAt(localMs - before) === before) return localMs - before;
  return offsetAt(localMs - after) === after ? localMs - after : localMs - before;
}

/**
 * The zone's offset in milliseconds at an instant. `Intl` takes microseconds per question and a page has hundreds of dates,
 * so a day that begins and ends with the same offset is asked for once.
 */
function createOffsets(timeZone: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const atDayStart = new Map<number, number>();

  const ask = (utcMs: number): number => {
    const match = /GMT(?:([+-])(\d{1,2}):(\d\d)(?::(\d\d))?)?$/.exec(format.format(utcMs));
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = match ?? [];
    return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  };
  const startOf = (day: number): number => {
    const known = atDayStart.get(day);
    if (known !== undefined) return known;
    if (atDayStart.size > MAX_KEPT_DAYS) atDayStart.clear();
    const offset = ask(day * DAY_MS);
    atDayStart.set(day, offset);
    return offset;
  };
  return (utcMs) => {
    const day = Math.floor(utcMs / DAY_MS);
    const start = startOf(day);
    return start === startOf(day + 1) ? start : ask(utcMs);
  };
}

/**
 * Writes instants as `toISOString` does. That takes a microsecond, half of what a date costs and 4 % of a dashboard with
 * users, so the day's part is kept.
 */
function createIsoWriter(): (utcMs: number) => string {
  const days = new Map<number, string>();
  return (utcMs) => {
    const day = Math.floor(utcMs / DAY_MS);
    const dayText = days.get(day) ?? new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length);
    if (days.size > MAX_KEPT_DAYS) days.clear();
    days.set(day, dayText);
    const ms = utcMs - day * DAY_MS;
    const time = `${toTwo(ms / 3_600_000)}:${toTwo((ms / 60_000) % 60)}:${toTwo((ms / 1000) % 60)}`;
    return `${dayText}${time}.${String(ms % 1000).padStart(3, '0')}Z`;
  };
}

function toTwo(number: number): string {
  return TWO_DIGITS[Math.floor(number)] as string;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
