/** The programs of `examples/typescript`, by the commands of its README in a copy of their own, against a server that asks for keys. */
import { cp, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import readXlsxFile from 'read-excel-file/node';
import { type ExampleHouse, openExampleHouse } from '../support/example-house.js';

/** Each program is compiled when it starts. */
jest.setTimeout(60_000);

let example: ExampleHouse;
beforeAll(async () => {
  example = await openExampleHouse();
  for (const name of ['package.json', 'tsconfig.json', 'examples/typescript']) {
    await cp(name, join(example.directory, name), { recursive: true });
  }
  for (const name of ['node_modules', 'src']) await symlink(resolve(name), join(example.directory, name));
});
beforeEach(() => example.house.simulator.clearJournal());
afterAll(() => example.close());

const run = (name: string, env?: Record<string, string>) =>
  example.run(process.execPath, ['--import', '@swc-node/register/esm-register', `examples/typescript/${name}.ts`], env);

describe('portfolio.ts', () => {
  it('sums over all customers, and says for whom the sum does not speak', async () => {
    const { code, stdout, stderr } = await run('portfolio');
    expect(stdout).toMatch(/^25 customers, \d+ active users/);
    expect(stderr).toContain('23 of 25 customers answered\n');
    expect(stderr).toContain('(COMPANY_PRIVACY_DENIED)');
    expect(code).toBe(3);
  });

  it('shows a refusal', async () => {
    const { code, stderr } = await run('portfolio', { KEEPNET_GRAPH_KEY: '' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('(UNAUTHENTICATED)')]);
  });
});

describe('dashboard.ts', () => {
  it('has a line for each customer, and the reason where a customer cannot be read', async () => {
    const { code, stdout } = await run('dashboard');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect([code, lines.length]).toEqual([0, 25]);
    const reasons = lines.filter(([, users]) => !/^\d+$/.test(users ?? '')).map(([, ...cells]) => cells);
    expect(reasons.sort()).toEqual([
      ['COMPANY_PRIVACY_DENIED', 'COMPANY_PRIVACY_DENIED'],
      ['FORBIDDEN', 'FORBIDDEN'],
    ]);
  });
});

describe('export.ts', () => {
  it('awaits the export, checks the file, and is the same export when it is run again', async () => {
    const first = await run('export');
    expect([first.code, first.stderr]).toEqual([3, expect.stringContaining('(FORBIDDEN)')]);
    const name = /(\S+\.xlsx), \d+ bytes/.exec(first.stdout)?.[1] ?? '';
    const sheets = await readXlsxFile(await readFile(join(example.directory, name)));
    expect(sheets.length).toBeGreaterThan(20);
    await example.house.simulator.clearJournal();
    expect((await run('export')).stdout).toContain(name);
    expect(await example.house.asked()).toEqual([]);
  });
});
