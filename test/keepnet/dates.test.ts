import { describe, expect, it } from '@jest/globals';
import { createDateReader, type DateFormat } from '../../src/keepnet/dates.js';

const instant = (text: string, dateFormat: DateFormat = 'DD/MM/YYYY', timeZone = 'UTC') =>
  createDateReader({ timeZone, dateFormat }).parseInstant(text);

describe('parseInstant', () => {
  it.each<[string, DateFormat, string]>([
    ['14/02/2026 09:31', 'DD/MM/YYYY', '2026-02-14T09:31:00.000Z'],
    ['14/02/2026 09:31:07', 'DD/MM/YYYY', '2026-02-14T09:31:07.000Z'],
    ['14.02.2026 09:31', 'DD/MM/YYYY', '2026-02-14T09:31:00.000Z'],
    ['14-02-2026', 'DD/MM/YYYY', '2026-02-14T00:00:00.000Z'],
    ['03/04/2026 10:00', 'DD/MM/YYYY', '2026-04-03T10:00:00.000Z'],
    ['03/04/2026 10:00', 'MM/DD/YYYY', '2026-03-04T10:00:00.000Z'],
    ['2/9/2026 9:05', 'MM/DD/YYYY', '2026-02-09T09:05:00.000Z'],
    ['2026/02/14 20:24', 'YYYY/MM/DD', '2026-02-14T20:24:00.000Z'],
    ['2026/02/14 20:24', 'MM/DD/YYYY', '2026-02-14T20:24:00.000Z'],
    ['2026.02.14', 'DD/MM/YYYY', '2026-02-14T00:00:00.000Z'],
    ['14/02/2026 09:31 PM', 'DD/MM/YYYY', '2026-02-14T21:31:00.000Z'],
    ['14/02/2026 12:05 AM', 'DD/MM/YYYY', '2026-02-14T00:05:00.000Z'],
    ['14/02/2026 12:05 pm', 'DD/MM/YYYY', '2026-02-14T12:05:00.000Z'],
    ['2026-02-14T09:31:07Z', 'MM/DD/YYYY', '2026-02-14T09:31:07.000Z'],
    ['2026-02-14T09:31:07.1234567+03:00', 'DD/MM/YYYY', '2026-02-14T06:31:07.123Z'],
    ['2026-02-14T09:31', 'DD/MM/YYYY', '2026-02-14T09:31:00.000Z'],
    ['2026-02-14', 'DD/MM/YYYY', '2026-02-14T00:00:00.000Z'],
    ['29/02/2028', 'DD/MM/YYYY', '2028-02-29T00:00:00.000Z'],
    ['  14/02/2026 09:31 ', 'DD/MM/YYYY', '2026-02-14T09:31:00.000Z'],
  ])('reads %j as %s', (text, format, expected) => {
    expect(instant(text, format)).toBe(expected);
  });

  it.each<[string, DateFormat]>([
    ['31/02/2026', 'DD/MM/YYYY'],
    ['29/02/2026', 'DD/MM/YYYY'],
    ['02/14/2026 10:00', 'DD/MM/YYYY'],
    ['14/02/2026 10:00', 'MM/DD/YYYY'],
    ['14/02/2026 10:00', 'YYYY/MM/DD'],
    ['14/02/26', 'DD/MM/YYYY'],
    ['14/02-2026', 'DD/MM/YYYY'],
    ['14/02/2026 24:00', 'DD/MM/YYYY'],
    ['14/02/2026 10:60', 'DD/MM/YYYY'],
    ['14/02/2026 13:00 PM', 'DD/MM/YYYY'],
    ['14/02/2026 00:10 AM', 'DD/MM/YYYY'],
    ['00/02/2026', 'DD/MM/YYYY'],
    ['01/00/2026', 'DD/MM/YYYY'],
    ['2026-13-01', 'DD/MM/YYYY'],
    ['2026-02-30T00:00:00Z', 'DD/MM/YYYY'],
    ['2026-02-14T09:31:00+25:00', 'DD/MM/YYYY'],
    ['01/01/0001 00:00', 'DD/MM/YYYY'],
    ['Sat Feb 14 2026', 'DD/MM/YYYY'],
    ['1771061460000', 'DD/MM/YYYY'],
    ['', 'DD/MM/YYYY'],
    ['14/02/2026 09:31 and more', 'DD/MM/YYYY'],
    ['14/02/2026\n09:31', 'DD/MM/YYYY'],
  ])('refuses %j under %s', (text, format) => {
    expect(instant(text, format)).toBeNull();
  });

  it.each([
    ['no daylight saving', 'Europe/Istanbul', '14/07/2026 12:00', '2026-07-14T09:00:00.000Z'],
    ['winter', 'Europe/Berlin', '14/02/2026 12:00', '2026-02-14T11:00:00.000Z'],
    ['summer', 'Europe/Berlin', '14/07/2026 12:00', '2026-07-14T10:00:00.000Z'],
    ['the last minute of winter', 'Europe/Berlin', '29/03/2026 01:59', '2026-03-29T00:59:00.000Z'],
    ['the first minute of summer', 'Europe/Berlin', '29/03/2026 03:00', '2026-03-29T01:00:00.000Z'],
    ['a skipped time', 'Europe/Berlin', '29/03/2026 02:30', '2026-03-29T01:30:00.000Z'],
    ['a repeated time, the first', 'Europe/Berlin', '25/10/2026 02:30', '2026-10-25T00:30:00.000Z'],
    ['after the repeated hour', 'Europe/Berlin', '25/10/2026 03:00', '2026-10-25T02:00:00.000Z'],
    ['west', 'America/New_York', '08/03/2026 03:00', '2026-03-08T07:00:00.000Z'],
    ['half an hour', 'Asia/Kolkata', '14/02/2026 00:00', '2026-02-13T18:30:00.000Z'],
    ['a midnight that is skipped', 'Africa/Cairo', '24/04/2026', '2026-04-23T22:00:00.000Z'],
    ['far east', 'Pacific/Auckland', '05/04/2026 03:30', '2026-04-04T15:30:00.000Z'],
  ])('knows the zone: %s', (_name, zone, text, expected) => {
    expect(instant(text, 'DD/MM/YYYY', zone)).toBe(expected);
  });

  it('agrees with Intl for every hour of two years in zones that move their clocks', () => {
    for (const timeZone of ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'America/Santiago']) {
      const reader = createDateReader({ timeZone, dateFormat: 'YYYY/MM/DD' });
      const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
      let differing = 0;
      for (let utcMs = Date.UTC(2025, 0, 1); utcMs < Date.UTC(2027, 0, 1); utcMs += 3_600_000) {
        const text = wall.format(utcMs);
        const read = reader.parseInstant(text);
        // A repeated wall time is read as its first occurrence: then only the wall clock must agree.
        if (read !== new Date(utcMs).toISOString() && wall.format(new Date(read ?? 0)) !== text) differing += 1;
      }
      expect(differing).toBe(0);
    }
  });

  it('writes every instant as JavaScript does, before 1970 and past the year 9999 too', () => {
    const stepMs = 123_456_789_123;
    const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    const differing: string[] = [];
    for (let utcMs = Date.UTC(1900, 0, 1); utcMs <= lastMs; utcMs += stepMs) {
      const text = new Date(utcMs).toISOString();
      if (instant(text) !== text) differing.push(text);
    }
    expect(differing).toEqual([]);
    expect(instant('9999-12-31T23:59:59.999-14:00')).toBe(new Date(lastMs + 14 * 3_600_000).toISOString());
  });

  it('refuses a zone that does not exist when it is made', () => {
    expect(() => createDateReader({ timeZone: 'Turkey Standard Time', dateFormat: 'DD/MM/YYYY' })).toThrow(RangeError);
  });
});

describe('parseDay', () => {
  it('is the day as written, whatever the zone', () => {
    const reader = createDateReader({ timeZone: 'Pacific/Auckland', dateFormat: 'DD/MM/YYYY' });
    expect(reader.parseDay('01/12/2025 00:00')).toBe('2025-12-01');
    expect(reader.parseDay('2025-12-01T00:00:00Z')).toBe('2025-12-01');
    expect(reader.parseDay('December 2025')).toBeNull();
  });

  it('reads each text by its own reader’s order, and the same again when it is asked again', () => {
    const readers = (['DD/MM/YYYY', 'MM/DD/YYYY'] as const).map((dateFormat) =>
      createDateReader({ timeZone: 'UTC', dateFormat }),
    );
    const readBoth = () => readers.map((reader) => reader.parseDay('03/04/2026'));
    expect([readBoth(), readBoth()]).toEqual([
      ['2026-04-03', '2026-03-04'],
      ['2026-04-03', '2026-03-04'],
    ]);
  });
});
