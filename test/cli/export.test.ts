/**
 * `keepnet-graph export` as a person and a nightly job meet it: the file, the exit code, what is said beside it, and what is left
 * behind when it does not come to its end.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createProgressLine, toProgressText } from '../../src/cli-export-progress.js';
import { ExportJobByIdDocument, ExportJobsDocument } from '../../src/generated/operations.js';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { type Command, type Commands, createCommands } from '../support/commands.js';
import { FAKE_FILE, type FakeExportServer, startFakeExportServer } from '../support/fake-export-server.js';
import { type House, openHouse } from '../support/house.js';
import { startSimulator } from '../support/simulator.js';
import { until } from '../support/until.js';

const LEADERBOARD = '/api/leaderboard/get-all';
const SMALL = { SIMULATOR_LATENCY_MS: '0', SIMULATOR_USERS: '20' };

let commands: Commands;
/** Of one test: where its command runs, and what is temporary. */
let cwd: string;
let temporary: string;

beforeAll(() => {
  commands = createCommands();
});
beforeEach(() => {
  cwd = mkdtempSync(join(commands.directory, 'export-'));
  temporary = join(cwd, 'tmp');
  mkdirSync(temporary);
});
afterEach(() => commands.killAll());
afterAll(() => commands.remove());

function run(args: string, env: Readonly<Record<string, string>> = {}): Command {
  return commands.run(['export', ...args.split(' ')], { TMPDIR: temporary, ...SMALL, ...env }, cwd);
}

const read = (name: string) => readFileSync(join(cwd, name));
const toDigest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
/** Beside the temporary directory. */
const filesLeft = () => readdirSync(cwd).filter((name) => name !== 'tmp');

describe('wrong use', () => {
  it.each([
    ['', 'export: expected one of leaderboard, user-timeline, target-users, companies'],
    ['report --out x', 'got: report'],
    ['companies --format csv', '--out: expected a file'],
    ['companies --out x', '--format: expected one of csv, xlsx, ndjson, pdf; got: nothing'],
    ['companies --format doc --out x', 'got: doc'],
    ['companies --format csv --companies all --out x', '--companies is not for export companies'],
    ['target-users --format csv --companies all --preset this-year --out x', '--preset is not for export target-users'],
    ['leaderboard --format csv --out x', '--companies: expected ids separated by commas, or all; got: nothing'],
    ['leaderboard --format csv --companies a,,b --out x', '--companies: expected'],
    ['leaderboard --format csv --companies all --layout tall --out x', '--layout: expected one of combined'],
    ['user-timeline --format csv --companies a,b --out x', 'expected the id of one company'],
    ['companies --format csv --filter {name} --out x', '--filter: expected a JSON object'],
    ['companies --format csv --filter [1] --out x', '--filter: expected a JSON object'],
    ['companies --format csv --idempotency-key nightly-1 --out x', '--idempotency-key needs --server'],
    ['companies --format csv --server example.com --out x', '--server: expected a http or https URL'],
    ['companies --format csv --server https://me:secret@example.com --out x', '--server: expected a http or https URL'],
    ['companies --format csv --out missing/x.csv', 'missing/x.csv cannot be written (ENOENT)'],
    ['companies --format csv --out tmp', 'tmp is a directory'],
  ])('%s exits 64 and says what is wrong', async (args, expected) => {
    const command = run(args);
    expect(await command.exit).toBe(64);
    expect(command.stderr()).toContain(expected);
    expect(command.stderr()).not.toContain('secret');
    expect(filesLeft()).toEqual([]);
  });

  it('a key goes to no server that could be overheard', async () => {
    const command = run('companies --format csv --out x --server http://example.com', { KEEPNET_GRAPH_KEY: 'k' });
    expect(await command.exit).toBe(64);
    expect(command.stderr()).toContain('--server: expected https');
  });

  it('without credentials where they are required exits 78', async () => {
    const command = run('companies --format csv --out x --require-keepnet');
    expect(await command.exit).toBe(78);
    expect(command.stderr()).toContain('KEEPNET_CLIENT_SECRET: expected a value, because of --require-keepnet');
    expect(filesLeft()).toEqual([]);
  });
});

