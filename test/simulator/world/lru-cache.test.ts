/** The cache forgets by weight, least recently used first. */
import { expect, it } from '@jest/globals';
import { createLruCache } from '../../../src/simulator/world/lru-cache.js';

it('keeps what fits, drops what was used longest ago, and always keeps the newest', () => {
  const cache = createLruCache<string, number>(10);
  const made: string[] = [];
  const ask = (key: string, weight: number) =>
    cache.getOrMake(
      key,
      () => {
        made.push(key);
        return weight;
      },
      (value) => value,
    );
  ask('a', 4);
  ask('b', 4);
  ask('a', 4);
  ask('c', 4); // b goes: a was used since
  ask('a', 4);
  ask('b', 4); // and now c
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  ask('huge', 50);
  expect(ask('huge', 50)).toBe(50);
  ask('a', 4);
  expect(made).toEqual(['a', 'b', 'c', 'b', 'huge', 'a']);
});
