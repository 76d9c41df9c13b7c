/** What an operation is predicted to cost: an upper bound, counted once for the same question. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { buildGraphSchema } from '../../src/schema/build.js';
import { predictCalls } from '../../src/schema/price.js';

let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildGraphSchema();
});

function predict(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return predictCalls(schema, document, undefined, variables);
}

describe('predicted calls', () => {
  it.each<[string, number]>([
    ['{ viewer { credential { role } } }', 0],
    ['{ companies(first: 100) { nodes { name license { seats } userTotals { active } } } }', 1],
    [
      '{ companies(first: 100) { nodes { countSummary { active } leaderboard(first: 10) { nodes { rank } } executiveReports { name } } } }',
      301,
    ],
    ['{ companies { nodes { countSummary { active } } } }', 21],
    ['{ companies(first: 10) { edges { node { countSummary { active } } } } }', 11],
    ['{ companies(first: 10) { nodes { a: countSummary { active } b: countSummary { deleted } } } }', 11],
    [
      '{ a: companies(first: 10) { nodes { countSummary { active } } } b: companies(first: 10) { nodes { countSummary { active } } } }',
      11,
    ],
    [
      '{ a: companies(first: 10) { nodes { countSummary { active } } } b: companies(first: 5) { nodes { countSummary { active } } } }',
      17,
    ],
    [
      '{ companies(first: 10) { nodes { a: targetUsers(first: 5) { totalCount } b: targetUsers(first: 6) { totalCount } } } }',
      21,
    ],
    [
      '{ companies(first: 2) { nodes { leaderboard(first: 10) { nodes { timeline { totalCount } performanceByProduct { points } } } } } }',
      1 + 2 + 20 + 20,
    ],
    ['{ companies(first: 2) { nodes { leaderboard(first: 10) { nodes { targetUser { email } } } } } }', 1 + 2 + 4],
    ['{ companies(first: 2) { nodes { executiveReports { createdAt layout { x } widgets { name } } } } }', 1 + 2 + 8],
    ['{ portfolio { companyCount byIndustry { companyCount } license { companiesExpiring } } }', 5],
    [
      '{ portfolio { countSummary { active a: monthlyActiveUsers { count } } topPerformers { performers { entry { points } } } } }',
      5 + 500 + 500,
    ],
    [
      '{ portfolio { executiveMetric(name: "A") { points { nodes { value company { name countSummary { active } } } } } } }',
      5 + 2 * 500 + 500,
    ],
    ['{ companies(first: 2) { nodes { parent { name } children { name } access { until } } } }', 2],
    ['{ company(id: "abcdef") { name countSummary { active } } }', 2],
    ['mutation { exportLeaderboard(input: { companies: { all: true }, format: CSV }) { job { id } } }', 1],
    ['mutation { exportCompanies(input: { format: CSV }) { job { files { url } coverage { complete } } } }', 0],
    ['{ exportJobs(first: 100) { nodes { parts(first: 100) { nodes { state } } coverage { gaps { code } } } } }', 0],
    [
      'query { ...F } fragment F on Query { companies(first: 7) { nodes { ...G } } } fragment G on Company { countSummary { active } }',
      8,
    ],
  ])('of %s are %i', (query, calls) => {
    expect(predict(query)).toBe(calls);
  });

  it('are of no more companies than the caller has, and of nodes that are no companies as many as are asked', () => {
    const predictFor = (most: number, query: string) => predictCalls(schema, parse(query), undefined, {}, () => most);
    expect(predictFor(3, '{ portfolio { countSummary { active } } }')).toBe(5 + 3);
    expect(predictFor(3, '{ companies(first: 2) { nodes { countSummary { active } } } }')).toBe(1 + 2);
    expect(predictFor(3, '{ companies(first: 9) { nodes { executiveReports { createdAt } } } }')).toBe(1 + 3 + 12);
    expect(predictFor(0, '{ portfolio { countSummary { active } } }')).toBe(5);
    const ids = Array.from({ length: 9 }, (_, index) => `"TargetUser:company1:user000${index}"`);
    const users = `{ nodes(ids: [${ids}]) { ... on TargetUser { timeline { totalCount } } } }`;
    expect(predictFor(1, users)).toBe(predict(users));
  });

  it('count variables as they are given', () => {
    const query = 'query ($n: Int = 3) { companies(first: $n) { nodes { countSummary { active } } } }';
    expect(predict(query, { n: 50 })).toBe(51);
  });
});
