import { describe, expect, it } from '@jest/globals';
import { parseAnswer, toRetryAfterMs } from '../../src/keepnet/envelope.js';
import { CallFailure, type FailureKind } from '../../src/keepnet/failure.js';

const answer = (status: number, body: unknown, retryAfter: string | null = null) => ({
  status,
  retryAfter,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

function failureOf(status: number, body: unknown, retryAfter: string | null = null): CallFailure {
  try {
    parseAnswer(answer(status, body, retryAfter));
  } catch (error) {
    if (error instanceof CallFailure) return error;
    throw error;
  }
  throw new Error('the answer was taken for a success');
}

describe('parseAnswer', () => {
  it.each<[string, number, unknown, unknown]>([
    ['SUCCESS', 200, { data: [1], status: 'SUCCESS', message: 'done', validationMessages: null }, [1]],
    ['no status', 200, { data: { a: 1 } }, { a: 1 }],
    ['status null', 200, { data: 7, status: null }, 7],
    ['201', 201, { data: {}, status: 'SUCCESS' }, {}],
    ['SUCCESS without data', 200, { status: 'SUCCESS', message: 'not found' }, null],
    ['data null', 200, { data: null, status: 'SUCCESS' }, null],
  ])('takes %s for a success', (_name, status, body, expected) => {
    expect(parseAnswer(answer(status, body))).toEqual(expected);
  });

  it.each<[string, number, unknown, FailureKind]>([
    ['FAILED', 200, { data: null, status: 'FAILED' }, 'FAILED'],
    ['a status nobody knows', 200, { data: [], status: 'HALF_DONE' }, 'FAILED'],
    ['INPUT_ERROR', 200, { status: 'INPUT_ERROR' }, 'REJECTED'],
    ['PascalCase', 200, { Status: 'INTERNAL_SERVER_ERROR', Message: 'x' }, 'UNAVAILABLE'],
    ['PRIVACY_ERROR', 200, { status: 'PRIVACY_ERROR' }, 'PRIVACY_DENIED'],
    ['a problem', 200, { title: 'x', status: 429 }, 'RATE_LIMITED'],
    ['a problem without a sensible number', 200, { title: 'x', status: 0 }, 'BAD_RESPONSE'],
    ['a status that is an object', 200, { data: [], status: {} }, 'BAD_RESPONSE'],
    ['HTML', 200, '<html>login</html>', 'BAD_RESPONSE'],
    ['half JSON', 200, '{"data":[{"resourceId":"a', 'BAD_RESPONSE'],
    ['an empty body', 200, '', 'BAD_RESPONSE'],
    ['204', 204, '', 'BAD_RESPONSE'],
    ['a bare list', 200, [1, 2], 'BAD_RESPONSE'],
    ['JSON null', 200, 'null', 'BAD_RESPONSE'],
    ['an object of another kind', 200, { access_token: 'x' }, 'BAD_RESPONSE'],
    ['a redirect', 302, '', 'BAD_RESPONSE'],
    ['306', 306, '', 'UNAUTHENTICATED'],
    ['401', 401, '', 'UNAUTHENTICATED'],
    ['400', 400, { status: 'INPUT_ERROR', validationMessages: ['x'] }, 'REJECTED'],
    ['422', 422, { title: 'x', status: 422 }, 'REJECTED'],
    ['403 with nothing', 403, '', 'FORBIDDEN'],
    ['403 of a problem', 403, { title: 'x', status: 403 }, 'FORBIDDEN'],
    ['403 of HTML', 403, '<html>', 'FORBIDDEN'],
    ['403 PRIVACY_ERROR', 403, { status: 'PRIVACY_ERROR' }, 'PRIVACY_DENIED'],
    ['403 PascalCase', 403, { Status: 'PRIVACY_ERROR' }, 'PRIVACY_DENIED'],
    ['403 IP_RESTRICTED', 403, { status: 'IP_RESTRICTED', message: 'x' }, 'IP_RESTRICTED'],
    ['403 that names an object key', 403, { status: 'constructor' }, 'FORBIDDEN'],
    ['404', 404, '', 'NOT_FOUND'],
    ['408', 408, '', 'TIMEOUT'],
    ['429', 429, '', 'RATE_LIMITED'],
    ['500', 500, { Status: 'INTERNAL_SERVER_ERROR' }, 'UNAVAILABLE'],
    ['500 that claims success', 500, { data: [], status: 'SUCCESS' }, 'UNAVAILABLE'],
    ['503 of HTML', 503, '<html>', 'UNAVAILABLE'],
  ])('recognises %s', (_name, status, body, kind) => {
    expect(failureOf(status, body)).toMatchObject({ kind, status });
  });

  it('keeps nothing of the body in the failure', () => {
    expect(failureOf(400, { status: 'INPUT_ERROR', message: 'CANARY' }).message).not.toContain('CANARY');
    expect(failureOf(200, { status: 'CANARY' }).message).not.toContain('CANARY');
  });

  it('hands on when to come back', () => {
    expect(failureOf(429, '', '7').retryAfterMs).toBe(7000);
    expect(failureOf(429, '').retryAfterMs).toBeUndefined();
  });
});

describe('toRetryAfterMs', () => {
  const now = Date.UTC(2026, 1, 14, 9, 0, 0);
  it.each<[string | null, number | undefined]>([
    [null, undefined],
    ['0', 0],
    ['120', 120_000],
    ['Sat, 14 Feb 2026 09:00:30 GMT', 30_000],
    ['Sat, 14 Feb 2026 08:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
  ])('%j is %p ms', (header, expected) => {
    expect(toRetryAfterMs(header, now)).toBe(expected);
  });
});
