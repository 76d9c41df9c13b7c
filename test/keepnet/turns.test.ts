/** Whose turn it is: lanes, callers, companies, and those who leave. */
import { describe, expect, it } from '@jest/globals';
import { createTurns, type Lane, MAX_PASSED_OVER, type Place, type Turns } from '../../src/keepnet/turns.js';

interface Named extends Place {
  readonly name: string;
}

/** `interactive/anna/acme/1`; the last part only tells them apart. */
function add(turns: Turns<Named>, ...names: string[]): Named[] {
  return names.map((name) => {
    const [lane, callerId = '', companyId = null] = name.split('/');
    const waiter = { name, lane: lane as Lane, callerId, companyId };
    turns.add(waiter);
    return waiter;
  });
}

function take(turns: Turns<Named>, count: number, isOpen: (lane: Lane) => boolean = () => true): string[] {
  return Array.from({ length: count }, () => turns.next(isOpen)?.name ?? 'nobody');
}

describe('turns', () => {
  it('go to lanes by priority', () => {
    const turns = createTurns<Named>();
    add(turns, 'exports/a/x', 'tables/a/x', 'interactive/a/x', 'interactive/a/x/2');
    expect(take(turns, 5)).toEqual(['interactive/a/x', 'interactive/a/x/2', 'tables/a/x', 'exports/a/x', 'nobody']);
  });

  it('rotate between callers, however much each one wants', () => {
    const turns = createTurns<Named>();
    for (let index = 0; index < 100; index += 1) add(turns, `interactive/big/x/${index}`);
    add(turns, 'interactive/small/x/0', 'interactive/small/x/1');
    expect(take(turns, 5).map((name) => name.split('/')[1])).toEqual(['big', 'small', 'big', 'small', 'big']);
  });

  it('rotate between the companies of a caller, first come first served within each', () => {
    const turns = createTurns<Named>();
    add(turns, 'interactive/a/x/1', 'interactive/a/x/2', 'interactive/a/y/1', 'interactive/a/y/2', 'interactive/a/x/3');
    expect(take(turns, 5).map((name) => name.slice(14))).toEqual(['x/1', 'y/1', 'x/2', 'y/2', 'x/3']);
  });

  it('go to repeated calls before the others of their caller, first come first served', () => {
    const turns = createTurns<Named>();
    add(turns, 'interactive/a/w/1', 'interactive/a/x/1', 'interactive/b/y/1', 'interactive/b/y/2');
    for (const name of ['again', 'and again']) {
      turns.add({ name, lane: 'interactive', callerId: 'a', companyId: 'x', repeated: true });
    }
    const expected = ['again', 'b/y/1', 'and again', 'b/y/2', 'a/w/1', 'a/x/1', 'nobody'];
    expect(take(turns, 7).map((name) => name.replace('interactive/', ''))).toEqual(expected);
    expect(turns.size).toBe(0);
  });

  it('do not bring a repeated call back in step with the round of the companies', () => {
    const turns = createTurns<Named>();
    for (let index = 0; index < 300; index += 1) add(turns, `interactive/a/company${index % 100}/${index}`);
    // Every hundredth call fails, and its failure is known 16 calls later.
    const failed = new Map<string, number>();
    for (let call = 0; call < 320; call += 1) {
      const name = turns.next(() => true)?.name;
      if (name === undefined || call % 100 !== 37) continue;
      failed.set(name, (failed.get(name) ?? 0) + 1);
      const [, callerId = '', companyId = null] = name.split('/');
      const repeat = () => turns.add({ name, lane: 'interactive', callerId, companyId, repeated: true });
      for (let under = 0; under < 16; under += 1, call += 1) turns.next(() => true);
      repeat();
    }
    expect([...failed.values()]).toEqual([1, 1, 1]);
  });

  it('pass a closed lane by, and keep those who wait in it', () => {
    const turns = createTurns<Named>();
    add(turns, 'exports/a/x');
    expect(turns.next((lane) => lane !== 'exports')).toBeUndefined();
    expect(take(turns, 1)).toEqual(['exports/a/x']);
  });

  it('come to every lane in the end, and leave the busy one nearly all', () => {
    const turns = createTurns<Named>();
    const lanes = { interactive: 0, tables: 0, exports: 0 };
    for (let turn = 0; turn < 420; turn += 1) {
      add(turns, 'interactive/a/x', 'tables/a/x', 'exports/a/x');
      const lane = turns.next(() => true)?.lane ?? 'interactive';
      lanes[lane] += 1;
    }
    const share = Math.floor(420 / (MAX_PASSED_OVER + 1));
    expect(lanes.tables).toBeGreaterThanOrEqual(share - 2);
    expect(lanes.exports).toBeGreaterThanOrEqual(share - 2);
    expect(lanes.interactive).toBeGreaterThanOrEqual(420 - 2 * (share + 2));
  });

  it('skip those who left, and leave nothing behind', () => {
    const turns = createTurns<Named>();
    const [first, , third] = add(turns, 'tables/a/x/1', 'tables/a/x/2', 'tables/b/y/1');
    for (const waiter of [first, third, first]) if (waiter) turns.remove(waiter);
    expect(turns.size).toBe(1);
    expect(take(turns, 2)).toEqual(['tables/a/x/2', 'nobody']);
    expect([turns.size, turns.sizeOf('tables'), [...turns].length]).toEqual([0, 0, 0]);
  });
});
