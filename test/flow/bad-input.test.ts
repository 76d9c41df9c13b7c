/** Bad input is told by the name of its argument, before anything is asked of Keepnet. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';

let house: House;
/** Cursors that the server itself gave, each for another list. */
let companiesCursor: string;
let usersCursor: string;
let companyId: string;

beforeAll(async () => {
  house = await openHouse();
  const { body } = await house.ask<FirstAnswer>(
    '{ companies(first: 2) { pageInfo { endCursor } nodes { resourceId targetUsers(first: 1) { pageInfo { endCursor } } } } }',
  );
  companiesCursor = body.data?.companies.pageInfo.endCursor ?? '';
  const open = body.data?.companies.nodes.find(({ targetUsers }) => targetUsers?.pageInfo.endCursor);
  usersCursor = open?.targetUsers?.pageInfo.endCursor ?? '';
  companyId = open?.resourceId ?? '';
  expect([companiesCursor, usersCursor, companyId].every((text) => text.length > 10)).toBe(true);
});

afterAll(() => house.close());

interface FirstAnswer {
  companies: {
    pageInfo: { endCursor: string };
    nodes: { resourceId: string; targetUsers: { pageInfo: { endCursor: string } } | null }[];
  };
}

async function expectRefused(query: string, argument: string, variables: Record<string, unknown> = {}): Promise<void> {
  await house.simulator.clearJournal();
  const { status, body } = await house.ask(query, variables);
  expect({ status, ...body }).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining(argument), extensions: { code: 'BAD_USER_INPUT', argument } }],
  });
  expect(body.data).toBeUndefined();
  expect(await house.asked()).toEqual([]);
}

/** `shown` is for the test's name: one of them is long. */
const HOSTILE_IDS = ['42,43', '42\n', 'a/../b', 'x'.repeat(20_000), '', 'Company:42,43', 'TargetUser:xC5kfGz7w2Nz'].map(
  (id) => ({ id, shown: JSON.stringify(id.slice(0, 40)) }),
);

describe('an id that cannot be one', () => {
  it.each(HOSTILE_IDS)('$shown of a company', ({ id }) =>
    expectRefused('query ($id: ID!) { company(id: $id) { name } }', 'id', { id }),
  );
  it.each(HOSTILE_IDS)('$shown of a node', ({ id }) =>
    expectRefused('query ($id: ID!) { node(id: $id) { id } }', 'id', { id }),
  );
  it.each(HOSTILE_IDS)('$shown among nodes', ({ id }) =>
    expectRefused('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', 'ids', { ids: [`Company:${companyId}`, id] }),
  );
  it.each(HOSTILE_IDS)('$shown of a user, deep inside a list', ({ id }) =>
    expectRefused('query ($id: ID!) { companies { nodes { targetUser(id: $id) { email } } } }', 'id', { id }),
  );
  it.each(HOSTILE_IDS)('$shown of a widget', ({ id }) =>
    expectRefused('query ($ids: [ID!]!) { companies { nodes { widgets(ids: $ids) { name } } } }', 'ids', { ids: [id] }),
  );
});

describe('a page that cannot be one', () => {
  const lists = [
    'companies(first: $first) { totalCount }',
    'companies { nodes { targetUsers(first: $first) { totalCount } } }',
    'companies { nodes { leaderboard(first: $first) { totalCount } } }',
    'companies { nodes { leaderboard { nodes { timeline(first: $first) { totalCount } } } } }',
  ];
  it.each(lists.flatMap((list) => [0, -1, 101, 1_000_000].map((first): [string, number] => [list, first])))(
    '%s of %p',
    (list, first) => expectRefused(`query ($first: Int) { ${list} }`, 'first', { first }),
  );

  it('goes on after no cursor of another list, another filter, or nobody', async () => {
    await expectRefused(
      'query ($after: String) { companies(after: $after, filter: { search: "a" }) { totalCount } }',
      'after',
      {
        after: companiesCursor,
      },
    );
    await expectRefused('query ($after: String) { companies(after: $after) { totalCount } }', 'after', {
      after: usersCursor,
    });
    await expectRefused(
      'query ($after: String) { companies { nodes { leaderboard(after: $after) { totalCount } } } }',
      'after',
      {
        after: usersCursor,
      },
    );
    await expectRefused('query ($after: String) { companies(after: $after) { totalCount } }', 'after', {
      after: 'MTIzNA',
    });
  });

  it('goes on after its own cursor, but not in another company', async () => {
    const query =
      'query ($after: String) { companies(first: 2, filter: {}) { nodes { resourceId targetUsers(first: 1, after: $after) { totalCount } } } }';
    const { body } = await house.ask<FirstAnswer>(query, { after: usersCursor });
    const refused = (body.errors ?? []).filter(({ extensions }) => extensions?.code === 'BAD_USER_INPUT');
    expect(refused.map(({ extensions }) => extensions?.argument)).toEqual(['after']);
    const own = body.data?.companies.nodes.find((company) => company.resourceId === companyId);
    expect(own?.targetUsers).not.toBeNull();
  });
});

