/**
 * Two servers in front of one Keepnet that share kept answers through Redis: what one has asked the other need not ask, what
 * one credential was told no other one sees, and a Redis in trouble costs calls and nothing else.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CompanyNamesDocument, DashboardDocument } from '../../src/generated/operations.js';
import { OTHER_RESELLER_CREDENTIALS, SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { type FakeRedis, startFakeRedis } from '../support/fake-redis.js';
import { type GraphAnswer, type House, openHouse } from '../support/house.js';
import { startSimulator, type TestSimulator } from '../support/simulator.js';
import { until } from '../support/until.js';

const RECEIPT = { 'x-keepnet-graph-receipt': '1' };
const COMPANIES = 12;

let simulator: TestSimulator;
const houses: House[] = [];
const redises: FakeRedis[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ companies: COMPANIES, users: 20 });
});
afterEach(async () => {
  await closeHouses();
  await Promise.all(redises.splice(0).map((redis) => redis.stop()));
  await simulator.stop();
});

async function closeHouses(): Promise<void> {
  await Promise.all(houses.splice(0).map((house) => house.close()));
}

type Credentials = typeof SIMULATOR_CREDENTIALS | typeof OTHER_RESELLER_CREDENTIALS;

/** In front of the simulator that all of a test's servers share; without a Redis it keeps nothing. */
async function open(redisUrl: string | null, { clientId, clientSecret }: Credentials = SIMULATOR_CREDENTIALS) {
  const house = await openHouse({
    env: {
      KEEPNET_BASE_URL: simulator.url,
      KEEPNET_CLIENT_ID: clientId,
      KEEPNET_CLIENT_SECRET: clientSecret,
      ...(redisUrl !== null && { CACHE_TTL_SECONDS: '60', REDIS_URL: redisUrl }),
    },
  });
  houses.push(house);
  return house;
}

const askDashboard = (house: House, headers = RECEIPT) => house.ask(DashboardDocument, { first: COMPANIES }, headers);

const countCalls = ({ body }: GraphAnswer<unknown>) => Number((body.extensions?.cost as Cost | undefined)?.calls);

interface Cost {
  calls: number;
}

const toTrouble = (house: House) => house.logged().filter(({ msg }) => String(msg).includes('shared cache does not'));

const paths = async () => (await simulator.journal()).entries.map(({ path }) => path);

const url = process.env.REDIS_URL;
const [describeReal, title] = url
  ? [describe, 'two servers that share a Redis']
  : [describe.skip, 'two servers that share a Redis (SKIPPED: no REDIS_URL)'];
if (!url) console.warn('REDIS_URL names no Redis: the tests of servers that share one are skipped.');

