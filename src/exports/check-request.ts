/** The last guard before a job is kept: combinations of format, layout and source that no file can be made of. */
import { badInput } from '../errors.js';
import type { ExportRequest } from './job.js';

/** @throws AppError BAD_USER_INPUT */
export function checkRequest({ format, layout, source }: ExportRequest, targets: number): void {
  if (format === 'PDF' && source === 'BUILT') throw badInput('format', 'expected PDF only as KEEPNET_FILE, got BUILT');
  if (format === 'NDJSON' && source === 'KEEPNET_FILE') {
    throw badInput('format', 'expected NDJSON only as BUILT, got KEEPNET_FILE');
  }
  if (layout === 'ONE_SHEET_PER_COMPANY' && (format !== 'XLSX' || source !== 'BUILT')) {
    throw badInput('layout', `expected ONE_SHEET_PER_COMPANY only for XLSX that is BUILT, got ${source} ${format}`);
  }
  if (source === 'KEEPNET_FILE' && layout !== 'ONE_FILE_PER_COMPANY' && targets > 1) {
    throw badInput('layout', `expected ONE_FILE_PER_COMPANY for Keepnet's own files of ${targets} companies`);
  }
}