describe('a period that contradicts itself', () => {
  it.each([
    ['{ preset: LAST_MONTH, from: "2026-01-01", to: "2026-02-01" }'],
    ['{ preset: LAST_MONTH, from: "2026-01-01" }'],
    ['{ from: "2026-01-01" }'],
    ['{ to: "2026-01-01" }'],
    ['{ from: "2026-02-01", to: "2026-01-01" }'],
  ])('%s', async (period) => {
    await expectRefused(`{ companies { nodes { leaderboard(period: ${period}) { totalCount } } } }`, 'period');
    await expectRefused(`{ companies { nodes { topPerformers(period: ${period}) { rank } } } }`, 'period');
    await expectRefused(
      `{ companies { nodes { widgets(ids: ["kL8mN2pQ4rS6"], period: ${period}) { name } } } }`,
      'period',
    );
  });
});

describe('a filter that cannot be one', () => {
  it.each([
    ['companies(filter: { activeUsersMin: 5, activeUsersMax: 4 }) { totalCount }', 'filter.activeUsersMin'],
    ['companies(filter: { addedUsersMonth: "2026-13" }) { totalCount }', 'filter.addedUsersMonth'],
    ['companies(filter: { industryIds: [] }) { totalCount }', 'filter.industryIds'],
    ['companies(filter: { industryIds: ["a,b"] }) { totalCount }', 'filter.industryIds'],
    [`companies(filter: { search: "${'x'.repeat(201)}" }) { totalCount }`, 'filter.search'],
    ['companies(filter: { isOverLimit: false }) { totalCount }', 'filter.isOverLimit'],
    ['companies(filter: { where: { groups: [] } }) { totalCount }', 'filter.where.groups'],
    ['companies { nodes { targetUsers(filter: { statuses: [] }) { totalCount } } }', 'filter.statuses'],
    ['companies { nodes { targetUsers(filter: { timeZones: ["a,b"] }) { totalCount } } }', 'filter.timeZones'],
    ['companies { nodes { countSummary { monthlyActiveUsers(last: 0) { count } } } }', 'last'],
  ])('%s', (field, argument) => expectRefused(`{ ${field} }`, argument));
});

describe('an argument of the wrong type', () => {
  it.each([
    '{ companies(first: "ten") { totalCount } }',
    '{ companies(filter: { createdFrom: "yesterday" }) { totalCount } }',
  ])('%s is refused by the document itself', async (query) => {
    await house.simulator.clearJournal();
    const { status, body } = await house.ask(query);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await house.asked()).toEqual([]);
  });
});

describe('a variable', () => {
  it.each([
    ['$filter: CompanyFilter', 'companies(filter: $filter) { totalCount }', { filter: { where: {} } }],
    ['$filter: CompanyFilter', 'companies(filter: $filter) { totalCount }', { filter: { where: { groups: [{}] } } }],
    ['$filter: CompanyFilter', 'companies(filter: $filter) { totalCount }', { filter: { search: {} } }],
    ['$filter: CompanyFilter', 'companies(filter: $filter) { totalCount }', { filter: 'all' }],
    ['$ids: [ID!]!', 'nodes(ids: $ids) { id }', { ids: [null] }],
    ['$id: ID!', 'company(id: $id) { id }', {}],
  ])('%s %s cannot be %j: it is named, and nothing is asked', async (declared, field, variables) => {
    await house.simulator.clearJournal();
    const { status, body } = await house.ask(`query (${declared}) { ${field} }`, variables);
    expect({ status, code: body.errors?.[0]?.extensions?.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(body.errors?.[0]?.message).toContain(/^\$\w+/.exec(declared)?.[0]);
    expect(await house.asked()).toEqual([]);
  });

  it('is checked as the operation will see it: with its default, a number as an id, one value as a list', async () => {
    const users = 'companies { nodes { targetUsers(first: $first) { totalCount } } }';
    await expectRefused(`query ($first: Int = 1000000) { ${users} }`, 'first');
    await expectRefused('query ($id: ID!) { company(id: $id) { id } }', 'id', { id: 42 });
    await expectRefused('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', 'ids', { ids: '42,43' });
    const { status, body } = await house.ask(
      'query ($filter: CompanyFilter) { companies(filter: $filter) { totalCount } }',
      { filter: { industryIds: 'xC5kfGz7w2Nz' } },
    );
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
  });
});
