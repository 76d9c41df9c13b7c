/** What a person is told when the server does not give what the page for BI tools asked for. */
import { describe, expect, it } from '@jest/globals';
import { type Failure, toWords } from '../../web/connect/failure.js';

const FAILURE: Failure = { status: null, code: null, message: '', retryAfterSeconds: null, requestId: null };

function told(failure: Partial<Failure>, hasKey = true): string {
  const { title, advice } = toWords({ ...FAILURE, ...failure }, hasKey);
  return `${title} ${advice}`;
}

describe('a failure in words', () => {
  it('tells a key that is missing from one that is refused and from one that is for something else', () => {
    expect(told({ status: 401 }, false)).toContain('asks for an API key');
    expect(told({ status: 401 })).toContain('does not accept this key');
    expect(told({ status: 403, message: 'This needs a credential with the ability tables.' })).toContain(
      '--may tables',
    );
    expect(told({ status: 403, message: 'A page of another site may not use …' })).toContain('another site');
  });

  it('says what the server said of a wrong value', () => {
    expect(told({ status: 400, message: 'preset: expected …' })).toBe(
      'preset: expected … Correct the value; Keepnet was not asked.',
    );
  });

  it('says how long to wait where the server does', () => {
    expect(told({ status: 429, message: 'Too much.', retryAfterSeconds: 17 })).toBe('Too much. Try again in 17 s.');
    expect(told({ status: 503, code: 'TABLE_INCOMPLETE', message: 'Of 25 companies …', retryAfterSeconds: 10 })).toBe(
      'Of 25 companies … Try again in 10 s. Or allow that companies are missing.',
    );
    expect(told({ status: 502, message: 'Keepnet cannot be reached.', requestId: 'abc' })).toBe(
      'Keepnet cannot be reached. Try again later. The request id is abc.',
    );
  });

  it('is never empty', () => {
    expect(told({})).toBe('The server does not answer. Is it still running?');
    expect(told({ status: 418 })).toContain('HTTP 418');
  });
});
