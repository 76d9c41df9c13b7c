/** What the server says of its readiness, by what its parts say of themselves. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { watchReadiness } from '../src/app-readiness.js';
import { AppError } from '../src/errors.js';
import { createLog } from '../src/telemetry.js';
import { type House, openHouse } from './support/house.js';
import { startSimulator } from './support/simulator.js';
import { until } from './support/until.js';

const CREDENTIAL = {
  role: 'Reseller',
  companyName: null,
  companyResourceId: null,
  permissions: null,
  tokenExpiresAt: '2026-01-01T00:00:00.000Z',
};

interface Faults {
  checkCredential?: () => Promise<typeof CREDENTIAL>;
  query?: () => Promise<never[]>;
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function watch({ checkCredential = async () => CREDENTIAL, query = async () => [] }: Faults = {}) {
  const retiring = new AbortController();
  let asked = 0;
  const counted = () => {
    asked += 1;
    return query();
  };
  const readiness = watchReadiness({
    upstream: 'KEEPNET',
    keepnet: { checkCredential, reach: 'unknown' },
    database: { query: counted as never },
    retiring: retiring.signal,
    log: createLog('silent'),
  });
  stops.push(() => readiness.stop());
  return { readiness, retire: () => retiring.abort(), asked: () => asked };
}

describe('readiness', () => {
  it('begins with the end of the first check of the credential, and ends with the wish to stop', async () => {
    const { readiness, retire } = watch();
    expect(await readiness.read()).toMatchObject({ ready: false, notReady: ['starting'] });
    readiness.start();
    await until(async () => (await readiness.read()).ready, 'ready');
    retire();
    expect(await readiness.read()).toMatchObject({ ready: false, notReady: ['stopping'] });
  });

  it('is not lost where Keepnet cannot be asked', async () => {
    const checkCredential = async () => {
      throw new AppError('UPSTREAM_UNAVAILABLE', 'Keepnet cannot be reached.');
    };
    const { readiness } = watch({ checkCredential });
    readiness.start();
    await until(async () => (await readiness.read()).ready, 'ready');
    expect(await readiness.read()).toMatchObject({ ready: true, notReady: [], credential: 'unknown' });
  });

  it('names the store where it fails, and where it does not answer in time', async () => {
    const failing = watch({ query: () => Promise.reject(new AppError('STORE_UNAVAILABLE', 'The store is away.')) });
    expect(await failing.readiness.read()).toMatchObject({ notReady: ['starting', 'store'], store: 'unavailable' });
    const silent = watch({ query: () => new Promise(() => undefined) });
    expect(await silent.readiness.read()).toMatchObject({ notReady: ['starting', 'store'], store: 'unavailable' });
  });

  it('asks the store once for many who ask at once', async () => {
    const { readiness, asked } = watch();
    await Promise.all(Array.from({ length: 50 }, () => readiness.read()));
    expect(asked()).toBe(1);
  });
});

describe('/readyz of a server whose Keepnet went away', () => {
  it('says so and stays ready: every replica asks the same Keepnet', async () => {
    const simulator = await startSimulator();
    const env = {
      KEEPNET_BASE_URL: simulator.url,
      KEEPNET_CLIENT_ID: 'simulator',
      KEEPNET_CLIENT_SECRET: 'simulator-secret',
    };
    const house: House = await openHouse({ env });
    stops.push(() => void house.close());
    expect(await (await fetch(`${house.url}/readyz`)).json()).toMatchObject({ ready: true, keepnet: 'reachable' });
    await simulator.stop();
    await house.ask('{ companies { totalCount } }');
    const answer = await fetch(`${house.url}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ ready: true, keepnet: 'unreachable', credential: 'accepted' });
  });
});
