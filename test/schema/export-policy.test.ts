/** Which files can be had: every combination of format, source and layout, one company and several. */
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { ExportFormat, ExportLayout } from '../../src/exports/job.js';
import type { AskedExportSource } from '../../src/schema/export/export-enums.js';
import { type AskedFile, decideSource } from '../../src/schema/export/request-policy.js';

const FORMATS: readonly ExportFormat[] = ['CSV', 'XLSX', 'NDJSON', 'PDF'];
const SOURCES: readonly AskedExportSource[] = ['AUTO', 'KEEPNET_FILE', 'BUILT'];
const LAYOUTS: readonly ExportLayout[] = ['COMBINED', 'ONE_SHEET_PER_COMPANY', 'ONE_FILE_PER_COMPANY'];

/** The source that was decided, or the argument that is named as wrong, in brackets. */
function decide(asked: Partial<AskedFile>): string {
  try {
    return decideSource({
      format: 'CSV',
      layout: 'COMBINED',
      source: 'AUTO',
      bom: false,
      keepnetFileHolds: 'COMPANY',
      ...asked,
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BAD_USER_INPUT') throw error;
    expect(error.message).toMatch(new RegExp(`^${error.argument}: .*(expected|only|needs)`));
    return `(${error.argument})`;
  }
}

type Outcomes = readonly [combined: string, sheets: string, files: string];

/** Of several companies; by layout. */
const SEVERAL: readonly [ExportFormat, AskedExportSource, Outcomes][] = [
  ['CSV', 'AUTO', ['BUILT', '(layout)', 'BUILT']],
  ['CSV', 'BUILT', ['BUILT', '(layout)', 'BUILT']],
  ['CSV', 'KEEPNET_FILE', ['(layout)', '(layout)', 'KEEPNET_FILE']],
  ['XLSX', 'AUTO', ['BUILT', 'BUILT', 'BUILT']],
  ['XLSX', 'BUILT', ['BUILT', 'BUILT', 'BUILT']],
  ['XLSX', 'KEEPNET_FILE', ['(layout)', '(layout)', 'KEEPNET_FILE']],
  ['NDJSON', 'AUTO', ['BUILT', '(layout)', 'BUILT']],
  ['NDJSON', 'BUILT', ['BUILT', '(layout)', 'BUILT']],
  ['NDJSON', 'KEEPNET_FILE', ['(source)', '(source)', '(source)']],
  ['PDF', 'AUTO', ['(layout)', '(layout)', 'KEEPNET_FILE']],
  ['PDF', 'BUILT', ['(source)', '(source)', '(source)']],
  ['PDF', 'KEEPNET_FILE', ['(layout)', '(layout)', 'KEEPNET_FILE']],
];

describe('the source of a file', () => {
  it('is decided for every format and source', () => {
    expect(SEVERAL).toHaveLength(FORMATS.length * SOURCES.length);
    expect(new Set(SEVERAL.map(([format, source]) => `${format} ${source}`)).size).toBe(SEVERAL.length);
  });

  it.each(SEVERAL)('of several companies, %s from %s', (format, source, outcomes) => {
    expect(LAYOUTS.map((layout) => decide({ format, source, layout }))).toEqual(outcomes);
  });

  it.each(SEVERAL)(
    'of one company, %s from %s: Keepnet makes it without an archive too',
    (format, source, outcomes) => {
      const [combined, sheets, files] = outcomes;
      const isKeepnets = files === 'KEEPNET_FILE';
      expect(LAYOUTS.map((layout) => decide({ format, source, layout, keepnetFileHolds: 'WHOLE' }))).toEqual([
        isKeepnets ? 'KEEPNET_FILE' : combined,
        sheets,
        files,
      ]);
    },
  );

  it.each(SEVERAL)('of several users, %s from %s: only what is built', (format, source, [combined, , files]) => {
    const expected = files === 'KEEPNET_FILE' ? '(targetUsers)' : combined;
    expect(decide({ format, source, keepnetFileHolds: 'USER' })).toBe(expected);
  });

  it('can begin with a byte order mark where it is CSV of our own', () => {
    expect(FORMATS.map((format) => decide({ format, bom: true, keepnetFileHolds: 'WHOLE' }))).toEqual([
      'BUILT',
      '(bom)',
      '(bom)',
      '(bom)',
    ]);
    expect(decide({ format: 'CSV', source: 'KEEPNET_FILE', bom: true, keepnetFileHolds: 'WHOLE' })).toBe('(bom)');
  });
});