describeReal(title, () => {
  /** Two servers that are known to be connected, which happens in the background: each has seen what the other has put. */
  async function openPair(credentials: Credentials): Promise<readonly [House, House]> {
    const pair = [await open(url ?? '', credentials), await open(url ?? '', credentials)] as const;
    let first = COMPANIES;
    const reaches = async (one: House, other: House) => {
      // Each time a page of another size, which neither has in its own memory.
      first += 1;
      await one.ask(CompanyNamesDocument, { first });
      return countCalls(await other.ask(CompanyNamesDocument, { first }, RECEIPT)) === 0;
    };
    await until(() => reaches(...pair), 'the second server to see what the first has put');
    await until(() => reaches(pair[1], pair[0]), 'the first server to see what the second has put');
    return pair;
  }

  /**
   * A machine that is too busy to read a reply of Redis in time takes it for silent, and rightly hangs up. A run in which
   * that happened proves nothing and is made again.
   */
  async function undisturbed(run: () => Promise<void>): Promise<void> {
    for (let runs = 1; ; runs += 1) {
      try {
        return await run();
      } catch (error) {
        if (runs === 5 || !houses.some((house) => toTrouble(house).length > 0)) throw error;
        await closeHouses();
      }
    }
  }

  it(
    'ask Keepnet once: the second one needs its token and nothing else',
    () =>
      undisturbed(async () => {
        const [one, other] = await openPair(SIMULATOR_CREDENTIALS);
        await askDashboard(one);
        const { body: truth } = await askDashboard(one);
        await simulator.clearJournal();
        const { body } = await askDashboard(other);
        // A refusal is learned by each server for itself; only answers are shared.
        const refused = (body.errors ?? []).filter(({ extensions }) => extensions?.code === 'FORBIDDEN').length;
        expect(refused).toBeLessThanOrEqual(3);
        expect(await paths()).toHaveLength(refused);
        expect(toFields(body.data)).toEqual(toFields(truth.data));
        expect(body.extensions?.cost).toMatchObject({ calls: refused });
      }),
    60_000,
  );

  it(
    'never see what another credential was told',
    () =>
      undisturbed(async () => {
        const [one] = await openPair(SIMULATOR_CREDENTIALS);
        const { body: ours } = await askDashboard(one);
        const [foreign] = await openPair(OTHER_RESELLER_CREDENTIALS);
        await simulator.clearJournal();
        const { body: theirs } = await askDashboard(foreign);
        const ids = (data: typeof ours.data) => (data?.companies?.nodes ?? []).map(({ resourceId }) => resourceId);
        expect(ids(theirs.data)).toHaveLength(4);
        expect(ids(theirs.data).filter((id) => ids(ours.data).includes(id))).toEqual([]);
        // It had to ask for all of it, by its own name.
        const { entries } = await simulator.journal();
        expect(entries.length).toBeGreaterThan(4);
        expect(entries.every(({ clientId }) => clientId === OTHER_RESELLER_CREDENTIALS.clientId)).toBe(true);
        const { body: again } = await askDashboard(one);
        expect(toFields(again.data)).toEqual(toFields(ours.data));
      }),
    60_000,
  );
});

async function startFake(): Promise<FakeRedis> {
  const redis = await startFakeRedis();
  redises.push(redis);
  return redis;
}

describe('a Redis in trouble costs no field and no second call', () => {
  it('where nobody listens', async () => {
    const gone = await startFake();
    await gone.stop();
    const house = await open(gone.url);
    await expectWhole(house);
    expect(toTrouble(house)).toHaveLength(1);
  });

  it('where it takes the connection and never says a word', async () => {
    const silent = await startFake();
    silent.delayReplies(Number.POSITIVE_INFINITY);
    const house = await open(silent.url);
    await expectWhole(house);
    // Nobody waited for an answer of its: none was asked for.
    expect(silent.commands).not.toContain('GET');
  });

  it('where it falls silent while it is in use', async () => {
    const redis = await startFake();
    const house = await open(redis.url);
    await until(async () => {
      await house.ask('{ companies(first: 2) { nodes { name } } }', {}, { 'cache-control': 'no-cache' });
      return redis.commands.includes('SET');
    }, 'the connection');
    const asked = redis.commands.length;
    redis.delayReplies(Number.POSITIVE_INFINITY);
    await expectWhole(house);
    // The list waits for it, once; by then the silence is known, and the customers' calls do not ask.
    expect(redis.commands.slice(asked).filter((name) => name === 'GET')).toEqual(['GET']);
  });
});

/** The dashboard of a server that keeps nothing, with each call made once; and from memory the second time. */
async function expectWhole(house: House): Promise<void> {
  const plain = await open(null);
  const plainAnswer = await askDashboard(plain);
  const { body: truth } = plainAnswer;
  const calls = countCalls(plainAnswer);
  const { body } = await askDashboard(house);
  expect(body).toMatchObject({ data: truth.data, errors: truth.errors });
  expect(body.extensions?.cost).toMatchObject({ calls, retried: 0 });
  const { body: second } = await askDashboard(house);
  expect(toFields(second.data)).toEqual(toFields(truth.data));
  expect(second.extensions?.cost).toMatchObject({ calls: 0 });
}

/** Without `access`: what a refusal taught shows from the next answer on. */
function toFields(data: Awaited<ReturnType<typeof askDashboard>>['body']['data']) {
  return data?.companies?.nodes.map(({ access, ...fields }) => fields);
}
