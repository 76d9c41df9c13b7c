/**
 * The scripts that the page for BI tools shows, run as they are against the running server: each reads the same rows, and an answer
 * that breaks off is no answer. One whose program the machine does not have is skipped, and said so.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { toCurl } from '../../web/connect/snippets/curl.js';
import { toPython } from '../../web/connect/snippets/python.js';
import type { Reading } from '../../web/connect/snippets/reading.js';
import { toTypeScript } from '../../web/connect/snippets/typescript.js';
import type { TableColumn } from '../../web/connect/wire.js';
import { type House, openHouse } from '../support/house.js';
import { makeKey } from '../support/keys.js';

type Rows = readonly Readonly<Record<string, unknown>>[];

const run = promisify(execFile);
const has = (program: string) => spawnSync(program, ['--version']).status === 0;
/** What each snippet is run by, and how its rows are had. */
const WAYS: Readonly<Record<string, { program: string; read(reading: Reading, key: string): Promise<Rows> }>> = {
  curl: { program: 'curl', read: readByCurl },
  python: { program: 'python3', read: readByPython },
  typescript: { program: 'node', read: readByTypeScript },
};

const directory = mkdtempSync(join(tmpdir(), 'keepnet-graph-snippets-'));
let house: House;
let key = '';
let reading: Reading;
let expected: Rows;

beforeAll(async () => {
  house = await openHouse({ env: { ACCESS: 'keys', CACHE_TTL_SECONDS: '60' } });
  const made = await makeKey(house.dataDirectory, { abilities: ['tables'] });
  key = made.text;
  const ask = async (path: string) => (await fetch(`${house.url}${path}`, made)).json();
  const { columns } = (await ask('/tables/companies/schema')) as { columns: TableColumn[] };
  const { rows } = (await ask('/tables/companies.json?limit=10000&columns=company_id,company_name,tags,seats')) as {
    rows: Rows;
  };
  expected = rows;
  reading = {
    origin: house.url,
    table: 'companies',
    parameters: [],
    columns: columns.filter(({ name }) => Object.keys(rows[0] ?? {}).includes(name)),
    hasAllColumns: false,
    needsAll: false,
    isOpen: false,
  };
});

afterAll(async () => {
  await house.close();
  rmSync(directory, { recursive: true });
});

describe.each(Object.entries(WAYS))('the snippet for %s', (name, { program, read }) => {
  const isThere = has(program);
  if (!isThere) process.stderr.write(`Skipped: no ${program} found for the snippet for ${name}.\n`);
  const runs = isThere ? it : it.skip;

  runs('reads every row, with its types', async () => {
    expect(expected.length).toBe(25);
    expect(await read(reading, key)).toEqual(expected);
  });

  runs('fails where the key is not taken', async () => {
    await expect(read(reading, 'kg_none')).rejects.toThrow();
  });

  runs('fails where the answer breaks off after its first rows', async () => {
    const broken = await startBroken();
    const { port } = broken.address() as AddressInfo;
    await expect(read({ ...reading, origin: `http://127.0.0.1:${port}` }, key)).rejects.toThrow();
    broken.close();
  });
});

async function readByCurl(asked: Reading, apiKey: string): Promise<Rows> {
  await run('sh', ['-c', toCurl(asked, 'ndjson')], { cwd: directory, env: toEnvironment(apiKey) });
  return toRows(readFileSync(join(directory, 'companies.ndjson'), 'utf8'));
}

async function readByPython(asked: Reading, apiKey: string): Promise<Rows> {
  const script = `${toPython(asked)}\nfor row in rows: print("row", json.dumps(row))\n`;
  const { stdout } = await run('python3', ['-c', script], { env: toEnvironment(apiKey) });
  expect(stdout).toContain('answered=');
  return toRows(
    stdout
      .split('\n')
      .flatMap((line) => (line.startsWith('row ') ? [line.slice(4)] : []))
      .join('\n'),
  );
}

async function readByTypeScript(asked: Reading, apiKey: string): Promise<Rows> {
  const module = toTypeScript(asked);
  const { outputText, diagnostics = [] } = ts.transpileModule(module, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    reportDiagnostics: true,
  });
  expect(diagnostics).toEqual([]);
  const path = join(directory, 'snippet.mjs');
  writeFileSync(path, `${outputText}\nfor (const row of await read()) console.log(JSON.stringify(row));\n`);
  return toRows((await run(process.execPath, [path], { env: toEnvironment(apiKey) })).stdout);
}

function toEnvironment(apiKey: string) {
  return { PATH: process.env.PATH, KEEPNET_GRAPH_KEY: apiKey };
}

function toRows(lines: string): Rows {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Sends two rows and no end. */
function startBroken(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write('{"company_id":"a"}\n{"company_id":"b"}\n');
    setTimeout(() => response.destroy(), 50);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
