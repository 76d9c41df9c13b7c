import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { abortReason, type CallContext, CallFailure, toAppError } from '../../src/keepnet/failure.js';

const credential = {
  role: 'Reseller',
  companyName: null,
  companyResourceId: null,
  permissions: ['a/b|POST'],
  tokenExpiresAt: '',
};
const scoped: CallContext = { operation: 'POST a/b', permission: 'a/b|POST', companyId: 'xC5kfGz7w2Nz', credential };
const refused = new CallFailure('FORBIDDEN', 'refused', { status: 403 });

describe('a refusal', () => {
  it.each<[string, Partial<CallContext>, string]>([
    ['with the permission', {}, 'FORBIDDEN'],
    ['without the permission', { permission: 'a/c|POST' }, 'MISSING_PERMISSION'],
    [
      'where the token does not tell',
      { permission: 'a/c|POST', credential: { ...credential, permissions: null } },
      'FORBIDDEN',
    ],
    ['of the credential itself', { companyId: null }, 'MISSING_PERMISSION'],
  ])('%s', (_name, change, code) => {
    expect(toAppError(refused, { ...scoped, ...change })).toMatchObject({
      code,
      upstream: { operation: 'POST a/b', status: 403 },
    });
  });
});

describe('every failure', () => {
  it('carries its company, its call and its cause', () => {
    const failure = new CallFailure('RATE_LIMITED', 'too many calls', { status: 429, retryAfterMs: 100 });
    const error = toAppError(failure, scoped);
    expect(error).toMatchObject({ companyId: 'xC5kfGz7w2Nz', retryAfterMs: 100, retryable: true, cause: failure });
    expect(toAppError(failure, { ...scoped, companyId: null }).companyId).toBeUndefined();
  });
});

describe('the end of a request', () => {
  it('is told by the reason where that is an AppError, and else as a deadline', () => {
    const reason = new AppError('DEADLINE_EXCEEDED', 'mine');
    expect(abortReason(AbortSignal.abort(reason))).toBe(reason);
    expect(abortReason(AbortSignal.abort(new Error('socket hang up')))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.not.stringContaining('socket'),
    });
  });
});
