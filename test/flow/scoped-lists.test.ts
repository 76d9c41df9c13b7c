/** Lists of a caller who sees the companies with a tag: filter, order, pages and totals are Keepnet's, over his companies alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';
import { type MadeKey, makeKey } from '../support/keys.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of many documents, looked at field by field
type Loose = any;

const COMPANIES = 230;
const SEARCH = '/api/companies/search';

let house: House;
let tag: string;
/** Who sees all, and who sees the companies with the tag. */
let analyst: MadeKey;
let tagged: MadeKey;

beforeAll(async () => {
  house = await openHouse({ env: { ACCESS: 'keys', SIMULATOR_COMPANIES: String(COMPANIES) } });
  analyst = await makeKey(house.dataDirectory);
  const { companies } = await askAs(analyst, '{ companies(first: 100) { nodes { tags } } }');
  tag = companies.nodes.flatMap((node: Loose) => node.tags)[0];
  tagged = await makeKey(house.dataDirectory, { companies: { kind: 'TAGS', tags: [tag, 'a tag that nobody has'] } });
});

beforeEach(() => house.simulator.clearJournal());
afterAll(() => house.close());

async function askAs(who: MadeKey, document: string): Promise<Loose> {
  const { body } = await house.ask<Loose>(document, {}, who.headers);
  expect({ document, errors: body.errors }).toEqual({ document, errors: undefined });
  return body.data;
}

async function askedSearches(): Promise<readonly unknown[]> {
  return (await house.asked()).filter(({ path }) => path === SEARCH);
}

/** The whole list, page by page. */
async function listAs(who: MadeKey, args: string, first: number): Promise<{ ids: string[]; totals: number[] }> {
  const ids: string[] = [];
  const totals: number[] = [];
  for (let after = 'null'; ; ) {
    const { companies } = await askAs(
      who,
      `{ companies(first: ${first}, after: ${after}, ${args}) {
           totalCount pageInfo { hasNextPage endCursor } nodes { resourceId tags } } }`,
    );
    ids.push(
      ...companies.nodes.filter(({ tags }: Loose) => tags.includes(tag)).map(({ resourceId }: Loose) => resourceId),
    );
    totals.push(companies.totalCount);
    if (!companies.pageInfo.hasNextPage) return { ids, totals };
    after = JSON.stringify(companies.pageInfo.endCursor);
  }
}

describe('a list of companies', () => {
  it.each([
    'orderBy: { field: NAME }',
    'orderBy: { field: ACTIVE_USERS, direction: DESC }',
    'filter: { search: "a" }, orderBy: { field: CREATED_AT, direction: DESC }',
    'filter: { isLicenseExpired: true }',
  ])('with %s has his companies in the order of the whole list, each once', async (args) => {
    const whole = await listAs(analyst, args, 100);
    const own = await listAs(tagged, args, 7);
    expect(own.ids).toEqual(whole.ids);
    expect(whole.ids.length).toBeGreaterThan(0);
    expect(new Set(own.totals)).toEqual(new Set([whole.ids.length]));
    expect(whole.totals[0]).toBeGreaterThan(whole.ids.length);
  });

  it('costs a call for each hundred that match, once in an operation; the others cost what they did', async () => {
    await askAs(tagged, '{ a: companies(first: 3) { totalCount } b: companies(first: 50) { totalCount } }');
    expect(await askedSearches()).toHaveLength(3);
    await house.simulator.clearJournal();
    await askAs(analyst, '{ companies(first: 3) { totalCount } }');
    expect(await askedSearches()).toHaveLength(1);
  });

  it('ends for him where his companies end: a cursor of somebody who sees more leads to no others', async () => {
    const { companies } = await askAs(analyst, '{ companies(first: 100) { pageInfo { endCursor } } }');
    const after = JSON.stringify(companies.pageInfo.endCursor);
    const { companies: own } = await askAs(
      tagged,
      `{ companies(first: 100, after: ${after}) { totalCount nodes { tags } } }`,
    );
    expect(own.totalCount).toBeLessThan(100);
    expect(own.nodes).toEqual([]);
  });

  it('is what an export of all his companies, or of those that match, is made of', async () => {
    const { ids } = await listAs(tagged, 'orderBy: { field: NAME }', 100);
    const { ids: matching } = await listAs(tagged, 'filter: { search: "a" }', 100);
    const partsOf = async (companies: string) => {
      const { exportLeaderboard } = await askAs(
        tagged,
        `mutation { exportLeaderboard(input: { companies: ${companies}, format: CSV }) {
           job { id parts(first: 100) { totalCount nodes { companyId } } } } }`,
      );
      await askAs(tagged, `mutation { cancelExport(id: "${exportLeaderboard.job.id}") { job { id } } }`);
      return exportLeaderboard.job.parts.nodes.map(({ companyId }: Loose) => companyId.slice('Company:'.length)).sort();
    };
    expect(await partsOf('{ all: true }')).toEqual([...ids].sort());
    expect(await partsOf('{ filter: { search: "a" } }')).toEqual([...matching].sort());
  });
});
