/**
 * Which files can be had: format, layout and source go together or not, and that is decided here, before anything is asked.
 * Pure; the whole of it is a table in its test.
 */
import { badInput } from '../../errors.js';
import type { ExportFormat, ExportLayout, ExportSource } from '../../exports/job.js';
import type { AskedExportSource } from './export-enums.js';

export interface AskedFile {
  readonly format: ExportFormat;
  readonly layout: ExportLayout;
  readonly source: AskedExportSource;
  readonly bom: boolean;
  /**
   * What one file of Keepnet's own could hold: `WHOLE` all of it, `COMPANY` one of several companies. `USER` is one of several
   * users, of which Keepnet makes no archive that could be told apart.
   */
  readonly keepnetFileHolds: 'WHOLE' | 'COMPANY' | 'USER';
}

/** The source, with AUTO decided. Throws BAD_USER_INPUT that names the argument where the rest cannot be had from it. */
export function decideSource(asked: AskedFile): ExportSource {
  const source = asked.source === 'AUTO' ? (asked.format === 'PDF' ? 'KEEPNET_FILE' : 'BUILT') : asked.source;
  if (source === 'BUILT') checkBuilt(asked);
  else checkKeepnetFile(asked);
  return source;
}

function checkBuilt({ format, layout, bom }: AskedFile): void {
  if (format === 'PDF')
    throw badInput('source', 'PDF comes from Keepnet only: expected KEEPNET_FILE or AUTO, got: BUILT');
  if (layout === 'ONE_SHEET_PER_COMPANY' && format !== 'XLSX') {
    throw badInput('layout', `only XLSX has sheets: expected COMBINED or ONE_FILE_PER_COMPANY for ${format}`);
  }
  if (bom && format !== 'CSV') throw badInput('bom', `only CSV can have a byte order mark, got: ${format}`);
}

function checkKeepnetFile({ format, layout, bom, keepnetFileHolds }: AskedFile): void {
  if (format === 'NDJSON') {
    throw badInput('source', 'Keepnet makes CSV, XLSX and PDF: expected BUILT or AUTO for NDJSON, got: KEEPNET_FILE');
  }
  if (keepnetFileHolds === 'USER') {
    throw badInput('targetUsers', `Keepnet makes a file of one user: expected one id for ${format} of KEEPNET_FILE`);
  }
  if (layout === 'ONE_SHEET_PER_COMPANY' || (layout === 'COMBINED' && keepnetFileHolds === 'COMPANY')) {
    throw badInput(
      'layout',
      `Keepnet makes a file for each company: expected ONE_FILE_PER_COMPANY for ${format} of KEEPNET_FILE, got: ${layout}`,
    );
  }
  if (bom) throw badInput('bom', "Keepnet's own file comes as it is: a byte order mark needs CSV that is BUILT");
}
