/** Dates out and in: what is written under a format is read again under it, and nonsense is no date. */
import { describe, expect, it } from '@jest/globals';
import { type DateStyle, formatDate, readDate, toPresetSpan } from '../../src/simulator/dates.js';

const DAY_FIRST: DateStyle = { dateFormat: 'DD/MM/YYYY', timeFormat: '24h' };
const AFTERNOON = Date.UTC(2026, 1, 3, 14, 5, 9);

describe('a date', () => {
  it.each([
    ['DD/MM/YYYY', '24h', '03/02/2026 14:05:09'],
    ['MM/DD/YYYY', '24h', '02/03/2026 14:05:09'],
    ['YYYY/MM/DD', '24h', '2026/02/03 14:05:09'],
    ['DD/MM/YYYY', '12h', '03/02/2026 02:05:09 PM'],
    ['MM/DD/YYYY', '12h', '02/03/2026 02:05:09 PM'],
    ['ISO', '24h', '2026-02-03T14:05:09Z'],
  ] as const)('in %s %s is %s, and is read again', (dateFormat, timeFormat, text) => {
    const style = { dateFormat, timeFormat };
    expect(formatDate(AFTERNOON, style, true)).toBe(text);
    expect(readDate(text, style)).toEqual({ timeMs: AFTERNOON, isDay: false });
  });

  it.each([
    [Date.UTC(2026, 0, 1, 0, 30), '01/01/2026 12:30 AM'],
    [Date.UTC(2026, 0, 1, 12, 30), '01/01/2026 12:30 PM'],
  ])('at noon and midnight is right on a 12-hour clock', (timeMs, text) => {
    const style: DateStyle = { dateFormat: 'DD/MM/YYYY', timeFormat: '12h' };
    expect(formatDate(timeMs, style)).toBe(text);
    expect(readDate(text, style)?.timeMs).toBe(timeMs);
  });

  it.each([
    ['2026-02-03', Date.UTC(2026, 1, 3), true],
    ['2026-02-03T10:00:00+03:00', Date.UTC(2026, 1, 3, 7), false],
    ['2026-02-03T10:00', Date.UTC(2026, 1, 3, 10), false],
    ['03/02/2026', Date.UTC(2026, 1, 3), true],
    ['03.02.2026', Date.UTC(2026, 1, 3), true],
    ['2026/02/03', Date.UTC(2026, 1, 3), true],
  ])('is read from %s', (text, timeMs, isDay) => {
    expect(readDate(text, DAY_FIRST)).toEqual({ timeMs, isDay });
  });

  it.each(['', 'yesterday', '31/02/2026', '01/13/2026', '2026-13-01', '20260203'])('is not %j', (text) => {
    expect(readDate(text, DAY_FIRST)).toBeNull();
  });
});

describe('a preset', () => {
  it.each([
    ['LastMonth', '2026-05-15'],
    ['Last3Months', '2026-03-15'],
    ['Last6Months', '2025-12-15'],
    ['LastYear', '2025-06-15'],
    ['ThisYear', '2026-01-01'],
  ] as const)('%s begins on %s', (name, day) => {
    const nowMs = Date.UTC(2026, 5, 15, 12);
    expect(toPresetSpan(name, nowMs)).toEqual({ fromMs: Date.parse(day), toMs: nowMs });
  });
});
