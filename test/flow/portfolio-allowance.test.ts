/**
 * What a portfolio takes from its caller's minute, asked by himself, as a table or in a stream: as many companies as he can have, by his
 * grant or by the list as it was read last, and 500 only where nobody knows.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CompanyGrant } from '../../src/access/caller.js';
import { type House, openHouse } from '../support/house.js';
import { type MadeKey, makeKey } from '../support/keys.js';
import { readStream } from '../support/read-stream.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of many documents, looked at field by field
type Loose = any;

const LIMIT = 60;
const ENV = { ACCESS: 'keys', RATE_LIMIT_CALLS_PER_MINUTE: String(LIMIT) };
const COUNTED = '{ portfolio { countSummary { coverage { companiesInScope skipped } } } }';

let house: House;
let dataDirectory: string;
let ids: readonly string[];

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-allowance-'));
  house = await openHouse({ env: { ...ENV, DATA_DIR: dataDirectory } });
  ids = await fetchCompanyIds(house.simulatorUrl, await fetchToken(house.simulatorUrl));
});
afterEach(async () => {
  await house.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

const keyOf = (companies: CompanyGrant): Promise<MadeKey> => makeKey(dataDirectory, { companies });

function ask(key: MadeKey, query = COUNTED) {
  return house.ask<Loose>(query, undefined, { ...key.headers, 'x-keepnet-graph-receipt': '1' });
}

async function leftOf(key: MadeKey): Promise<number> {
  return (await ask(key, '{ viewer { rateLimit { remaining } } }')).body.data.viewer.rateLimit.remaining;
}

describe('a portfolio', () => {
  it('of three companies by their ids is worth the list and three calls, at any time of the minute', async () => {
    const key = await keyOf({ kind: 'IDS', ids: ids.slice(0, 3) });
    await ask(key, '{ companies(first: 1) { totalCount } }');
    const { status, body } = await ask(key);
    expect(status).toBe(200);
    expect(body.data.portfolio.countSummary.coverage).toEqual({ companiesInScope: 3, skipped: 0 });
    expect(body.extensions?.cost).toMatchObject({ predictedCalls: 5 + 3 });
    expect(await leftOf(key)).toBe(LIMIT - 1 - 8);
  });

  it('of all is worth as many calls as there are companies, as soon as somebody has read their list', async () => {
    const key = await keyOf({ kind: 'ALL' });
    await ask(key, '{ portfolio { companyCount } }');
    const { body } = await ask(key);
    expect(body.data.portfolio.countSummary.coverage.companiesInScope).toBe(25);
    expect(body.extensions?.cost).toMatchObject({ predictedCalls: 5 + 25 });
    expect(await leftOf(key)).toBe(LIMIT - 5 - 30);
  });

  it('of a tag is worth as many calls as companies have it', async () => {
    const admin = await keyOf({ kind: 'ALL' });
    const { body } = await ask(admin, '{ companies(first: 25) { nodes { tags } } portfolio { companyCount } }');
    const tags = body.data.companies.nodes.flatMap((company: Loose) => company.tags as string[]);
    const [tag] = tags;
    const having = tags.filter((each: string) => each === tag).length;
    const key = await keyOf({ kind: 'TAGS', tags: [tag] });
    expect((await ask(key)).body.extensions?.cost).toMatchObject({ predictedCalls: 5 + having });
    expect(having).toBeLessThan(25);
  });

  it('that nobody has counted yet takes the whole minute, and can be had all the same', async () => {
    const key = await keyOf({ kind: 'ALL' });
    const { status, body } = await ask(key);
    expect(status).toBe(200);
    expect(body.data.portfolio.countSummary.coverage).toEqual({ companiesInScope: 25, skipped: 0 });
    expect(body.extensions?.cost).toMatchObject({ predictedCalls: 5 + 500 });
    expect(await leftOf(key)).toBe(0);
    expect((await ask(key)).status).toBe(429);
  });

  it('asked in the same words is worth to each caller what his own companies are', async () => {
    const three = await keyOf({ kind: 'IDS', ids: ids.slice(0, 3) });
    const two = await keyOf({ kind: 'IDS', ids: ids.slice(5, 7) });
    for (const key of [three, two, three, two]) await ask(key);
    expect([await leftOf(three), await leftOf(two)]).toEqual([LIMIT - 2 * 8, LIMIT - 2 * 7]);
  });
});

describe('a list of companies', () => {
  it('is worth no more companies than its caller has', async () => {
    const key = await keyOf({ kind: 'IDS', ids: ids.slice(0, 2) });
    const { body } = await ask(
      key,
      '{ companies(first: 100) { nodes { countSummary { active } leaderboard(first: 3) { nodes { timeline { totalCount } } } } } }',
    );
    expect(body.extensions?.cost).toMatchObject({ predictedCalls: 1 + 2 + 2 + 2 * 3 });
  });
});

describe("a portfolio of an operator's own document", () => {
  const SUMS = 'portfolio { company_count: companyCount countSummary { active_users: active } }';

  it.each([
    ['/tables/sums.ndjson', `query Sums { ${SUMS} }`, 8],
    ['/stream/sums', `query Sums($company: ID!) { company(id: $company) { name } ${SUMS} }`, 3 * (1 + 8)],
  ])('at %s is worth as many companies as its caller has', async (path, document, worth) => {
    await house.close();
    await writeFile(join(dataDirectory, 'sums.graphql'), document);
    const own: Record<string, string> = path.startsWith('/tables/')
      ? { TABLES_DIR: dataDirectory }
      : { TRUSTED_OPERATIONS: 'prefer', TRUSTED_OPERATIONS_DIR: dataDirectory };
    house = await openHouse({ env: { ...ENV, DATA_DIR: dataDirectory, ...own } });
    const key = await keyOf({ kind: 'IDS', ids: ids.slice(0, 3) });
    expect((await readStream(`${house.url}${path}`, key.headers)).status).toBe(200);
    expect(await leftOf(key)).toBe(LIMIT - worth);
  });
});