describe('in one process', () => {
  it('writes to standard output what is asked for, and everything else beside it', async () => {
    const command = run('companies --format ndjson --out - --filter {"search":"Ltd"}');
    expect(await command.exit).toBe(0);
    const rows = command
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { company_name: string });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ company_name }) => company_name.includes('Ltd'))).toBe(true);
    expect(command.stderr()).toContain('these customers are invented');
    expect(command.stderr()).toContain(`${rows.length} rows`);
    // Nobody watches a pipe.
    for (const steering of ['\r', '\x1b']) expect(command.stderr()).not.toContain(steering);
    expect(readdirSync(temporary)).toEqual([]);
    expect(filesLeft()).toEqual([]);
  });

  it('writes a file with what there is, names what is missing, and exits 3', async () => {
    const command = run('leaderboard --companies all --preset last-3-months --format csv --bom --out board.csv');
    expect(await command.exit).toBe(3);
    expect(command.stderr()).toContain('2 of 25 companies are not in the file:');
    expect(command.stderr()).toMatch(/^ {2}.+ \(Company:\w+\): FORBIDDEN, /m);
    const content = read('board.csv');
    expect(content.subarray(0, 3)).toEqual(Buffer.from('\ufeff'));
    const [, rows, bytes, digest] = /board\.csv: (\d+) rows, (\d+) bytes, SHA-256 (\w+)/.exec(command.stderr()) ?? [];
    expect({ bytes, digest }).toEqual({ bytes: String(content.length), digest: toDigest(content) });
    expect(content.toString().trimEnd().split('\r\n')).toHaveLength(Number(rows) + 1);
    expect(readdirSync(temporary)).toEqual([]);
    expect(filesLeft()).toEqual(['board.csv']);
  });

  it('asks Keepnet itself with the credentials of the environment, and its user for no key', async () => {
    const simulator = await startSimulator({ companies: 3 });
    const command = run('companies --format csv --out - --require-keepnet', {
      KEEPNET_BASE_URL: simulator.url,
      KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
      KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
      TRUSTED_OPERATIONS: 'only',
      TRUSTED_OPERATIONS_DIR: temporary,
    });
    expect(await command.exit).toBe(0);
    expect(command.stdout().trimEnd().split('\r\n')).toHaveLength(4);
    expect(command.stderr()).not.toContain('invented');
    await simulator.stop();
  });

  it('replaces a file only where that is asked for', async () => {
    writeFileSync(join(cwd, 'kept.csv'), 'mine');
    const refused = run('companies --format csv --out kept.csv');
    expect(await refused.exit).toBe(64);
    expect(refused.stderr()).toContain('kept.csv is there already; --force replaces it');
    expect(read('kept.csv').toString()).toBe('mine');
    expect(await run('companies --format csv --out kept.csv --force').exit).toBe(0);
    expect(read('kept.csv').toString()).toMatch(/^row_key,company_id,/);
    expect(filesLeft()).toEqual(['kept.csv']);
  });
});

describe('by a server that runs', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  it('is the same export under the same key, made once', async () => {
    const args = `leaderboard --companies all --format xlsx --idempotency-key nightly-1 --server ${house.url}/`;
    const [one, other] = [run(`${args} --out 1.xlsx`), run(`${args} --out 2.xlsx`)];
    expect([await one.exit, await other.exit]).toEqual([3, 3]);
    expect(toDigest(read('1.xlsx'))).toBe(toDigest(read('2.xlsx')));
    const { body } = await house.ask(ExportJobsDocument, {});
    expect(body.data?.exportJobs.totalCount).toBe(1);
  });

  it('fails with its reason where it is refused, and leaves nothing', async () => {
    const command = run(`leaderboard --companies nobody000000 --format csv --out x.csv --server ${house.url}`);
    expect(await command.exit).toBe(1);
    expect(command.stderr()).toContain('COMPANY_NOT_FOUND: companies.ids: no company with the id nobody000000');
    expect(command.stderr()).not.toContain('    at ');
    expect(filesLeft()).toEqual([]);
  });

  it('fails where no company is in it', async () => {
    await house.simulator.addFault({ kind: 'status', status: 400, path: LEADERBOARD });
    const command = run(`leaderboard --companies all --format csv --out x.csv --server ${house.url}`);
    expect(await command.exit).toBe(1);
    expect(command.stderr()).toContain('25 of 25 companies are not in the file:');
    expect(command.stderr()).toContain('The export is FAILED: UPSTREAM_REJECTED; there is no file.');
    expect(filesLeft()).toEqual([]);
  });

  it('is cancelled by Ctrl-C, and leaves nothing', async () => {
    await house.simulator.addFault({ kind: 'hang', path: LEADERBOARD });
    const command = run(`leaderboard --companies all --format csv --out x.csv --server ${house.url}`);
    const newest = async () => (await house.ask(ExportJobsDocument, {})).body.data?.exportJobs.nodes[0];
    await until(async () => (await newest())?.state === 'RUNNING', 'an export under way');
    command.process.kill('SIGINT');
    expect(await command.exit).toBe(1);
    expect(command.stderr()).toContain('The export was cancelled.');
    const { body } = await house.ask(ExportJobByIdDocument, { id: (await newest())?.id ?? '' });
    expect(body.data?.exportJob?.state).toBe('CANCELLED');
    expect(filesLeft()).toEqual([]);
  });
});

