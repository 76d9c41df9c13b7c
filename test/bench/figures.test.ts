/** The figures that the benchmark's verdicts rest on. */
import { describe, expect, it } from '@jest/globals';
import { summarize, toSlope } from '../../bench/figures.js';

describe('summarize', () => {
  it('tells median, p95 and the middle half of samples in any order', () => {
    const samples = Array.from({ length: 101 }, (_, index) => 100 - index);
    expect(summarize(samples)).toEqual({ median: 50, p95: 95, iqr: 50, count: 101 });
  });

  it('lies between two samples where none is in the middle', () => {
    expect(summarize([1, 2]).median).toBe(1.5);
    expect(summarize([7])).toEqual({ median: 7, p95: 7, iqr: 0, count: 1 });
  });

  it('refuses to summarize nothing', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

describe('toSlope', () => {
  it('finds the straight line through its points, whatever noise lies evenly around it', () => {
    const points = Array.from({ length: 40 }, (_, x) => ({ x, y: 3 * x + 10 + (x % 4 === 0 || x % 4 === 3 ? 1 : -1) }));
    expect(toSlope(points)).toBeCloseTo(3, 2);
  });

  it('is 0 where there is no line', () => {
    expect(toSlope([])).toBe(0);
    expect(toSlope([{ x: 1, y: 5 }])).toBe(0);
  });
});
