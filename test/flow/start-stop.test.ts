/** A server that starts whole or not at all, and that lets go of everything when it stops. */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLog } from '../../src/telemetry.js';
import { type House, openHouse as openAnyHouse } from '../support/house.js';
import { startSimulator } from '../support/simulator.js';
import { until } from '../support/until.js';

const COUNTS = JSON.stringify({ query: '{ companies(first: 25) { nodes { countSummary { active } } } }' });

/** A test that fails half-way must not leave a server behind that keeps the run alive. */
const opened: House[] = [];
afterEach(async () => {
  for (const house of opened.splice(0)) await house.close();
});

async function openHouse(options?: Parameters<typeof openAnyHouse>[0]): Promise<House> {
  const house = await openAnyHouse(options);
  opened.push(house);
  return house;
}

function isListening(url: string): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    () => true,
    () => false,
  );
}

function openServers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
}

describe('a start', () => {
  it('that finds its port taken fails with the reason, and leaves no simulator behind', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await until(() => squatter.listening, 'the port is taken');
    const before = openServers();
    const { port } = squatter.address() as AddressInfo;
    const app = createApp(loadConfig({ PORT: String(port) }), { log: createLog('silent') });
    await expect(app.start()).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await until(() => openServers() === before, 'nothing left open');
    await app.stop();
    squatter.close();
  });

  it('asked for twice is one', async () => {
    const app = createApp(loadConfig({ PORT: '0' }), { log: createLog('silent') });
    const [first, second] = await Promise.all([app.start(), app.start()]);
    expect(second).toBe(first);
    await app.stop();
  });
});

describe('a stop', () => {
  it('closes the server and its simulator, and may be asked for twice', async () => {
    const app = createApp(loadConfig({ PORT: '0' }), { log: createLog('silent') });
    const { url, simulatorUrl } = await app.start();
    expect(await isListening(url)).toBe(true);
    await Promise.all([app.stop(), app.stop()]);
    expect(await isListening(url)).toBe(false);
    expect(await isListening(simulatorUrl ?? '')).toBe(false);
  });

  it('while still starting waits for the start, and then stops', async () => {
    const before = openServers();
    const app = createApp(loadConfig({ PORT: '0' }), { log: createLog('silent') });
    const started = app.start();
    await app.stop();
    const { url } = await started;
    expect(await isListening(url)).toBe(false);
    await until(() => openServers() === before, 'nothing left open');
  });

  it('lets the requests in flight end, takes no new ones, and does not wait for idle clients', async () => {
    const house = await openHouse({ env: { SIMULATOR_LATENCY_MS: '150' } });
    const agent = new Agent({ keepAlive: true });
    // A client that keeps its socket open without asking anything more.
    await new Promise((resolve, reject) => {
      const idle = request(`${house.url}/livez`, { agent }, (response) => response.resume().on('end', resolve));
      idle.on('error', reject).end();
    });
    const answer = fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: COUNTS,
    });
    await until(
      async () => (await house.asked()).some(({ path }) => path === '/api/companies/search'),
      'a call under way',
    );
    const stopAtMs = performance.now();
    const stopped = house.close();
    await until(async () => !(await isListening(house.url)), 'no new connections');
    const { status } = await answer;
    expect(status).toBe(200);
    await stopped;
    expect(performance.now() - stopAtMs).toBeLessThan(5_000);
    agent.destroy();
  });

  it('leaves no timer and no socket that would keep the process alive', async () => {
    const keepsAlive = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap' || kind === 'Timeout').length;
    const before = keepsAlive();
    const house = await openHouse();
    await house.ask('{ companies(first: 25) { nodes { countSummary { active } } } }');
    await house.close();
    await until(() => keepsAlive() <= before + 1, 'everything closed');
    expect(keepsAlive()).toBeLessThanOrEqual(before + 1);
  });
});

describe('the credential, checked at start', () => {
  const KEEPNET = { KEEPNET_CLIENT_ID: 'simulator', KEEPNET_CLIENT_SECRET: 'simulator-secret' };

  async function startWith(env: Record<string, string>) {
    const simulator = await startSimulator();
    const house = await openHouse({ env: { KEEPNET_BASE_URL: simulator.url, ...KEEPNET, ...env } });
    const ready = await fetch(`${house.url}/readyz`);
    const warnings = house.logged().filter(({ level }) => level === 'warn');
    const result = {
      status: ready.status,
      ready: await ready.json(),
      warnings,
      answer: await house.ask('{ __typename }'),
    };
    await house.close();
    await simulator.stop();
    return result;
  }

  it('that is good is said nothing of', async () => {
    const { ready, warnings, answer } = await startWith({});
    expect(ready).toMatchObject({ ready: true, upstream: 'keepnet', credential: 'accepted' });
    expect(warnings).toEqual([]);
    expect(answer.headers.get('x-keepnet-graph-upstream')).toBe('keepnet');
  });

  it('that is wrong is told in one line; the server lives, and is not ready', async () => {
    const { status, ready, warnings, answer } = await startWith({ KEEPNET_CLIENT_SECRET: 'not-the-secret' });
    expect(status).toBe(503);
    expect(ready).toMatchObject({ ready: false, upstream: 'keepnet', credential: 'refused' });
    expect(warnings).toEqual([
      expect.objectContaining({ credential: 'refused', msg: expect.stringContaining('KEEPNET_CLIENT_SECRET') }),
    ]);
    expect(JSON.stringify(warnings)).not.toContain('not-the-secret');
    expect(answer.status).toBe(200);
  });

  it('of another role than Reseller is told in one line, with what to do; the server lives', async () => {
    const admin = { KEEPNET_CLIENT_ID: 'company-admin', KEEPNET_CLIENT_SECRET: 'company-admin-secret' };
    const { ready, warnings, answer } = await startWith(admin);
    expect(ready).toMatchObject({ ready: true, upstream: 'keepnet', credential: 'not-reseller' });
    expect(warnings).toEqual([
      expect.objectContaining({ credential: 'not-reseller', msg: expect.stringContaining('CompanyAdmin') }),
    ]);
    expect(answer.status).toBe(200);
  });
});
