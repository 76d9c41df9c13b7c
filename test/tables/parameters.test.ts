/** What an address may say to a table: the variables of its document by their bare names, each read as its type says, and nothing else. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema } from 'graphql';
import type { AppError } from '../../src/errors.js';
import { buildGraphSchema } from '../../src/schema/build.js';
import { loadTables } from '../../src/tables/documents.js';
import { listParameters, parseParameters, type TableQuery } from '../../src/tables/parameters.js';
import { parseTable, type Table } from '../../src/tables/table.js';

let schema: GraphQLSchema;
let tables: ReadonlyMap<string, Table>;

beforeAll(async () => {
  schema = await buildGraphSchema();
  tables = await loadTables(schema, null);
});

function find(name: string): Table {
  const table = tables.get(name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
}

function parse(name: string, query: string): TableQuery {
  return parseParameters(find(name), schema, Object.fromEntries(new URLSearchParams(query)));
}

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('expected a refusal');
}

describe('parameters', () => {
  it('are the companies, the fields of inputs by their bare names, orders, and the inputs whole', () => {
    const names = (table: string) => listParameters(find(table), schema).map(({ name }) => name);
    expect(names('leaderboard')).toEqual(
      expect.arrayContaining([
        'companies',
        'preset',
        'from',
        'to',
        'period',
        'search',
        'pointsMin',
        'filter',
        'orderBy',
      ]),
    );
    expect(names('user_counts')).toEqual(['companies']);
    expect(names('companies')).not.toContain('companies');
    for (const table of tables.values()) {
      const own = listParameters(table, schema).map(({ name }) => name);
      expect(own).not.toContain('company');
      expect(new Set(own).size).toBe(own.length);
    }
  });

  it('tell their type, what they are and what they can be', () => {
    const parameters = listParameters(find('leaderboard'), schema);
    const told = Object.fromEntries(parameters.map(({ name, ...rest }) => [name, rest]));
    expect(told.from).toEqual({ type: 'Date', description: 'First day, inclusive. Needs `to`.', isRequired: false });
    expect(told.preset?.description).toMatch(/^One of Keepnet's periods\. One of LAST_MONTH, /);
    expect(told.preferredLanguageIds).toMatchObject({
      type: '[ID!]',
      description: expect.stringMatching(/Several by comma\.$/),
    });
    expect(told.orderBy?.description).toMatch(/One of .*POINTS.*; with a direction after a colon: ASC, DESC\.$/);
    expect(told.filter).toMatchObject({
      type: 'LeaderboardFilter',
      description: 'Which users. As JSON, in place of the single fields.',
    });
    expect(parameters.filter(({ description }) => description.length < 5)).toEqual([]);
    expect(listParameters(find('user_timeline'), schema).find(({ name }) => name === 'user')).toEqual({
      name: 'user',
      type: 'ID!',
      description: 'Global or raw id.',
      isRequired: true,
    });
  });
});

describe('a query', () => {
  it.each([
    ['leaderboard', '', {}],
    ['leaderboard', 'preset=LAST_MONTH', { period: { preset: 'LAST_MONTH' } }],
    ['leaderboard', 'from=2026-01-01&to=2026-01-31', { period: { from: '2026-01-01', to: '2026-01-31' } }],
    ['leaderboard', 'pointsMin=-5&performanceMax=12.5', { filter: { pointsMin: -5, performanceMax: 12.5 } }],
    ['leaderboard', 'orderBy=POINTS', { orderBy: { field: 'POINTS' } }],
    ['leaderboard', 'orderBy=POINTS:DESC', { orderBy: { field: 'POINTS', direction: 'DESC' } }],
    ['companies', 'isOverLimit=true&industryIds=a1,b2', { filter: { isOverLimit: true, industryIds: ['a1', 'b2'] } }],
    ['target_users', 'statuses=ACTIVE,DELETED', { filter: { statuses: ['ACTIVE', 'DELETED'] } }],
    ['target_users', 'search=M%C3%BCller,%20Co', { filter: { search: 'Müller, Co' } }],
    ['target_users', 'filter={"search":"a","statuses":["ACTIVE"]}', { filter: { search: 'a', statuses: ['ACTIVE'] } }],
    ['user_timeline', 'user=aB3dE5fG7hJ9&direction=DESC', { user: 'aB3dE5fG7hJ9', direction: 'DESC' }],
    ['executive_reports', 'name=Board', { name: 'Board' }],
  ])('for %s: %s', (table, query, variables) => {
    expect(parse(table, query)).toEqual({ variables, companyIds: null });
  });

  it('names companies by comma, as they were written', () => {
    expect(parse('user_counts', 'companies=Company:abc123, def456').companyIds).toEqual(['Company:abc123', 'def456']);
  });
});

describe('a parameter that cannot be meant is refused by its name', () => {
  it.each([
    ['leaderboard', 'serach=a', 'serach', 'leaderboard takes companies, '],
    ['companies', 'companies=abc123', 'companies', 'companies takes '],
    ['user_counts', 'company=abc123', 'company', 'takes companies, apart from what all take'],
    ['target_users', 'first=5', 'first', 'takes companies'],
    ['leaderboard', 'preset=', 'preset', 'expected a value'],
    ['leaderboard', 'preset=LAST_WEEK', 'preset', 'expected one of LAST_MONTH, '],
    ['leaderboard', 'preset=last_month', 'preset', 'got: "last_month"'],
    ['leaderboard', 'from=01/02/2026&to=2026-03-01', 'from', 'expected a day, YYYY-MM-DD, got: "01/02/2026"'],
    ['leaderboard', 'from=2026-02-30&to=2026-03-01', 'from', 'expected a day'],
    ['leaderboard', 'pointsMin=1.5', 'pointsMin', 'expected a whole number, got: "1.5"'],
    ['leaderboard', 'pointsMin=99999999999', 'pointsMin', 'expected a whole number'],
    ['leaderboard', 'performanceMin=NaN', 'performanceMin', 'expected a number'],
    ['leaderboard', 'performanceMin=1e400', 'performanceMin', 'expected a number'],
    ['companies', 'isOverLimit=1', 'isOverLimit', 'expected true or false'],
    ['target_users', 'statuses=ACTIVE,', 'statuses', 'expected one of ACTIVE, '],
    ['target_users', 'emails=a@b.example,,c@d.example', 'emails', 'got: ""'],
    ['leaderboard', 'orderBy=POINTS:DOWN', 'orderBy', 'expected one of ASC, DESC'],
    ['leaderboard', 'orderBy=POINTS:DESC:x', 'orderBy', 'expected a field, or a field and its direction'],
    ['leaderboard', 'orderBy=SALARY', 'orderBy', 'expected one of '],
    ['target_users', 'filter={"serach":"a"}', 'filter', 'Field "serach" is not defined'],
    ['target_users', 'filter={"statuses":["GONE"]}', 'filter', '(at statuses.0)'],
    ['target_users', 'filter={search}', 'filter', 'expected JSON'],
    ['target_users', 'filter={"search":"a"}&department=b', 'filter', 'got both: filter and department'],
    ['target_users', 'where={"groups":[]}', 'where', 'takes companies'],
    ['user_timeline', 'direction=ASC', 'user', 'user_timeline needs it'],
    ['user_counts', 'companies=a,,b', 'companies', 'expected ids, separated by commas'],
  ])('%s: %s', (table, query, argument, message) => {
    const error = refusal(() => parse(table, query));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(error.message).toContain(message);
  });

  it('where it comes twice, and shortened where it is long', () => {
    const twice = refusal(() => parseParameters(find('leaderboard'), schema, { search: ['a', 'b'] }));
    expect(twice).toMatchObject({ argument: 'search', message: 'search: expected it once' });
    expect(refusal(() => parse('leaderboard', `${'x'.repeat(500)}=1`)).argument).toHaveLength(40);
    expect(refusal(() => parse('leaderboard', `preset=${'x'.repeat(500)}`)).message.length).toBeLessThan(400);
  });
});

describe('a document whose parameters would be mistaken for each other is no table', () => {
  const things = buildSchema(`
    input A { name: String }
    input B { name: String, size: Int }
    type Query { thing(a: A, b: B, limit: Int, id: [ID!], inputs: [A!]): Thing }
    type Thing { name: String! }
  `);

  it.each([
    ['query($a: A, $b: B) { thing(a: $a, b: $b) { row_key: name } }', 'expected one parameter name, got two'],
    ['query($limit: Int) { thing(limit: $limit) { row_key: name } }', 'expected one parameter limit, got two'],
    [
      'query($name: [ID!], $a: A) { thing(id: $name, a: $a) { row_key: name } }',
      'expected one parameter name, got two',
    ],
  ])('%s', (text, problem) => {
    const table = parseTable('things', text, things);
    expect(() => listParameters(table, things)).toThrow(problem);
  });

  it('and a list of inputs is taken as JSON', () => {
    const table = parseTable('things', 'query($all: [A!]) { thing(inputs: $all) { row_key: name } }', things);
    expect(parseParameters(table, things, { all: '[{"name":"a"}]' }).variables).toEqual({ all: [{ name: 'a' }] });
    expect(refusal(() => parseParameters(table, things, { all: '[{"size":1}]' })).argument).toBe('all');
  });
});
