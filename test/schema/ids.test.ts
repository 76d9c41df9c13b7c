/** Ids: what is taken, and what is refused before anything is asked of Keepnet. */
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import {
  parseCompanyId,
  parseExportJobId,
  parseGlobalId,
  parseResourceId,
  parseScopedId,
} from '../../src/schema/ids.js';

const HOSTILE = [
  '',
  '42,43',
  '42\n',
  'abcdef\n',
  'abcdef,ghijkl',
  'a/../b',
  '../../etc',
  'abc def',
  'abcdef\0',
  'ａｂｃｄｅｆ',
  'x'.repeat(20_000),
  'Company:',
  'Company:a/../b',
  'Company:abcdef:',
  'Company:abcdef:ghijkl',
  'TargetUser:abcdef',
  'TargetUser:abcdef:ghijkl:mnopqr',
  'company:abcdef',
  '__proto__:abcdef',
];

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.argument}`;
    throw error;
  }
  return 'taken';
}

describe('ids', () => {
  it('take the global and the raw form', () => {
    expect(parseCompanyId('xC5kfGz7w2Nz', 'id')).toBe('xC5kfGz7w2Nz');
    expect(parseCompanyId('Company:xC5kfGz7w2Nz', 'id')).toBe('xC5kfGz7w2Nz');
    expect(parseScopedId('TargetUser', 'TargetUser:xC5kfGz7w2Nz:aB3dE5fG7hJ9', 'id')).toMatchObject({
      companyId: 'xC5kfGz7w2Nz',
      resourceId: 'aB3dE5fG7hJ9',
    });
    expect(parseScopedId('TargetUser', 'aB3dE5fG7hJ9', 'id')).toEqual({ companyId: null, resourceId: 'aB3dE5fG7hJ9' });
    expect(parseGlobalId('ExecutiveReport:xC5kfGz7w2Nz:kL8mN2pQ4rS6', 'id')).toEqual({
      type: 'ExecutiveReport',
      companyId: 'xC5kfGz7w2Nz',
      resourceId: 'kL8mN2pQ4rS6',
    });
  });

  it('of an export job are of no company', () => {
    const job = { type: 'ExportJob', jobId: 'aB3dE5fG7hJ9kL8mN2pQ4r' };
    expect(parseGlobalId(`ExportJob:${job.jobId}`, 'id')).toEqual(job);
    expect(parseExportJobId(`ExportJob:${job.jobId}`, 'id')).toBe(job.jobId);
    expect(parseExportJobId(job.jobId, 'id')).toBe(job.jobId);
    expect(refusal(() => parseExportJobId('Company:abcdef', 'id'))).toBe('BAD_USER_INPUT id');
    expect(refusal(() => parseCompanyId(`ExportJob:${job.jobId}`, 'id'))).toBe('BAD_USER_INPUT id');
  });

  it.each(HOSTILE)('refuse %j and name the argument', (id) => {
    expect(refusal(() => parseCompanyId(id, 'id'))).toBe('BAD_USER_INPUT id');
    expect(refusal(() => parseScopedId('TargetUser', id, 'id'))).toBe('BAD_USER_INPUT id');
    expect(refusal(() => parseGlobalId(id, 'ids'))).toBe('BAD_USER_INPUT ids');
    expect(refusal(() => parseExportJobId(id, 'id'))).toBe('BAD_USER_INPUT id');
    expect(refusal(() => parseResourceId(id, 'ids'))).toBe('BAD_USER_INPUT ids');
  });

  it('refuse the id of another type', () => {
    expect(refusal(() => parseCompanyId('TargetUser:abcdef:ghijkl', 'id'))).toBe('BAD_USER_INPUT id');
    expect(refusal(() => parseScopedId('TargetUser', 'Company:abcdef', 'id'))).toBe('BAD_USER_INPUT id');
  });

  it('show at most a little of what they refuse', () => {
    expect(() => parseResourceId('x'.repeat(20_000), 'id')).toThrow(
      /^id: expected 6 to 64 letters and digits, got: "x{40}…"$/,
    );
  });
});
