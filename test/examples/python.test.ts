/** `examples/python/tables.py` as a program and as a module, against a server that asks for keys. Needs python3. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ExampleHouse, openExampleHouse } from '../support/example-house.js';

const USERS = '/api/target-users/search';
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('python3 is not here: the example in Python is NOT tested.');

let example: ExampleHouse;
beforeAll(async () => {
  example = await openExampleHouse({ SIMULATOR_USERS: '130' });
});
afterEach(() => example.house.simulator.clearFaults());
afterAll(() => example.close());

const runProgram = (args: readonly string[], env?: Record<string, string>) =>
  example.run('python3', [resolve('examples/python/tables.py'), ...args], env);
const runModule = (lines: readonly string[], env?: Record<string, string>) =>
  example.run('python3', ['-c', [...PREAMBLE, ...lines].join('\n')], {
    PYTHONPATH: resolve('examples/python'),
    PYTHONDONTWRITEBYTECODE: '1',
    ...env,
  });
const PREAMBLE = [
  'import json, os, time',
  'import tables',
  'from tables import Incomplete, Refused, Server, read_csv',
  'server = Server(os.environ["SERVER_URL"], os.environ["KEEPNET_GRAPH_KEY"])',
];

(hasPython ? describe : describe.skip)('tables.py', () => {
  it('prints a line for each row of every page, names who is missing, and exits with 3', async () => {
    const { code, stdout, stderr } = await runProgram(['target_users', 'statuses=ACTIVE', 'limit=150']);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.length).toBeGreaterThan(1_000);
    expect(new Set(rows.map(({ row_key: key }) => key)).size).toBe(rows.length);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['ACTIVE']));
    expect(code).toBe(3);
    expect(stderr).toContain('2 of 25 companies are missing\n');
    expect(stderr).toContain('(COMPANY_PRIVACY_DENIED)');
    expect(stderr).toContain('(FORBIDDEN)');
  });

  it('shows a refusal', async () => {
    const { code, stdout, stderr } = await runProgram(['user_counts', 'nothing=1']);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('(400, BAD_USER_INPUT)')]);
  });

  it('reads rows with their types', async () => {
    const { stdout } = await runModule([
      'print(json.dumps(next(server.read_table("user_counts"))))',
      'print(json.dumps([column["name"] for column in server.describe("user_counts")["columns"]]))',
      'print(len(server.list_tables()))',
    ]);
    const [row, columns, tables] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(row).toMatchObject({ active_users: expect.any(Number), is_over_limit: expect.any(Boolean) });
    expect(Object.keys(row)).toEqual(columns);
    expect(tables).toBeGreaterThanOrEqual(9);
  });

  it('keeps a table as a file only where it may be incomplete, or nobody is missing', async () => {
    const { stdout } = await runModule([
      'try: server.download_csv("user_counts", "counts.csv")',
      'except Incomplete as incomplete: print(incomplete, os.path.exists("counts.csv"))',
      'print(server.download_csv("user_counts", "counts.csv", may_be_incomplete=True)["answered"])',
      'print(len(list(read_csv("counts.csv"))), os.listdir("."))',
    ]);
    expect(stdout).toContain('2 of 25 companies are missing False\n23\n23 ');
    expect(stdout).not.toContain('.part');
  });

  it('asks a busy server again, after the seconds of Retry-After', async () => {
    const { stdout } = await runModule([
      'waits = []',
      'tables.time.sleep = waits.append',
      'try: list(server.read_table("user_counts", require="complete"))',
      'except Refused as refusal: print(waits, refusal.status, refusal.code)',
    ]);
    expect(stdout).toBe('[10, 10, 10] 503 TABLE_INCOMPLETE\n');
  });

  it('raises where an answer is cut off, and leaves no file of that name', async () => {
    const { stdout: ids } = await runModule([
      'rows = server.read_table("coverage", may_be_incomplete=True, columns="company_id,state")',
      'print(",".join([row["company_id"] for row in rows if row["state"] == "ANSWERED"][:2]))',
    ]);
    const companies = ids.trim();
    const companyId = companies.split(',')[1] ?? '';
    await example.house.simulator.addFault({ kind: 'status', status: 500, path: USERS, companyId, after: 1 });
    const { code, stderr } = await runModule([
      `server.download_csv("target_users", "cut.csv", companies="${companies}")`,
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('IncompleteRead')]);
    expect(existsSync(join(example.directory, 'cut.csv'))).toBe(false);
  });
});
