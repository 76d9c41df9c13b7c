/**
 * What the dashboard for Grafana asks is there: every address is answered, with the columns that the panels name, of types that they are
 * shown as; and the GraphQL query is valid. Grafana itself does not run here.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assertEnumType, buildSchema } from 'graphql';
import { type ExampleHouse, openExampleHouse } from '../support/example-house.js';
import { fetchTable, parseCsv } from '../support/fetch-table.js';
import { fetchCompanyIds, fetchToken } from '../support/simulator.js';

interface Target {
  readonly type: 'csv' | 'graphql';
  readonly url: string;
  readonly parser: string;
  readonly root_selector: string;
  readonly columns: readonly { readonly selector: string; readonly type: string }[];
  readonly url_options: { readonly method: string; readonly body_graphql_query?: string };
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[];
  readonly templating: {
    /** The query of a list of choices is a text, with commas. */
    readonly list: readonly { readonly name: string; readonly query: string | { readonly infinityQuery: Target } }[];
  };
}

const PROVISIONING = 'examples/grafana/provisioning';
const DASHBOARD: Dashboard = JSON.parse(readFileSync(`${PROVISIONING}/dashboards/portfolio.json`, 'utf8'));
const TARGETS: [string, Target][] = [
  ...DASHBOARD.panels.flatMap(({ title, targets }) => targets.map((each): [string, Target] => [title, each])),
  ...DASHBOARD.templating.list.flatMap(({ name, query }): [string, Target][] =>
    typeof query === 'string' ? [] : [[`variable ${name}`, query.infinityQuery]],
  ),
];
const CSV = TARGETS.filter(([, { type }]) => type === 'csv');

/** What Infinity makes of a column of each type. */
const SHOWN_AS: Readonly<Record<string, string>> = {
  INTEGER: 'number',
  NUMBER: 'number',
  DATE: 'timestamp',
  DATE_TIME: 'timestamp',
};

/** As Grafana writes one into an address. */
const VARIABLE = /\$\{(\w+)\}/g;

let example: ExampleHouse;
let company = '';
beforeAll(async () => {
  example = await openExampleHouse();
  [company = ''] = await fetchCompanyIds(example.house.simulatorUrl, await fetchToken(example.house.simulatorUrl));
});
afterAll(() => example.close());

const get = (path: string) => fetchTable(example.house.url, path, example.key.headers);

it('there are panels, and one of them asks by GraphQL', () => {
  expect(DASHBOARD.panels.length).toBeGreaterThanOrEqual(6);
  expect([CSV.length, TARGETS.length]).toEqual([DASHBOARD.panels.length, DASHBOARD.panels.length + 1]);
});

describe.each(CSV)('%s', (_title, target) => {
  const address = () => target.url.replaceAll(VARIABLE, (_, name) => (name === 'company' ? company : 'LAST_3_MONTHS'));

  it('asks for a table by its path, and gets its columns', async () => {
    const { status, text } = await get(address());
    const named = target.columns.map(({ selector }) => selector);
    expect([status, parseCsv(text)[0]?.toSorted()]).toEqual([200, named.toSorted()]);
  });

  it('shows columns as what they are', async () => {
    const { json } = await get(`${target.url.split('.csv', 1)[0]}/schema`);
    const types = new Map<string, string>(
      json.columns.map((each: { name: string; type: string }) => [each.name, each.type]),
    );
    const shown = target.columns.map(({ selector, type }) => [selector, type]);
    expect(shown).toEqual(
      target.columns.map(({ selector }) => [selector, SHOWN_AS[types.get(selector) ?? ''] ?? 'string']),
    );
  });
});

it('offers the periods that there are', async () => {
  const offered = String(DASHBOARD.templating.list.find(({ name }) => name === 'period')?.query);
  const { json } = await get('/tables/leaderboard/schema');
  const { type } = json.parameters.find(({ name }: { name: string }) => name === 'preset');
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const presets = assertEnumType(schema.getType(type)).getValues();
  expect(offered.split(',').toSorted()).toEqual(presets.map(({ name }) => name).toSorted());
});

it('the panel that asks by GraphQL gets a number for each column, with the key as Bearer', async () => {
  const [, target] = TARGETS.find(([, { type }]) => type === 'graphql') ?? [];
  const query = target?.url_options.body_graphql_query ?? '';
  const { status, body } = await example.house.ask(query, {}, example.key.headers);
  expect([status, body.errors, target?.url]).toEqual([200, undefined, '/graphql']);
  const at = (value: unknown, path: string) =>
    path.split('.').reduce((found, name) => (found as Record<string, unknown>)[name], value);
  const root = at(body, target?.root_selector ?? '');
  for (const { selector } of target?.columns ?? [])
    expect([selector, at(root, selector)]).toEqual([selector, expect.any(Number)]);
});

it('the data source is the one that the panels ask, and holds no key', () => {
  const source = readFileSync(`${PROVISIONING}/datasources/keepnet-graph.yaml`, 'utf8');
  const uids = [...JSON.stringify(DASHBOARD).matchAll(/"uid":"([^"]+)"/g)].map(([, uid]) => uid);
  expect(new Set(uids)).toEqual(new Set(['keepnet-graph', 'keepnet-graph-portfolio']));
  expect(source).toContain('uid: keepnet-graph\n');
  expect(source).toContain('bearerToken: $KEEPNET_GRAPH_KEY\n');
});
