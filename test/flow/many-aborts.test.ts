/** Clients that go away in the middle of wide questions: their calls end, their places in line are free, and nothing is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { print } from 'graphql';
import { DashboardDocument } from '../../src/generated/operations.js';
import { type House, openHouse } from '../support/house.js';
import { until } from '../support/until.js';

const PLACES = 8;

let house: House;
beforeEach(async () => {
  house = await openHouse({
    env: { SIMULATOR_COMPANIES: '100', SIMULATOR_LATENCY_MS: '30', KEEPNET_MAX_IN_FLIGHT: String(PLACES) },
  });
  await house.simulator.clearJournal();
});
afterEach(() => house.close());

/** A client of a 100-company dashboard; `leave` takes it away, and resolves when it has gone. */
function startDashboard() {
  const gone = new AbortController();
  const answer = fetch(`${house.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: print(DashboardDocument), variables: { first: 100 } }),
    signal: gone.signal,
  }).then(
    () => 'answered',
    () => 'left',
  );
  return {
    leave: () => {
      gone.abort();
      return answer;
    },
  };
}

const isOver = async () => (await house.asked()).every(({ status, aborted }) => status !== null || aborted);

/** A busy machine finds out late who has gone: waits until nothing new is asked or logged. */
async function untilQuiet(): Promise<void> {
  const count = async () => (await house.asked()).length + house.logged().length;
  for (let seen = -1, now = await count(); now !== seen; now = await count()) {
    seen = now;
    await sleep(500);
  }
}

describe('a client that goes away in the middle of a 100-company dashboard', () => {
  it('takes with it the calls under way and those in line, and makes room at once', async () => {
    // Every place is taken by a call that would never end by itself.
    await house.simulator.addFault({ kind: 'hang', path: '/api/target-users/count-summary', after: 12 });
    const client = startDashboard();
    const hanging = async () => (await house.asked()).filter(({ fault }) => fault === 'hang');
    await until(async () => (await hanging()).length === PLACES, 'the line to stand still');
    expect(await client.leave()).toBe('left');
    await until(isOver, 'the calls under way to end');
    expect((await hanging()).filter(({ aborted }) => aborted)).toHaveLength(PLACES);
    const entries = await house.asked();
    // Those in line would have come as soon as there were places.
    await sleep(500);
    expect(await house.asked()).toHaveLength(entries.length);
    expect(entries.length).toBeLessThan(50);
    await house.simulator.clearFaults();
    // Nobody stands before a newcomer: its one call is the next that is asked.
    const { body } = await house.ask('{ companies(first: 3) { nodes { name } } }');
    expect(body).toMatchObject({ data: { companies: { nodes: { length: 3 } } } });
    expect(await house.asked()).toHaveLength(entries.length + 1);
  });

  it('leaves the calls that somebody else waits for, and takes the others', async () => {
    const client = startDashboard();
    const counts = house.ask('{ companies(first: 100) { nodes { countSummary { active } } } }');
    await until(async () => (await house.asked()).length > 40, 'the dashboard to be under way');
    expect(await client.leave()).toBe('left');
    const { body } = await counts;
    const lost = (body.errors ?? []).filter(({ extensions }) => {
      return extensions?.code !== 'COMPANY_PRIVACY_DENIED' && extensions?.code !== 'FORBIDDEN';
    });
    expect(lost).toEqual([]);
    const entries = await house.asked();
    expect(entries.filter(({ path, aborted }) => aborted && path.endsWith('count-summary'))).toEqual([]);
    const summaries = entries.filter(({ path }) => path.endsWith('count-summary'));
    expect(summaries.length).toBeGreaterThan(85);
    expect(new Set(summaries.map(({ companyId }) => companyId)).size).toBe(summaries.length);
    expect(entries.length).toBeLessThan(1 + summaries.length + 100);
  });
});

describe('two hundred clients that go away', () => {
  it('leave no call, no timer, no socket and no place in line behind', async () => {
    const leaveTogether = async (howMany: number) => {
      const clients = Array.from({ length: howMany }, startDashboard);
      // At moments that differ: before the list has come, while customers are asked, while the line is long.
      const left = clients.map(async ({ leave }, index) => {
        await sleep(10 + 7 * index);
        return leave();
      });
      return (await Promise.all(left)).filter((outcome) => outcome === 'left').length;
    };
    await leaveTogether(20);
    await untilQuiet();
    const before = { timers: timers(), sockets: sockets() };
    let left = 0;
    for (let round = 0; round < 10; round += 1) {
      left += await leaveTogether(20);
    }
    await untilQuiet();
    expect((await house.asked()).some(({ aborted }) => aborted)).toBe(true);
    expect(await isOver()).toBe(true);
    await house.simulator.clearJournal();
    expect(left).toBeGreaterThan(190);
    await until(() => timers() <= before.timers + 5, 'timers to be as few as before');
    await until(() => sockets() <= before.sockets + 10, 'sockets to be as few as before');
    expect(await house.asked()).toEqual([]);
    const { body } = await house.ask('{ companies(first: 3) { nodes { name } } }');
    expect(body.errors).toBeUndefined();
    expect(await house.asked()).toHaveLength(1);
  }, 60_000);
});

const count = (kind: string) => process.getActiveResourcesInfo().filter((each) => each === kind).length;
const timers = () => count('Timeout');
const sockets = () => count('TCPSocketWrap');
