/** The troubles that the stub makes: a benchmark over a wrong one would measure nothing. */
import { describe, expect, it } from '@jest/globals';
import { createGate, type StubOptions } from '../../bench/upstream/gate.js';

const CALL = { isScoped: true, inFlight: 1 };

/** How many of so many calls pass at one moment. */
function countPassed(options: StubOptions, calls: number, nowMs = () => 0): number {
  const gate = createGate(options, nowMs);
  return Array.from({ length: calls }, () => gate.check(CALL)).filter((refused) => refused === null).length;
}

describe('the gate of the stub', () => {
  it('lets a burst through a bucket, and then as many as its rate fills in', () => {
    let atMs = 0;
    const gate = createGate({ latencyMs: 0, rate: { perSecond: 200, burst: 50 } }, () => atMs);
    const pass = (calls: number) =>
      Array.from({ length: calls }, () => gate.check(CALL)).filter((each) => !each).length;
    expect(pass(60)).toBe(50);
    atMs = 100;
    expect(pass(60)).toBe(20);
    atMs = 60_000;
    expect(pass(60)).toBe(50);
    expect(gate.check(CALL)).toEqual({ status: 429, headers: { 'retry-after': '1' } });
  });

  it('refuses what is too much at once, without a Retry-After', () => {
    const gate = createGate({ latencyMs: 0, maxInFlight: 50 });
    expect(gate.check({ isScoped: true, inFlight: 50 })).toBeNull();
    expect(gate.check({ isScoped: true, inFlight: 51 })).toEqual({ status: 429, headers: {} });
  });

  it('fails one call in a hundred, and not the first', () => {
    const gate = createGate({ latencyMs: 0, failEvery: 100 });
    const statuses = Array.from({ length: 1_000 }, () => gate.check(CALL)?.status);
    expect(statuses.filter((status) => status === 500)).toHaveLength(10);
    expect(statuses[0]).toBeUndefined();
  });

  it('is away for everything, or for all but the list', () => {
    const all = createGate({ latencyMs: 0, outage: 'ALL' });
    const scoped = createGate({ latencyMs: 0, outage: 'SCOPED' });
    expect(all.check({ isScoped: false, inFlight: 1 })?.status).toBe(503);
    expect(scoped.check({ isScoped: false, inFlight: 1 })).toBeNull();
    expect(scoped.check(CALL)?.status).toBe(503);
  });

  it('does nothing that it was not told to', () => {
    expect(countPassed({ latencyMs: 40 }, 1_000)).toBe(1_000);
  });
});
