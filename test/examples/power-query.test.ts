/**
 * What the queries in M ask is there: their addresses are answered, with the columns that they name and of the types that they give
 * them. M itself is not run here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ExampleHouse, openExampleHouse } from '../support/example-house.js';
import { fetchTable, parseCsv, toBasic } from '../support/fetch-table.js';

const FOLDER = 'examples/power-query';
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.pq'));

const TYPES: Readonly<Record<string, string>> = {
  TEXT: 'text',
  ID: 'text',
  INTEGER: 'Int64.Type',
  NUMBER: 'number',
  BOOLEAN: 'logical',
  DATE: 'date',
  DATE_TIME: 'datetimezone',
};

let example: ExampleHouse;
beforeAll(async () => {
  example = await openExampleHouse();
});
afterAll(() => example.close());

const get = (path: string) => fetchTable(example.house.url, path, toBasic('anybody', example.key.text));
const readQuery = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

/** Of `Web.Contents` in the text: RelativePath and the fields of Query. */
function readAddress(text: string): { path: string; query: Record<string, string> } {
  const path = /RelativePath = "([^"]+)"/.exec(text)?.[1] ?? '';
  const fields = /Query = \[([^\]]+)\]/.exec(text)?.[1] ?? '';
  const query = [...fields.matchAll(/(\w+) = "([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]);
  return { path, query: Object.fromEntries(query) };
}

/** Names and types that the text gives to columns: of a CSV, or of a type of table. */
function readTypes(text: string): [string, string][] {
  const ofCsv = [...text.matchAll(/\{"(\w+)", (?:type )?([\w.]+)\}/g)];
  const ofJson = [...text.matchAll(/^ {4}(\w+) = (?:nullable )?([\w.]+),?$/gm)];
  return [...ofCsv, ...ofJson].map(([, name = '', type = '']) => [name, type]);
}

async function readColumns(table: string): Promise<[string, string][]> {
  const { json } = await get(`/tables/${table}/schema`);
  return json.columns.map(({ name, type }: { name: string; type: string }) => [name, TYPES[type] ?? type]);
}

it('there are queries', () => {
  expect(FILES).toEqual(['coverage.pq', 'odata.pq', 'tables_json_paging.pq', 'target_users.pq']);
});

it.each(FILES)('%s names its server once, as a plain text', (name) => {
  const servers = [...readQuery(name).matchAll(/(?:Web\.Contents|OData\.Feed)\(("[^"]*")?/g)].map(
    ([, server]) => server,
  );
  expect(servers).toEqual([expect.stringMatching(/^"http:\/\/127\.0\.0\.1:4000[^?]*"$/)]);
});

describe.each(FILES.filter((name) => name !== 'odata.pq'))('%s', (name) => {
  const text = readQuery(name);
  const { path, query } = readAddress(text);
  const [, table = '', format] = /^tables\/(\w+)\.(csv|json)$/.exec(path) ?? [];
  const types = readTypes(text);

  it('asks a question that is answered', async () => {
    const { require: _all, ...others } = query;
    const { status, json, text: body } = await get(`/${path}?${new URLSearchParams({ ...others, limit: '1' })}`);
    expect(status).toBe(200);
    const named = format === 'json' ? Object.keys(json.rows[0]) : parseCsv(body)[0];
    expect(named?.toSorted()).toEqual(types.map(([column]) => column).toSorted());
  });

  it('gives the columns their types', async () => {
    const columns = await readColumns(table);
    const wanted = query.columns?.split(',') ?? columns.map(([column]) => column);
    expect(types.toSorted()).toEqual(columns.filter(([column]) => wanted.includes(column)).toSorted());
  });
});

it('odata.pq names an entity set that is answered', async () => {
  const address = /OData\.Feed\("http:\/\/[^/]+(\/odata\/\w+)"/.exec(readQuery('odata.pq'))?.[1] ?? '';
  const { status, json } = await get(`${address}?require=any&$top=1`);
  expect([status, json.value.length]).toEqual([200, 1]);
});

it('target_users.pq is refused where a company cannot be read, as its reader is told', async () => {
  const { path, query } = readAddress(readQuery('target_users.pq'));
  const { status, headers, json } = await get(`/${path}?${new URLSearchParams(query)}`);
  expect([status, headers.get('retry-after'), json.errors[0].extensions.code]).toEqual([503, '10', 'TABLE_INCOMPLETE']);
});
