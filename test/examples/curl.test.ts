/** The scripts of `examples/curl` do what their README says, against a server that asks for keys. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ExampleHouse, openExampleHouse } from '../support/example-house.js';
import { parseCsv } from '../support/fetch-table.js';

const USERS = '/api/target-users/search';

let example: ExampleHouse;
beforeAll(async () => {
  example = await openExampleHouse({ SIMULATOR_USERS: '130' });
});
beforeEach(() => example.house.simulator.clearJournal());
afterEach(() => example.house.simulator.clearFaults());
afterAll(() => example.close());

const run = (script: string, args: readonly string[], env?: Record<string, string>) =>
  example.run('bash', [resolve(`examples/curl/${script}`), ...args], env);
const tables = (...args: string[]) => run('tables.sh', args);
const fileOf = (name: string) => join(example.directory, name);
const readable = async () => {
  const { stdout } = await tables('ndjson', 'coverage', 'columns=company_id,state');
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return rows.filter(({ state }) => state === 'ANSWERED').map(({ company_id: id }) => id as string);
};

describe('tables.sh', () => {
  it('lists tables and tells their columns', async () => {
    const listed = await tables('list');
    expect([listed.code, JSON.parse(listed.stdout).tables.length]).toEqual([0, expect.any(Number)]);
    const { columns } = JSON.parse((await tables('schema', 'user_counts')).stdout);
    expect(columns.map(({ name }: { name: string }) => name)).toContain('active_users');
    expect(await example.house.asked()).toEqual([]);
  });

  it('keeps a whole table as a file, and says by its exit code that companies are missing', async () => {
    const { code, stderr } = await tables('csv', 'user_counts');
    expect([code, stderr]).toEqual([3, expect.stringContaining('coverage: answered=23;restricted=1;failed=1;')]);
    const [head, ...rows] = parseCsv(await readFile(fileOf('user_counts.csv'), 'utf8'));
    expect([head?.[0], rows.length]).toEqual(['row_key', 23]);
  });

  it('exits with 0 where nobody is missing', async () => {
    const companies = (await readable()).slice(0, 2).join(',');
    const { code, stderr } = await tables('csv', 'user_counts', `companies=${companies}`);
    expect([code, stderr]).toEqual([0, 'coverage: answered=2;restricted=0;failed=0;skipped=0;in_scope=2\n']);
  });

  it('is told that a file still holds, and asks nothing of Keepnet', async () => {
    expect((await tables('fresh', 'companies', 'search=a')).code).toBe(0);
    const before = await readFile(fileOf('companies.csv'), 'utf8');
    await example.house.simulator.clearJournal();
    const { code, stderr } = await tables('fresh', 'companies', 'search=a');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/still holds; it is \d+ s old/)]);
    expect(await readFile(fileOf('companies.csv'), 'utf8')).toBe(before);
    expect(await example.house.asked()).toEqual([]);
  });

  it('goes from page to page, every row once', async () => {
    const whole = (await tables('ndjson', 'target_users', 'statuses=ACTIVE')).stdout.trim().split('\n');
    const { code, stdout, stderr } = await tables('pages', 'target_users', 'statuses=ACTIVE', 'limit=150');
    const pages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(pages.length).toBeGreaterThan(2);
    const keys = pages.flatMap(({ rows }) => rows.map((row: { row_key: string }) => row.row_key));
    expect(keys).toEqual(whole.map((line) => JSON.parse(line).row_key));
    expect([code, stderr]).toEqual([3, expect.stringContaining('answered=23;')]);
  });

  it.each([
    ['a parameter that is not there', 'csv', 'user_counts', 'nothing=1', 'BAD_USER_INPUT'],
    ['a table that is not there', 'csv', 'nothing', 'limit=1', 'TABLE_NOT_FOUND'],
    ['companies that are missing where all are wanted', 'csv', 'leaderboard', 'require=complete', 'TABLE_INCOMPLETE'],
  ])('shows the refusal of %s, and leaves no file', async (_what, verb, table, parameter, refusal) => {
    const { code, stdout, stderr } = await run('tables.sh', [verb, table, parameter], { RETRIES: '0' });
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(refusal)]);
    if (table !== 'user_counts') expect(existsSync(fileOf(`${table}.csv`))).toBe(false);
  });

  it('fails without a key, and has none on the command line of curl', async () => {
    const { code, stderr } = await run('tables.sh', ['list'], { KEEPNET_GRAPH_KEY: '' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('UNAUTHENTICATED')]);
    for (const script of ['tables.sh', 'graphql.sh', 'stream.sh']) {
      const text = await readFile(`examples/curl/${script}`, 'utf8');
      expect(text).toContain('--config <(credentials)');
      expect(text).not.toMatch(/--header[^\n]*KEEPNET_GRAPH_KEY/);
    }
  });

  it('keeps nothing of an answer that is cut off', async () => {
    const [first = '', second = ''] = await readable();
    await example.house.simulator.addFault({ kind: 'status', status: 500, path: USERS, companyId: second, after: 1 });
    const { code, stderr } = await run('tables.sh', ['csv', 'target_users', `companies=${first},${second}`]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('curl: (18)')]);
    expect(existsSync(fileOf('target_users.csv'))).toBe(false);
  });
});

describe('graphql.sh', () => {
  it('asks what it is given, quotes and lines and all', async () => {
    const { code, stdout } = await run('graphql.sh', [
      'query Q {\n\tcompanies(first: 1, filter: { search: "\\"" }) { totalCount }\n}',
    ]);
    expect([code, JSON.parse(stdout).data.companies.totalCount]).toEqual([0, expect.any(Number)]);
  });

  it('says by its exit code that some data could not be read', async () => {
    const { code, stdout } = await run('graphql.sh', []);
    const { data, errors } = JSON.parse(stdout);
    expect([code, data.companies.nodes.length]).toEqual([3, 25]);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('shows a refusal', async () => {
    const { code, stderr } = await run('graphql.sh', ['{ nothing }']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('GRAPHQL_VALIDATION_FAILED')]);
  });
});

describe('stream.sh', () => {
  it('gives a line for each company, and the coverage as the last', async () => {
    const { code, stdout } = await run('stream.sh', ['user_counts']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([code, lines.length]).toEqual([3, 26]);
    expect(lines.at(-1).coverage).toMatchObject({ companiesInScope: 25, answered: 23, complete: false });
  });

  it('exits with 0 where nobody is missing', async () => {
    const [company = ''] = await readable();
    const { code, stderr } = await run('stream.sh', ['user_counts', `companies=${company}`]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('shows a refusal', async () => {
    const { code, stdout } = await run('stream.sh', ['nothing']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('TABLE_NOT_FOUND')]);
  });
});
