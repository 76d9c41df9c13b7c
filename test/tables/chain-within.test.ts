/** Lists read side by side and given one after another: the order, the bounds, and what becomes of failures. */
import { describe, expect, it } from '@jest/globals';
import { chainWithin } from '../../src/tables/chain-within.js';

const idle = async (turns = 50) => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
};

/** Lists of so many items each, `a0`, `a1` …; tells what was asked of them, and how many were under way at a time. */
function createLists(sizes: Readonly<Record<string, number>>, failAt?: string) {
  const asked: string[] = [];
  let underWay = 0;
  let most = 0;
  async function* toList(key: string) {
    for (let at = 0; at < (sizes[key] ?? 0); at += 1) {
      asked.push(`${key}${at}`);
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      if (`${key}${at}` === failAt) throw new Error(failAt);
      yield `${key}${at}`;
    }
  }
  return { asked, toList, mostAtOnce: () => most };
}

const toItems = (sizes: Readonly<Record<string, number>>) =>
  Object.entries(sizes).flatMap(([key, size]) => Array.from({ length: size }, (_, at) => `${key}${at}`));

describe('a chain', () => {
  const sizes = { a: 9, b: 0, c: 4, d: 1, e: 30, f: 2 };

  it.each([
    [1, 1],
    [2, 3],
    [4, 7],
    [8, 1_000],
    [3, 0],
  ])('of %i lists at a time and at most %i items keeps the order, and loses nothing', async (lists, maxWeight) => {
    const { toList, mostAtOnce } = createLists(sizes);
    const taken: string[] = [];
    for await (const item of chainWithin(Object.keys(sizes), toList, { lists, maxWeight, weigh: () => 1 })) {
      taken.push(item);
    }
    expect(taken).toEqual(toItems(sizes));
    expect(mostAtOnce()).toBeLessThanOrEqual(lists);
  });

  it('reads the lists behind the first to their ends, while the first is under way', async () => {
    const { asked, toList, mostAtOnce } = createLists({ a: 20, b: 20, c: 20 });
    const items = chainWithin(['a', 'b', 'c'], toList, { lists: 3, maxWeight: 1_000, weigh: () => 1 });
    await items.next();
    await idle();
    expect(asked).toHaveLength(60);
    expect(mostAtOnce()).toBe(3);
    await items.return();
  });

  it('waits where nobody takes what was read, by its weight, and goes on with what is taken', async () => {
    const { asked, toList } = createLists({ a: 50, b: 50, c: 50 });
    const items = chainWithin(['a', 'b', 'c'], toList, { lists: 3, maxWeight: 100, weigh: () => 10 });
    await items.next();
    await idle();
    const before = asked.length;
    // Ten that wait, one of each list beyond, and the one that was taken.
    expect(before).toBeLessThanOrEqual(10 + 3 + 1);
    for (let count = 0; count < 5; count += 1) await items.next();
    await idle();
    expect(asked.length).toBeGreaterThan(before);
    expect(asked.length).toBeLessThanOrEqual(before + 5);
    await items.return();
  });

  it('tells a failure in its turn, and not before', async () => {
    const { toList } = createLists({ a: 3, b: 3 }, 'b1');
    const taken: string[] = [];
    const taking = (async () => {
      for await (const item of chainWithin(['a', 'b'], toList, { lists: 2, maxWeight: 9, weigh: () => 1 })) {
        await idle(5);
        taken.push(item);
      }
    })();
    await expect(taking).rejects.toThrow('b1');
    expect(taken).toEqual(['a0', 'a1', 'a2', 'b0']);
  });
});
