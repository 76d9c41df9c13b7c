/** Compiled operations against graphql-js: the same answers and the same errors, whatever is asked and whatever Keepnet answers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getIntrospectionQuery,
  parse,
  print,
  validate,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import * as operations from '../../src/generated/operations.js';
import { createAnswerCache } from '../../src/keepnet/cache.js';
import { createKeepnetClient, type KeepnetClient } from '../../src/keepnet/client.js';
import { buildGraphSchema } from '../../src/schema/build.js';
import { createContext, type GraphContext } from '../../src/schema/context.js';
import { createCompiledExecutor } from '../../src/schema/execute-compiled.js';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { createLog } from '../../src/telemetry.js';
import { askThrice, operationOf, toSeen } from '../support/executors.js';
import { type Fault, startSimulator, type TestSimulator } from '../support/simulator.js';

interface Asked {
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown>;
}

let schema: GraphQLSchema;
let simulator: TestSimulator;
let keepnet: KeepnetClient;
let companyId: string;
let userId: string;

beforeAll(async () => {
  schema = await buildGraphSchema();
  simulator = await startSimulator({ companies: 12, users: 20 });
  keepnet = openClient();
  const ids = (await askGraphql(parse(IDS), {})) as ExecutionResult<{ companies: { nodes: IdsOfCompany[] } }>;
  const company = ids.data?.companies.nodes.find(({ targetUsers }) => (targetUsers?.nodes.length ?? 0) > 0);
  companyId = company?.id ?? '';
  userId = company?.targetUsers?.nodes[0]?.id ?? '';
});
afterAll(async () => {
  keepnet.stop();
  await simulator.stop();
});

interface IdsOfCompany {
  readonly id: string;
  readonly targetUsers: { readonly nodes: readonly { readonly id: string }[] } | null;
}
const IDS = '{ companies { nodes { id targetUsers(first: 1) { nodes { id } } } } }';

function openClient(): KeepnetClient {
  const config = {
    ...SIMULATOR_CREDENTIALS,
    baseUrl: simulator.url,
    transport: 'undici',
    timeZone: 'UTC',
    dateFormat: 'DD/MM/YYYY',
    maxInFlight: 16,
    callsPerSecond: null,
    callTimeoutMs: 5_000,
    cacheTtlMs: 0,
  } as const;
  return createKeepnetClient(config, {
    log: createLog('silent'),
    cache: createAnswerCache({ maxBytes: 1, shared: null }),
  });
}

function openContext(): GraphContext {
  const { signal } = new AbortController();
  const options = { signal, requestId: 'request1', lane: 'interactive', maxCalls: 2_000, isFresh: false } as const;
  const session = keepnet.openSession({ deadlineAtMs: Date.now() + 30_000, sees: null, mask: null, ...options });
  return createContext({ keepnet: session, requestId: 'request1', upstream: 'SIMULATOR', signal, wantsReceipt: false });
}

async function askGraphql(document: DocumentNode, variableValues: Record<string, unknown>): Promise<ExecutionResult> {
  return execute({ schema, document, variableValues, contextValue: openContext() });
}

/** As a compiled function answers. */
function askCompiled(document: DocumentNode, variables: Record<string, unknown>): Promise<ExecutionResult> {
  return askThrice(createCompiledExecutor(schema), () => ({ document, variables, context: openContext() }));
}

/** Every query of the tabs and of the tests, by its name. */
const QUERIES = Object.entries(operations).flatMap(([name, value]): [string, DocumentNode][] => {
  const { kind, definitions = [] } = value as unknown as Partial<DocumentNode>;
  const isQuery = definitions.some((each) => each.kind === 'OperationDefinition' && each.operation === 'query');
  // Printed and read again: only what was read knows the places that errors point to.
  return kind === 'Document' && isQuery ? [[name, parse(print({ kind, definitions }))]] : [];
});

