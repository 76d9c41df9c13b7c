/** What the mutations make of what a client writes: the request, the companies, and the text that a key is compared by. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, getVariableValues, Kind, parse } from 'graphql';
import type { CompanyRow } from '../../src/keepnet/rows.js';
import { type FakeCompaniesOptions, toCompanyRow, toCompanyRows } from '../support/fake-companies.js';
import { FAKE_CALLER_ID, FAKE_RIGHTS, openFakeGraph } from '../support/fake-graph.js';

const VARIABLE_TYPES: Record<string, string> = { ids: '[ID!]!', input: 'ExportLeaderboardInput!' };

function open(companies: readonly CompanyRow[], options: FakeCompaniesOptions = {}) {
  const graph = openFakeGraph(companies, options);
  const mutate = (field: string, variables: Record<string, unknown> = {}) => {
    const declared = Object.keys(variables).map((name) => `$${name}: ${VARIABLE_TYPES[name]}`);
    return graph.ask(`mutation ${declared.length > 0 ? `(${declared})` : ''} { ${field} }`, variables);
  };
  return { mutate, asked: graph.askedOfKeepnet, fake: graph };
}

const TWO = [toCompanyRow(1, 'Zeta'), toCompanyRow(2, 'acme')];

function leaderboard(input: string): string {
  return `exportLeaderboard(input: { ${input} }) { job { id state } }`;
}

describe('the companies of an export', () => {
  it('stand in the order of their names, then of their ids, whatever was written', async () => {
    const companies = [
      toCompanyRow(1, 'Zeta'),
      toCompanyRow(2, 'acme'),
      toCompanyRow(3, 'Site 10'),
      toCompanyRow(4, 'Site 9'),
      toCompanyRow(6, 'Same'),
      toCompanyRow(5, 'Same'),
    ];
    const ids = companies.map(({ companyId }) => companyId);
    const { mutate, fake } = open(companies);
    await mutate(leaderboard('companies: { all: true }, format: CSV'));
    await mutate('exportLeaderboard(input: { companies: { ids: $ids }, format: CSV }) { job { id } }', {
      ids: [...ids, `Company:${ids[0]}`],
    });
    const names = fake.enqueued.map(({ targets }) => targets.map(({ companyId }) => companyId.slice(-1)).join(''));
    expect(names).toEqual(['256431', '256431']);
  });

  it('are skipped where the customer closed its data, by the list or by an earlier answer', async () => {
    const { mutate, fake } = open([toCompanyRow(1, 'A', false), toCompanyRow(2, 'B', null), toCompanyRow(3, 'C')], {
      learned: 'company0003',
    });
    await mutate(leaderboard('companies: { all: true }, format: CSV'));
    expect(fake.enqueued[0]?.targets).toEqual([
      { companyId: 'company0001', companyName: 'A', skipCode: 'COMPANY_PRIVACY_DENIED' },
      { companyId: 'company0002', companyName: 'B', skipCode: null },
      { companyId: 'company0003', companyName: 'C', skipCode: 'COMPANY_PRIVACY_DENIED' },
    ]);
  });

  it('are found by a filter in pages of a hundred, oldest first, each company once', async () => {
    const companies = toCompanyRows(250);
    const listed = [...companies.slice(0, 200), companies[0] as CompanyRow, ...companies.slice(200)];
    const { mutate, fake, asked } = open(listed, { totalCount: 250 });
    await mutate(leaderboard('companies: { filter: { tag: "eu" } }, format: CSV'));
    expect(asked).toEqual(
      [1, 2, 3].map((pageNumber) => ({
        filter: { tag: 'eu' },
        order: { field: 'CREATED_AT', direction: 'ASC' },
        pageNumber,
        pageSize: 100,
      })),
    );
    expect(fake.enqueued[0]?.targets).toHaveLength(250);
  });

  it('may be none where a filter finds none', async () => {
    const { mutate, fake } = open([]);
    const { errors } = await mutate(leaderboard('companies: { filter: { search: "nobody" } }, format: CSV'));
    expect({ errors, targets: fake.enqueued[0]?.targets }).toEqual({ errors: [], targets: [] });
  });

  it('are 10,000 at most: more are refused after one page', async () => {
    const { mutate, fake, asked } = open(toCompanyRows(100), { totalCount: 10_001 });
    const { errors } = await mutate(leaderboard('companies: { filter: {} }, format: CSV'));
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'companies' });
    expect({ asked: asked.length, enqueued: fake.enqueued }).toEqual({ asked: 1, enqueued: [] });
    const all = open(toCompanyRows(10_001));
    const refused = await all.mutate(leaderboard('companies: { all: true }, format: CSV'));
    expect(refused.errors[0]?.message).toContain('10001');
    expect(all.fake.enqueued).toEqual([]);
  });

  it.each<[string, string, (rows: CompanyRow[]) => CompanyRow[]]>([
    ['of a filter that is shorter than it says', 'filter: {}', (rows) => rows],
    ['of all that is shorter than it says', 'all: true', (rows) => rows],
    ['in which one stands in the place of another', 'filter: {}', (rows) => [...rows, rows[0] as CompanyRow]],
  ])('must all have come: a list %s starts nothing', async (_name, selector, toListed) => {
    const { mutate, fake } = open(toListed(toCompanyRows(150)), { totalCount: 151 });
    const { errors } = await mutate(leaderboard(`companies: { ${selector} }, format: CSV`));
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('150 of the 151'),
      extensions: { code: 'LIST_CHANGED', retryable: true },
    });
    expect(fake.enqueued).toEqual([]);
  });

  it('must be there: an unknown id is named with its argument', async () => {
    const { mutate, fake } = open(TWO);
    const byIds = await mutate(leaderboard('companies: { ids: ["company0001", "company0009"] }, format: CSV'));
    expect(byIds.errors[0]?.extensions).toMatchObject({
      code: 'COMPANY_NOT_FOUND',
      argument: 'companies.ids',
      companyId: 'company0009',
    });
    const byOne = await mutate('exportUserTimeline(input: { company: "company0009", format: CSV }) { job { id } }');
    expect(byOne.errors[0]?.extensions).toMatchObject({ code: 'COMPANY_NOT_FOUND', argument: 'company' });
    expect(fake.enqueued).toEqual([]);
  });

  it('of the list of companies are the one list, and nothing is asked for it', async () => {
    const { mutate, fake, asked } = open(TWO);
    await mutate('exportCompanies(input: { filter: { tag: "eu" }, format: XLSX }) { job { id } }');
    expect(fake.enqueued[0]).toMatchObject({
      targets: [{ companyId: '*', companyName: 'Companies', skipCode: null }],
      request: { kind: 'COMPANIES', layout: 'COMBINED', source: 'BUILT', variables: { filter: { tag: 'eu' } } },
    });
    expect(asked).toEqual([]);
  });
});

describe('the request of an export', () => {
  const WHERE = 'where: { groups: [{ items: [{ field: "FirstName", operator: NOT_EQUALS, value: "A" }] }] }';

  it('carries what was written as variables for the document of the rows', async () => {
    const { mutate, fake } = open(TWO);
    await mutate(
      leaderboard(
        `companies: { all: true }, format: XLSX, layout: ONE_SHEET_PER_COMPANY, period: { from: "2026-01-01", to: "2026-02-01" }, filter: { ${WHERE}, email: null }, orderBy: { field: POINTS }`,
      ),
    );
    expect(fake.enqueued[0]).toMatchObject({ callerId: FAKE_CALLER_ID, idempotencyKey: null });
    expect(fake.enqueued[0]?.request).toEqual({
      rights: FAKE_RIGHTS,
      kind: 'LEADERBOARD',
      format: 'XLSX',
      layout: 'ONE_SHEET_PER_COMPANY',
      source: 'BUILT',
      bom: false,
      variables: {
        period: { from: '2026-01-01', to: '2026-02-01' },
        filter: {
          where: {
            match: 'ALL',
            groups: [{ match: 'ALL', items: [{ field: 'FirstName', operator: 'NOT_EQUALS', value: 'A' }] }],
          },
        },
        orderBy: { field: 'POINTS', direction: 'ASC' },
      },
    });
  });

  it('has variables that the schema takes again, and JSON gives back', async () => {
    const { mutate, fake } = open(TWO);
    await mutate(
      `exportTargetUsers(input: { companies: { all: true }, format: CSV, filter: { statuses: [ACTIVE], createdFrom: "2026-01-01", ${WHERE} }, orderBy: { field: EMAIL, direction: DESC } }) { job { id } }`,
    );
    const variables = fake.enqueued[0]?.request.variables ?? {};
    expect(JSON.parse(JSON.stringify(variables))).toEqual(variables);
    const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const operation = parse('query ($filter: TargetUserFilter, $orderBy: TargetUserOrder) { __typename }')
      .definitions[0];
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('expected an operation');
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    expect(errors).toBeUndefined();
    expect(Object.keys(coerced ?? {})).toEqual(['filter', 'orderBy']);
  });

  it('names users by their raw ids, each once, and leaves them out for the whole company', async () => {
    const { mutate, fake } = open(TWO);
    await mutate(
      'exportUserTimeline(input: { company: "Company:company0001", targetUsers: ["aB3dE5fG7hJ9", "TargetUser:company0001:aB3dE5fG7hJ9", "kL8mN2pQ4rS6"], format: CSV, filter: { failedOnly: true }, direction: DESC }) { job { id } }',
    );
    await mutate('exportUserTimeline(input: { company: "company0001", format: CSV, bom: true }) { job { id } }');
    expect(fake.enqueued.map(({ request, targets }) => [request.variables, request.bom, targets.length])).toEqual([
      [{ users: ['aB3dE5fG7hJ9', 'kL8mN2pQ4rS6'], filter: { failedOnly: true }, direction: 'DESC' }, false, 1],
      [{}, true, 1],
    ]);
  });
});

describe('the text that an idempotency key is compared by', () => {
  async function textOf(input: Record<string, unknown>): Promise<string | undefined> {
    const { mutate, fake } = open(TWO);
    const { errors } = await mutate('exportLeaderboard(input: $input) { job { id } }', { input });
    expect(errors).toEqual([]);
    expect(fake.enqueued[0]?.idempotencyKey).toBe(input.idempotencyKey ?? null);
    return fake.enqueued[0]?.inputText;
  }

  const base = { companies: { ids: ['company0001'] }, format: 'CSV', filter: { search: 'a', email: 'b' } };

  it('is the same for the same wish, however it is written', async () => {
    const text = await textOf(base);
    expect(text).toBe(
      '{"kind":"LEADERBOARD","bom":false,"companies":{"ids":["company0001"]},"filter":{"email":"b","search":"a"},"format":"CSV","layout":"COMBINED","source":"AUTO"}',
    );
    expect(await textOf({ ...base, idempotencyKey: 'nightly-2026-03-01' })).toBe(text);
    expect(await textOf({ source: 'AUTO', ...base, filter: { email: 'b', department: null, search: 'a' } })).toBe(text);
    expect(await textOf({ ...base, companies: { ids: 'company0001' } })).toBe(text);
  });

  it('is another for another wish', async () => {
    const texts = await Promise.all(
      [
        base,
        { ...base, format: 'XLSX' },
        { ...base, layout: 'ONE_FILE_PER_COMPANY' },
        { ...base, source: 'BUILT' },
        { ...base, bom: true },
        { ...base, companies: { all: true } },
        { ...base, filter: { search: 'a' } },
        { ...base, period: { preset: 'LAST_YEAR' } },
      ].map(textOf),
    );
    expect(new Set(texts).size).toBe(8);
  });
});
