/**
 * Kept answers are shared by all who ask, so nobody may write to one. Wide questions that stand on the same answers are asked
 * in turn, in several shapes; every answer must be the one that a server without a memory gives.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { type House, openHouse } from '../support/house.js';
import { startSimulator, type TestSimulator } from '../support/simulator.js';

const COMPANY = `resourceId name createdAt access { state until } license { seats isLimited isOverLimit endsAt }
  userTotals { active inactive deleted }`;
const COUNTS = 'countSummary { active inactive deleted monthlyActiveUsers(last: 3) { periodStart label count } }';
const BOARD = `leaderboard(first: 5) { totalCount pageInfo { hasNextPage endCursor }
  nodes { rank points performance displayName targetUser { id email status department createdAt } } }`;
const REPORTS = `executiveReports { id name createdAt period { preset label } layout { widgetResourceId title x width }
  widgets { resourceId name chart points { date series label value } } }`;
const USERS = `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id email displayName status department customFields { name value } createdAt updatedAt } }`;

/** Each over what the others have left in memory. */
const SHAPES: Readonly<Record<string, string>> = {
  wide: `{ companies(first: 8) { totalCount nodes { ${COMPANY} ${COUNTS} ${BOARD} ${REPORTS} } } }`,
  aliases: `{ a: companies(first: 8) { nodes { ${COMPANY} one: ${COUNTS} two: countSummary { active
      monthlyActiveUsers(last: 1) { label } } x: ${BOARD} y: leaderboard(first: 5) { nodes { rank } } } }
    b: companies(first: 8) { edges { cursor node { name parent { name } children { resourceId } ${COUNTS} } } } }`,
  pages: `{ companies(first: 3) { pageInfo { endCursor hasNextPage } nodes { ${COMPANY}
      few: targetUsers(first: 4) { ${USERS} } more: targetUsers(first: 9) { ${USERS} } } } }`,
  filters: `{ companies(first: 8, filter: { search: "ar" }, orderBy: { field: NAME, direction: DESC }) { totalCount
      nodes { ${COMPANY} targetUsers(first: 5, filter: { statuses: [ACTIVE] },
        orderBy: { field: EMAIL, direction: DESC }) { ${USERS} } ${BOARD} } } }`,
  directory: `{ companies(first: 8) { nodes { resourceId parent { ${COMPANY} } children { ${COMPANY} }
      executiveMetrics { name widgets { resourceId metric chart } } topPerformers { rank points displayName } } } }`,
};

let simulator: TestSimulator;
let keeping: House;
let forgetting: House;

const open = (cacheSeconds: number) =>
  openHouse({
    env: {
      KEEPNET_BASE_URL: simulator.url,
      KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
      KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
      CACHE_TTL_SECONDS: String(cacheSeconds),
    },
  });

beforeAll(async () => {
  simulator = await startSimulator({ companies: 12, users: 30 });
  keeping = await open(600);
  forgetting = await open(0);
  // What customers refuse is learned by both before answers are compared.
  for (const house of [keeping, forgetting])
    await house.ask('{ companies(first: 12) { nodes { countSummary { active } } } }');
});
afterAll(async () => {
  await keeping.close();
  await forgetting.close();
  await simulator.stop();
});

describe('kept answers, asked for again', () => {
  it.each(Object.keys(SHAPES))('are whole after the others were given, in the shape of %s', async (shape) => {
    const { body: truth } = await forgetting.ask(SHAPES[shape] ?? '');
    expect(JSON.stringify(truth.data).length).toBeGreaterThan(2_000);
    const others = Object.values(SHAPES);
    for (const query of [...others, ...others.toReversed()]) await keeping.ask(query);
    await simulator.clearJournal();
    const { body } = await keeping.ask(SHAPES[shape] ?? '');
    expect(sorted(body)).toEqual(sorted(truth));
    expect((await simulator.journal()).entries).toEqual([]);
  });

  it('are the same for many who ask in different shapes at once', async () => {
    const shapes = Object.values(SHAPES);
    const truths = await Promise.all(shapes.map((query) => forgetting.ask(query)));
    const answers = await Promise.all([...shapes, ...shapes].map((query) => keeping.ask(query)));
    expect(answers.map(({ body }) => sorted(body))).toEqual([...truths, ...truths].map(({ body }) => sorted(body)));
  });
});

/** Errors come in the order in which calls end. */
function sorted({ data, errors = [] }: Awaited<ReturnType<House['ask']>>['body']) {
  return { data, errors: errors.map((error) => JSON.stringify(error)).sort() };
}
