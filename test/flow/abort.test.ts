/** Every request ends: when its time is up, when its client has gone; and leaves nothing behind when it does. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';
import { until } from '../support/until.js';

const COUNTS = '{ companies(first: 5) { nodes { name countSummary { active } } } }';
const COUNT_SUMMARY = '/api/target-users/count-summary';

interface Counts {
  companies: { nodes: { name: string; countSummary: { active: number } | null }[] } | null;
}

let house: House;
beforeAll(async () => {
  house = await openHouse({ env: { OPERATION_TIMEOUT_SECONDS: '2' } });
});
beforeEach(() => house.simulator.clearJournal());
afterEach(() => house.simulator.clearFaults());
afterAll(() => house.close());

describe('an operation whose time is up', () => {
  it('answers what has arrived, and says of the rest that the time was up', async () => {
    await house.simulator.addFault({ kind: 'hang', path: COUNT_SUMMARY, after: 2 });
    const { status, body } = await house.ask<Counts>(COUNTS);
    expect(status).toBe(200);
    const nodes = body.data?.companies?.nodes ?? [];
    expect(nodes).toHaveLength(5);
    expect(nodes.filter(({ countSummary }) => countSummary !== null)).toHaveLength(2);
    // One of the five has closed its data; nothing was asked for it.
    const codes = new Set((body.errors ?? []).map(({ extensions }) => extensions?.code));
    expect(codes).toEqual(new Set(['DEADLINE_EXCEEDED', 'COMPANY_PRIVACY_DENIED']));
  });

  it('lets go of the calls that were under way', async () => {
    await house.simulator.addFault({ kind: 'hang', path: COUNT_SUMMARY });
    await house.ask<Counts>(COUNTS);
    const hung = async () => (await house.asked()).filter(({ fault }) => fault === 'hang');
    await until(async () => (await hung()).every(({ aborted }) => aborted), 'every call let go');
    expect((await hung()).length).toBeGreaterThan(0);
  });
});

/** Nothing in it ends because its time is up. */
let patient: House;
beforeAll(async () => {
  patient = await openHouse({ env: { OPERATION_TIMEOUT_SECONDS: '600', KEEPNET_CALL_TIMEOUT_SECONDS: '600' } });
});
afterAll(() => patient.close());

describe('a client that goes away', () => {
  it('takes its calls with it long before its time is up, and is told of in the log', async () => {
    await patient.simulator.addFault({ kind: 'hang', path: COUNT_SUMMARY });
    const gone = new AbortController();
    const answer = fetch(`${patient.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'gone-client-01' },
      body: JSON.stringify({ query: COUNTS }),
      signal: gone.signal,
    });
    await until(async () => (await patient.asked()).some(({ fault }) => fault === 'hang'), 'a call under way');
    gone.abort();
    await expect(answer).rejects.toThrow();
    await until(
      async () => (await patient.asked()).every(({ aborted, status }) => aborted || status !== null),
      'every call let go',
    );
    await until(() => patient.logged().some(({ requestId }) => requestId === 'gone-client-01'), 'a line in the log');
    expect(patient.logged()).toContainEqual(
      expect.objectContaining({ requestId: 'gone-client-01', status: 'client gone' }),
    );
  });
});

describe('requests that have been answered', () => {
  it('leave no timer behind, though their time is not up for long', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    await patient.simulator.clearFaults();
    await patient.ask(COUNTS);
    const before = timers();
    await Promise.all(Array.from({ length: 40 }, () => patient.ask('{ __typename }')));
    await Promise.all(Array.from({ length: 10 }, () => patient.ask(COUNTS)));
    await until(() => timers() <= before + 2, 'no more timers than before, but for the sockets of the test itself');
    expect(timers()).toBeLessThan(before + 40);
  });
});
