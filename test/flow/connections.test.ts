/** Connections that Keepnet closes, or lets die, behind our back cost calls and never a field. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DashboardDocument } from '../../src/generated/operations.js';
import type { TransportKind } from '../../src/keepnet/transport.js';
import { openProxiedHouse, type ProxiedHouse } from '../support/proxied-house.js';
import { until } from '../support/until.js';

const RECEIPT = { 'x-keepnet-graph-receipt': '1' };
const LIBRARIES: readonly TransportKind[] = ['undici', 'cross-fetch'];

let proxied: ProxiedHouse;
afterEach(() => proxied.close());

const askDashboard = () => proxied.house.ask(DashboardDocument, { first: 12 }, RECEIPT);

/** Asks until every customer's state is known and the repetitions to come are paid for. */
async function open(library: TransportKind) {
  proxied = await openProxiedHouse({ KEEPNET_TRANSPORT: library });
  for (let round = 0; round < 5; round += 1) await askDashboard();
  const { body } = await askDashboard();
  proxied.proxy.clear();
  return body;
}

describe.each(LIBRARIES)('connections kept by %s', (library) => {
  let truth: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    truth = await open(library);
  });

  it('of which one has died cost one repetition', async () => {
    proxied.proxy.strike({ kind: 'stale', times: 1 });
    const { body } = await askDashboard();
    expect(body).toMatchObject({ data: truth.data, errors: truth.errors, extensions: { cost: { retried: 1 } } });
  });

  it('of which all were closed while idle cost nothing', async () => {
    const held = proxied.proxy.connections();
    expect(held).toBeGreaterThan(5);
    proxied.proxy.hangUp();
    await until(() => proxied.proxy.connections() === 0, 'the connections to close');
    // They are closed on the other side: once another answer came over the wire, this side has heard of it.
    await fetch(`${proxied.house.url}/livez`);
    const { body } = await askDashboard();
    expect(body).toMatchObject({ data: truth.data, errors: truth.errors, extensions: { cost: { retried: 0 } } });
  });

  it('that Keepnet closes after every answer cost calls at most', async () => {
    proxied.proxy.strike({ kind: 'closeAfter' });
    const { body } = await askDashboard();
    expect(body).toMatchObject({ data: truth.data, errors: truth.errors });
    expect(proxied.proxy.calls().length).toBeGreaterThan(30);
  });

  it('are not kept for long, since nobody tells when they have died meanwhile', async () => {
    const held = proxied.proxy.connections();
    await sleep(4_500);
    await until(() => proxied.proxy.connections() < held / 4, 'idle connections to be closed');
    proxied.proxy.strike({ kind: 'stale' });
    const { body } = await askDashboard();
    expect(body).toMatchObject({ data: truth.data, errors: truth.errors, extensions: { cost: { retried: 0 } } });
  });
});

describe('connections that die all at once', () => {
  it('cost no field, though so many calls fail together that the circuits open', async () => {
    const truth = await open('undici');
    proxied.proxy.strike({ kind: 'stale' });
    const { body } = await askDashboard();
    const died = proxied.proxy.calls().filter(({ fault }) => fault === 'stale').length;
    expect(died).toBeGreaterThan(20);
    expect(body).toMatchObject({ data: truth.data, errors: truth.errors, extensions: { cost: { retried: died } } });
  });
});
