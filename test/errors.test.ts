/** What an error carries that is made by the hundred when a client goes away, and what it leaves to others. */
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../src/errors.js';
import { CallFailure } from '../src/keepnet/failure.js';

const frames = (error: Error) => (error.stack ?? '').split('\n    at ').length - 1;

describe('an error that is an answer', () => {
  it.each([
    new AppError('INTERNAL', 'The server failed.', { cause: new Error('why') }),
    new CallFailure('TIMEOUT', 'out of time'),
  ])('has no stack, and leaves that of its cause and of others: %s', (error) => {
    expect(error.stack).toContain(error.message);
    expect(frames(error)).toBe(0);
    expect(error.cause === undefined || frames(error.cause as Error) > 0).toBe(true);
    expect(frames(new Error('another'))).toBeGreaterThan(0);
  });
});
