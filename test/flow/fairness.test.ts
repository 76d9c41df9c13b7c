/** Turns are taken by operations, not by calls: who asks little is answered before who asks much has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';
import { until } from '../support/until.js';

let house: House;
beforeEach(async () => {
  house = await openHouse({
    env: { SIMULATOR_COMPANIES: '100', SIMULATOR_LATENCY_MS: '20', KEEPNET_MAX_IN_FLIGHT: '4' },
  });
  await house.simulator.clearJournal();
});
afterEach(() => house.close());

/** Some 300 calls that no other operation asks. */
const LARGE = `{ companies(first: 100) { nodes { countSummary { active } leaderboard(first: 10) { nodes { rank } }
  executiveReports { name } } } }`;
/** One call, and some thirty, that no other operation asks: pages of another size are other questions. */
const toOneCall = (size: number) => `{ companies(first: ${size}) { nodes { name } } }`;
const toSome = (size: number) =>
  `{ companies(first: ${size}) { nodes { leaderboard(first: ${size}) { nodes { rank } } } } }`;

const sizeOf = (body: unknown) => (body as { pageSize?: number } | null)?.pageSize;

describe('a 300-call operation that runs', () => {
  it('is passed by one of a single call, which waits for its turn once', async () => {
    const large = house.ask(LARGE);
    let hasEnded = false;
    const ended = large.then(() => {
      hasEnded = true;
    });
    await until(async () => (await house.asked()).length > 20, 'the large operation to be under way');
    const before = (await house.asked()).length;
    const { body } = await house.ask(toOneCall(7));
    expect(body.errors).toBeUndefined();
    expect(hasEnded).toBe(false);
    const place = (await house.asked()).findIndex((entry) => sizeOf(entry.body) === 7);
    expect(place).toBeGreaterThanOrEqual(before);
    // Those that were asked while the question travelled and was read, and one turn.
    expect(place).toBeLessThan(before + 60);
    await ended;
    const entries = await house.asked();
    expect(entries.length).toBeGreaterThan(280);
    expect(entries.length - place).toBeGreaterThan(150);
  });

  it('ends, and so do twenty others beside it, of whom the last to come with one call is not the last to be answered', async () => {
    const order: string[] = [];
    const track = (name: string, query: string) => house.ask(query).then(() => void order.push(name));
    const large = track('large', LARGE);
    const some = Array.from({ length: 20 }, (_, index) => track(`some ${index}`, toSome(index + 3)));
    await until(async () => (await house.asked()).length > 60, 'all to be under way');
    await sleep(20);
    const before = (await house.asked()).length;
    await track('one call', toOneCall(50));
    const place = (await house.asked()).findIndex((entry) => sizeOf(entry.body) === 50);
    await Promise.all([large, ...some]);
    const total = (await house.asked()).length;
    expect(order.at(-1)).toBe('large');
    expect(order.indexOf('one call')).toBeLessThan(order.indexOf('large'));
    expect(order.slice(order.indexOf('one call')).length).toBeGreaterThan(5);
    // In one line for all it would have stood behind what was waiting then: several hundred calls.
    expect(total - before).toBeGreaterThan(300);
    expect(place - before).toBeLessThan(100);
  });
});