/** What the named queries leave out: both executors could read it differently. */
const SPECIAL: Record<string, (string | Record<string, unknown>)[]> = {
  'aliases and fragments': [
    `{ a: companies(first: 2) { ...Some } companies(first: 3) { ...Some nodes { again: name } } }
     fragment Some on CompanyConnection { nodes { name board: leaderboard(first: 2) { nodes { points } } } totalCount }`,
  ],
  'skipped and included fields': [
    `query ($no: Boolean!, $yes: Boolean = true) { companies(first: 2) {
       totalCount @skip(if: $yes) nodes { name @include(if: $no) countSummary @include(if: $yes) { active } } } }`,
    { no: false },
  ],
  'edges, pages and their types': [
    `{ companies(first: 2) { __typename pageInfo { hasNextPage startCursor endCursor } edges { cursor node { __typename
       targetUsers(first: 2) { edges { cursor node { id createdAt } } pageInfo { hasPreviousPage endCursor } } } } } }`,
  ],
  'a variable that is not given': [
    `query ($search: String, $first: Int = 3) { companies(first: $first, filter: { search: $search }) { nodes { name } } }`,
  ],
  'a variable that is null': [
    `query ($filter: CompanyFilter, $after: String) { companies(first: 2, after: $after, filter: $filter) { totalCount } }`,
    { filter: null, after: null },
  ],
  'enums and lists in variables': [
    `query ($filter: TargetUserFilter) { companies(first: 3) { nodes { targetUsers(first: 3, filter: $filter) {
       totalCount nodes { status department } } } } }`,
    { filter: { statuses: 'DELETED', createdFrom: '2020-01-01' } },
  ],
  'a wrong variable': ['query ($first: Int!) { companies(first: $first) { totalCount } }', { first: 'many' }],
  'a missing variable': ['query ($first: Int!) { companies(first: $first) { totalCount } }'],
  'an id that is none': ['{ company(id: "42,43") { name } viewer { upstream } }'],
  'an enum whose values are not their names, in a variable': [
    `query ($filter: CompanyFilter) { companies(first: 3, filter: $filter) { totalCount nodes { name } } }`,
    { filter: { where: { groups: [{ items: [{ field: 'TargetUserCount', operator: 'GREATER', value: '1' }] }] } } },
  ],
  'variables inside of what is written out, and such an enum there': [
    `query ($value: String!, $operator: WhereOperator!, $search: String) { companies(filter: { search: $search, where: { groups: [
       { match: ANY, items: [{ field: "TargetUserCount", operator: $operator, value: $value },
                             { field: "TargetUserCount", operator: LESS, value: "1" }] }] } }) { totalCount } }`,
    { value: '5', operator: 'LESS_OR_EQUAL' },
  ],
  'defaults of variables that are not null': [
    `query ($first: Int! = 2, $last: Int! = 1) { companies(first: $first) { nodes { countSummary {
       monthlyActiveUsers(last: $last) { label } } } } }`,
  ],
  introspection: [getIntrospectionQuery({ oneOf: true })],
};

function toVariables(document: DocumentNode): Record<string, unknown> {
  const given: Record<string, unknown> = {
    id: operationOf(document).name?.value === 'UserInDepth' ? userId : companyId,
    ids: [userId, companyId, 'Company:zzzzzzzzzzzz', `ExecutiveReport:${companyId.split(':')[1]}:zzzzzzzzzzzz`],
    first: 4,
  };
  const names = operationOf(document).variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  return Object.fromEntries(names.flatMap((name) => (name in given ? [[name, given[name]]] : [])));
}

const CASES: [string, () => Asked][] = [
  ...QUERIES.map(([name, document]): [string, () => Asked] => [
    name,
    () => ({ document, variables: toVariables(document) }),
  ]),
  ...Object.entries(SPECIAL).map(([name, [query, variables = {}]]): [string, () => Asked] => [
    name,
    () => ({ document: parse(query as string), variables: variables as Record<string, unknown> }),
  ]),
];

describe('a compiled operation', () => {
  it('is what all of these become', () => {
    expect(QUERIES.length).toBeGreaterThan(15);
    const refused = CASES.filter(([, toAsked]) => !isCompiledQuery(compileQuery(schema, toAsked().document)));
    expect(refused.map(([name]) => name)).toEqual([]);
    const invalid = CASES.filter(([, toAsked]) => validate(schema, toAsked().document).length > 0);
    expect(invalid.map(([name]) => name)).toEqual([]);
  });

  it.each(CASES)('answers as graphql-js does: %s', async (_name, toAsked) => {
    const { document, variables } = toAsked();
    const expected = toSeen(await askGraphql(document, variables));
    expect(toSeen(await askCompiled(document, variables))).toEqual(expected);
  });

  const faults: Fault[] = [
    { kind: 'badDates' },
    { kind: 'failed200' },
    { kind: 'wrongShape' },
    { kind: 'status', status: 403 },
    { kind: 'status', status: 404 },
    { kind: 'status', status: 400 },
    { kind: 'failed200', path: '/api/target-users/search' },
    { kind: 'wrongShape', path: '/api/leaderboard/get-all' },
  ];
  const troubles = faults.map((fault) => [Object.values(fault).join(' '), fault] as const);

  it.each(troubles)('tells of the same errors: %s', async (_name, fault) => {
    const outcomes: [string, unknown, unknown][] = [];
    let errorCount = 0;
    for (const [name, toAsked] of CASES) {
      const { document, variables } = toAsked();
      await simulator.addFault(fault);
      keepnet = openClient();
      // Companies that refuse every call are known from then on.
      await askGraphql(document, variables);
      const expected = toSeen(await askGraphql(document, variables));
      outcomes.push([name, toSeen(await askCompiled(document, variables)), expected]);
      errorCount += expected.errors.length;
      keepnet.stop();
      await simulator.clearFaults();
    }
    keepnet = openClient();
    expect(errorCount).toBeGreaterThan(10);
    expect(outcomes.map(([name, actual]) => [name, actual])).toEqual(
      outcomes.map(([name, , expected]) => [name, expected]),
    );
  });
});
