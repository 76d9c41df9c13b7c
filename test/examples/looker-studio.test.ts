/** The connector for Looker Studio, run against a server in another process, with stand-ins for Google's services. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AppsScript, type Config, runAppsScript } from '../support/apps-script.js';
import { fetchPages } from '../support/fetch-table.js';
import { type MadeKey, makeKey } from '../support/keys.js';
import { type Served, serve } from '../support/served.js';

interface Field {
  readonly name: string;
  readonly dataType: string;
  readonly semantics: { readonly conceptType: string; readonly semanticType: string };
}

const FOLDER = 'examples/looker-studio';

let directory = '';
let key: MadeKey;
let served: Served;
let connector: AppsScript;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-looker-'));
  key = await makeKey(directory, { abilities: ['tables'] });
  served = await serve({ ACCESS: 'keys', DATA_DIR: directory, SIMULATOR_USERS: '20' });
}, 60_000);
beforeEach(() => {
  connector = runAppsScript(`${FOLDER}/Code.gs`);
  expect(signIn(key.text)).toEqual({ errorCode: 'NONE' });
});
afterAll(async () => {
  await served.stop();
  await rm(directory, { recursive: true, force: true });
});

const server = () => served.url.replace(/^http:/, 'https:');
const signIn = (text: string, path = `${server()}/`) =>
  connector.script.setCredentials({ pathKey: { path, key: text } });
const getData = (configParams: Record<string, string>, names: readonly string[]) =>
  connector.script.getData({ configParams, fields: names.map((name) => ({ name })) });

describe('the credential', () => {
  it('is the address and the key together, as the manifest says', () => {
    const { dataStudio } = JSON.parse(readFileSync(`${FOLDER}/appsscript.json`, 'utf8'));
    expect([connector.script.getAuthType(), dataStudio.authType]).toEqual([{ type: 'PATH_KEY' }, ['PATH_KEY']]);
    expect(connector.script.isAuthValid()).toBe(true);
    connector.script.resetAuth();
    expect([connector.script.isAuthValid(), connector.properties.size]).toEqual([false, 0]);
  });

  it.each([
    ['a wrong key', 'kg_wrong', undefined],
    ['an address without encryption', 'kg_wrong', 'http://127.0.0.1:1'],
    ['an address that hides another', 'kg_wrong', 'https://known.example@127.0.0.1:1'],
  ])('%s is not kept', (_what, text, path) => {
    connector.properties.clear();
    expect(signIn(text, path)).toEqual({ errorCode: 'INVALID_CREDENTIALS' });
    expect(connector.properties.size).toBe(0);
  });
});

describe('a data source', () => {
  it('chooses from the tables that need nothing', () => {
    const config: readonly Config[] = connector.script.getConfig({});
    expect(config.map(({ id }) => id)).toEqual(['table', 'companies', 'parameters', 'mayBeIncomplete']);
    expect(config[0]?.options).toEqual(expect.arrayContaining(['companies', 'user_counts', 'leaderboard', 'coverage']));
    expect(config[0]?.options).not.toContain('user_timeline');
  });

  it('has a field for each column, numbers as metrics', () => {
    const { schema } = connector.script.getSchema({ configParams: { table: 'monthly_active_users' } });
    const types = schema.map((each: Field) => [
      each.name,
      each.dataType,
      each.semantics.conceptType,
      each.semantics.semanticType,
    ]);
    expect(types).toContainEqual(['company_name', 'STRING', 'DIMENSION', 'TEXT']);
    expect(types).toContainEqual(['month', 'STRING', 'DIMENSION', 'YEAR_MONTH_DAY']);
    expect(types).toContainEqual(['monthly_active_users', 'NUMBER', 'METRIC', 'NUMBER']);
    expect(types).toContainEqual(['as_of', 'STRING', 'DIMENSION', 'YEAR_MONTH_DAY_SECOND']);
  });

  it('gives the fields that are asked for, in the order in which they are asked for', async () => {
    const params = { table: 'companies', parameters: 'isLicenseExpired=false&orderBy=NAME:DESC' };
    const { schema, rows } = getData(params, ['license_ends_at', 'company_name', 'is_over_limit', 'seats']);
    expect(schema.map(({ name }: { name: string }) => name)).toEqual([
      'license_ends_at',
      'company_name',
      'is_over_limit',
      'seats',
    ]);
    const [page] = await fetchPages(served.url, `/tables/companies.json?${params.parameters}`, key.headers);
    expect(rows.map(({ values }: { values: unknown[] }) => values[1])).toEqual(
      page.rows.map((row: { company_name: string }) => row.company_name),
    );
    const [first] = rows;
    expect(first.values).toEqual([
      expect.stringMatching(/^\d{14}$/),
      expect.any(String),
      expect.any(Boolean),
      expect.any(Number),
    ]);
  });

  it('reads page after page, every row once', async () => {
    const params = { table: 'target_users', mayBeIncomplete: 'true', parameters: 'statuses=ACTIVE' };
    connector.script.PAGE_ROWS = 150;
    const { rows } = getData(params, ['row_key']);
    const pages = await fetchPages(served.url, '/tables/target_users.json?statuses=ACTIVE', key.headers);
    const keys = pages.flatMap((page) => page.rows.map((row: { row_key: string }) => row.row_key));
    expect(rows.map(({ values }: { values: unknown[] }) => values[0])).toEqual(keys);
    expect(connector.asked.filter((address) => address.includes('cursor=')).length).toBeGreaterThanOrEqual(2);
  });

  it('shows an error where companies are missing, unless that is all right', () => {
    expect(() => getData({ table: 'user_counts' }, ['active_users'])).toThrow('23 of 25 companies can be read');
    const { rows } = getData({ table: 'user_counts', mayBeIncomplete: 'true' }, ['active_users']);
    expect(rows).toHaveLength(23);
  });

  it('shows the words of the server where it refuses', () => {
    expect(() => getData({ table: 'user_counts', parameters: 'nothing=1' }, ['active_users'])).toThrow(
      /^nothing: .*user_counts takes companies/,
    );
    expect(() => getData({ table: 'user_counts', companies: 'aaaaAAAA0000' }, ['active_users'])).toThrow(
      'aaaaAAAA0000',
    );
  });

  it('waits as the server says where it is busy', () => {
    const parameters = 'require=complete';
    expect(() => getData({ table: 'user_counts', parameters }, ['active_users'])).toThrow('some cannot be read');
    expect(connector.slept).toEqual([10_000]);
  });

  it('sends the key nowhere else, and never in an address', () => {
    getData({ table: 'companies' }, ['company_name']);
    expect(
      connector.asked.filter((address) => !address.startsWith(`${server()}/tables`) || address.includes(key.text)),
    ).toEqual([]);
  });
});
