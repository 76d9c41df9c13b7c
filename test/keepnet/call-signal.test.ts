import { describe, expect, it } from '@jest/globals';
import { CallAbort } from '../../src/keepnet/call-signal.js';

describe('the signal of a call', () => {
  it('fires once, with the first reason, and tells each listener once', () => {
    const signal = new CallAbort();
    const told: string[] = [];
    signal.addEventListener('abort', () => told.push(`one: ${String(signal.reason)}`));
    signal.addEventListener('abort', () => told.push('other'));
    expect(signal).toMatchObject({ aborted: false, reason: undefined });
    signal.abort('first');
    signal.abort('second');
    expect(signal).toMatchObject({ aborted: true, reason: 'first' });
    expect(told).toEqual(['one: first', 'other']);
  });

  it('tells nobody who has left', () => {
    const signal = new CallAbort();
    const told: string[] = [];
    const leave = () => void told.push('left');
    signal.addEventListener('abort', leave);
    signal.removeEventListener('abort', leave);
    signal.abort('over');
    expect(told).toEqual([]);
  });

  it('lets its listeners leave while it fires', () => {
    const signal = new CallAbort();
    const told: string[] = [];
    const leave = () => {
      signal.removeEventListener('abort', leave);
      told.push('one');
    };
    signal.addEventListener('abort', leave);
    signal.addEventListener('abort', () => told.push('other'));
    signal.abort('over');
    expect(told).toEqual(['one', 'other']);
  });
});
