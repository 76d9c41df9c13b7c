/** Exports that cannot be had are refused by the name of the argument: nothing is asked of Keepnet, and nothing is kept. */
import { describe, expect, it } from '@jest/globals';
import { toCompanyRow } from '../support/fake-companies.js';
import { openFakeGraph } from '../support/fake-graph.js';

async function expectRefused(field: string, argument: string): Promise<void> {
  const graph = openFakeGraph([toCompanyRow(1, 'A'), toCompanyRow(2, 'B')]);
  const { data, errors } = await graph.ask(`mutation { ${field} { job { id } } }`);
  expect({ data, errors }).toMatchObject({
    errors: [{ message: expect.stringContaining(`${argument}: `), extensions: { code: 'BAD_USER_INPUT', argument } }],
  });
  expect({ asked: graph.askedOfKeepnet, enqueued: graph.enqueued }).toEqual({ asked: [], enqueued: [] });
}

const TOO_MANY_IDS = `["${Array.from({ length: 201 }, (_, index) => `company${index}`).join('", "')}"]`;

describe('an export of companies', () => {
  const all = 'companies: { all: true }, format: CSV';
  it.each([
    ['companies: { all: false }, format: CSV', 'companies.all'],
    ['companies: { ids: [] }, format: CSV', 'companies.ids'],
    ['companies: { ids: ["42,43"] }, format: CSV', 'companies.ids'],
    ['companies: { ids: ["TargetUser:company0001:aB3dE5fG7hJ9"] }, format: CSV', 'companies.ids'],
    ['companies: { filter: { industryIds: [] } }, format: CSV', 'companies.filter.industryIds'],
    ['companies: { filter: { where: { groups: [] } } }, format: CSV', 'companies.filter.where.groups'],
    [`${all}, filter: { pointsMin: 5, pointsMax: 4 }`, 'filter.pointsMin'],
    [`${all}, filter: { where: { groups: [] } }`, 'filter.where.groups'],
    [`${all}, period: { preset: LAST_YEAR, from: "2026-01-01" }`, 'period'],
    [`${all}, layout: ONE_SHEET_PER_COMPANY`, 'layout'],
    [`${all}, source: KEEPNET_FILE`, 'layout'],
    ['companies: { all: true }, format: PDF', 'layout'],
    ['companies: { all: true }, format: PDF, source: BUILT', 'source'],
    ['companies: { all: true }, format: NDJSON, source: KEEPNET_FILE, layout: ONE_FILE_PER_COMPANY', 'source'],
    ['companies: { all: true }, format: XLSX, bom: true', 'bom'],
    [`${all}, idempotencyKey: "short"`, 'idempotencyKey'],
    [`${all}, idempotencyKey: "with a blank"`, 'idempotencyKey'],
    [`${all}, idempotencyKey: "nächtlich"`, 'idempotencyKey'],
    [`${all}, idempotencyKey: "${'k'.repeat(201)}"`, 'idempotencyKey'],
  ])('%s', (input, argument) => expectRefused(`exportLeaderboard(input: { ${input} })`, argument));

  it('of target users, with a status that is none', () =>
    expectRefused(`exportTargetUsers(input: { ${all}, filter: { statuses: [UNKNOWN] } })`, 'filter.statuses'));

  it('of the list itself, with a filter that contradicts itself', () =>
    expectRefused(
      'exportCompanies(input: { format: CSV, filter: { activeUsersMin: 5, activeUsersMax: 4 } })',
      'filter.activeUsersMin',
    ));
});

describe('an export of what users did', () => {
  it.each([
    ['company: "42,43", format: CSV', 'company'],
    ['company: "company0001", targetUsers: [], format: CSV', 'targetUsers'],
    ['company: "company0001", targetUsers: ["a,b"], format: CSV', 'targetUsers'],
    [
      `company: "company0001", targetUsers: ${TOO_MANY_IDS.replaceAll('company', 'user00')}, format: PDF`,
      'targetUsers',
    ],
    ['company: "company0001", targetUsers: ["TargetUser:company0002:aB3dE5fG7hJ9"], format: CSV', 'targetUsers'],
    ['company: "company0001", format: CSV, filter: { products: ["a,b"] }', 'filter.products'],
    ['company: "company0001", format: PDF', 'targetUsers'],
    ['company: "company0001", format: CSV, source: KEEPNET_FILE', 'targetUsers'],
  ])('%s', (input, argument) => expectRefused(`exportUserTimeline(input: { ${input} })`, argument));

  it('names a thousand users at most', async () => {
    const graph = openFakeGraph([toCompanyRow(1, 'A')]);
    const startWith = (count: number) =>
      graph.ask('mutation ($input: ExportUserTimelineInput!) { exportUserTimeline(input: $input) { job { id } } }', {
        input: {
          company: 'company0001',
          targetUsers: Array.from({ length: count }, (_, index) => `user${String(index).padStart(6, '0')}`),
          format: 'CSV',
        },
      });
    const { errors } = await startWith(1_001);
    expect(errors[0]?.message).toBe('targetUsers: expected 1 to 1000 ids, got: 1001');
    expect((await startWith(1_000)).errors).toEqual([]);
    expect(graph.enqueued[0]?.request.variables.users).toHaveLength(1_000);
  });

  it('is one file of Keepnet where it is of one user', async () => {
    const graph = openFakeGraph([toCompanyRow(1, 'A')]);
    const { data } = await graph.ask(
      'mutation { exportUserTimeline(input: { company: "company0001", targetUsers: ["aB3dE5fG7hJ9"], format: PDF }) { job { source layout } } }',
    );
    expect(data.exportUserTimeline.job).toEqual({ source: 'KEEPNET_FILE', layout: 'COMBINED' });
  });
});

describe('a selector of companies', () => {
  const QUERY = 'mutation ($input: ExportLeaderboardInput!) { exportLeaderboard(input: $input) { job { id } } }';

  it.each([
    ['{}', {}],
    ['two at once', { ids: ['company0001'], all: true }],
    ['one that is null', { ids: ['company0001'], all: null }],
    ['null', { all: null }],
  ])('must say exactly one thing: not %s', async (_name, companies) => {
    const graph = openFakeGraph([toCompanyRow(1, 'A')]);
    const byVariable = await graph.ask(QUERY, { input: { companies, format: 'CSV' } });
    expect(byVariable.errors).toMatchObject([
      { message: expect.stringMatching(/CompanySelector|input\.companies/), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const written = JSON.stringify(companies).replace(/"(\w+)":/g, '$1:');
    const inDocument = await graph.ask(
      `mutation { exportLeaderboard(input: { companies: ${written}, format: CSV }) { job { id } } }`,
    );
    expect(inDocument.errors[0]).toMatchObject({
      message: expect.stringContaining('CompanySelector'),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    expect({ asked: graph.askedOfKeepnet, enqueued: graph.enqueued }).toEqual({ asked: [], enqueued: [] });
  });
});