describe('by a server in trouble', () => {
  let server: FakeExportServer;
  beforeEach(async () => {
    server = await startFakeExportServer();
  });
  afterEach(() => server.stop());

  const args = () => `companies --format csv --out x.csv --server ${server.url}`;

  it('that is away for a moment, waits for it', async () => {
    server.hangUpOnce('Watch');
    const command = run(args());
    expect(await command.exit).toBe(0);
    expect(read('x.csv').toString()).toBe(FAKE_FILE);
    expect(command.stderr()).not.toContain('invented');
  });

  it.each([
    ['other bytes', 'its SHA-256 differs'],
    ['half of it', 'did not arrive whole'],
    ['an error', 'cannot be fetched (status 410)'],
  ] as const)('that sends %s for the file, keeps none', async (spoiled, expected) => {
    server.spoil(spoiled);
    const command = run(args());
    expect(await command.exit).toBe(1);
    expect(command.stderr()).toContain(expected);
    expect(filesLeft()).toEqual([]);
  });

  it('never over a file that was made meanwhile', async () => {
    server.beforeFile(() => writeFileSync(join(cwd, 'x.csv'), 'mine'));
    const command = run(args());
    expect(await command.exit).toBe(64);
    expect(read('x.csv').toString()).toBe('mine');
    expect(filesLeft()).toEqual(['x.csv']);
  });

  it('gives its key to the graph, and to no address of a file', async () => {
    writeFileSync(join(temporary, 'key'), 'the-key\n');
    expect(await run(`${args()} --key-file ${join(temporary, 'key')}`).exit).toBe(0);
    const keys = server.asked().map(({ path, key }) => `${path.split('/')[1]} ${key}`);
    expect(new Set(keys)).toEqual(new Set(['graphql Bearer the-key', 'exports undefined']));
  });

  it('that is not there, says so in a line', async () => {
    await server.stop();
    const command = run(args());
    expect(await command.exit).toBe(1);
    expect(command.stderr()).toBe(`The server at ${server.url} cannot be reached (ECONNREFUSED).\n`);
    expect(existsSync(join(cwd, 'x.csv'))).toBe(false);
  });
});

describe('the line of progress', () => {
  const figures = { companiesDone: 5, companiesTotal: 20, rows: 1200, percent: 25, estimatedSecondsLeft: 40 };

  it('tells how far it is', () => {
    expect(toProgressText(figures)).toBe('[#####---------------]  25 %  5 of 20 companies, 1200 rows, about 40 s left');
    expect(toProgressText({ ...figures, percent: 100, estimatedSecondsLeft: null })).toMatch(
      /^\[#{20}\] 100 % .* rows$/,
    );
    expect(toProgressText({ ...figures, estimatedSecondsLeft: 600 })).toContain('about 10 min left');
  });

  it('is on terminals only, never longer than a line, and gone at the end', () => {
    const written: string[] = [];
    const toTerminal = (isTTY: boolean) =>
      ({ isTTY, columns: 30, write: (text: string) => written.push(text) }) as unknown as NodeJS.WriteStream;
    const pipe = createProgressLine(toTerminal(false));
    pipe.show(figures);
    pipe.clear();
    expect(written).toEqual([]);
    const terminal = createProgressLine(toTerminal(true));
    terminal.show(figures);
    terminal.clear();
    expect(written).toEqual([`\r\x1b[2K${toProgressText(figures).slice(0, 29)}`, '\r\x1b[2K']);
  });
});
