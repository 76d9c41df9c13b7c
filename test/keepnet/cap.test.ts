/** How many at once: doubles until trouble, halves once a round, then one by one. */
import { describe, expect, it } from '@jest/globals';
import { type Cap, createCap } from '../../src/keepnet/cap.js';

function succeed(cap: Cap, times: number, { isFull = true } = {}): number {
  for (let time = 0; time < times; time += 1) cap.succeeded(cap.size, isFull);
  return cap.size;
}

describe('the cap', () => {
  it('doubles with each round of successes until it is at its bound, and never beyond', () => {
    const cap = createCap({ max: 64, start: 16 });
    expect(succeed(cap, 16)).toBe(32);
    expect(succeed(cap, 32)).toBe(64);
    expect(succeed(cap, 1_000)).toBe(64);
  });

  it('starts at its bound where that is lower', () => {
    expect(createCap({ max: 5, start: 16 }).size).toBe(5);
  });

  it('does not grow while there are places left', () => {
    expect(succeed(createCap({ max: 64, start: 16 }), 100, { isFull: false })).toBe(16);
  });

  it('halves on trouble, once for all calls of a round', () => {
    const cap = createCap({ max: 64, start: 64 });
    for (const startedAtMs of [90, 95, 100]) cap.troubled(startedAtMs, 100);
    expect(cap.size).toBe(32);
    cap.troubled(101, 140);
    expect(cap.size).toBe(16);
  });

  it('grows by one for as many successes as it is large, once there was trouble', () => {
    const cap = createCap({ max: 64, start: 8 });
    cap.troubled(1, 2);
    expect(succeed(cap, 3)).toBe(4);
    expect(succeed(cap, 1)).toBe(5);
    expect(succeed(cap, 5)).toBe(6);
  });

  it('keeps one place, whatever happens', () => {
    const cap = createCap({ max: 64, start: 16 });
    for (let round = 1; round <= 20; round += 1) cap.troubled(round, round);
    expect(cap.size).toBe(1);
  });

  it('knows what it has carried, with a margin for answers on the wire', () => {
    const cap = createCap({ max: 64, start: 16 });
    expect(cap.carriesMoreThan(1)).toBe(false);
    cap.succeeded(40, true);
    expect(cap.carriesMoreThan(30)).toBe(true);
    expect(cap.carriesMoreThan(31)).toBe(false);
  });
});
