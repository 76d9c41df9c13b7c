/** The command line as a person and a process manager meet it: what is printed, where, and the exit code. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Command, type Commands, createCommands } from '../support/commands.js';
import { startSimulator } from '../support/simulator.js';
import { until } from '../support/until.js';

let commands: Commands;
beforeAll(() => {
  commands = createCommands();
});
afterEach(() => commands.killAll());
afterAll(() => commands.remove());

function run(args: string[], env: Record<string, string> = {}, cwd?: string): Command {
  return commands.run(args, env, cwd);
}

/** The server's URL, from the line that tells it. */
async function urlOf(command: Command, label: string): Promise<string> {
  const line = new RegExp(`^${label}\\s+(http\\S+)`, 'm');
  await until(() => line.test(command.stdout()) || command.process.exitCode !== null, `a line "${label}"`);
  const url = line.exec(command.stdout())?.[1];
  if (url === undefined) throw new Error(`it ended before it told its ${label}: ${command.stderr()}`);
  return url;
}

describe('wrong use', () => {
  it.each([
    [[], 'a command is missing'],
    [['sever'], 'unknown command: sever'],
    [['constructor'], 'unknown command: constructor'],
    [['serve', '--prot', '1'], "Unknown option '--prot'"],
    [['serve', 'now'], 'Unexpected argument'],
    [['simulate', '--port', 'abc'], '--port: expected a whole number from 0 to 65535; got: "abc"'],
    [['simulate', '--companies', '1e3'], '--companies: expected'],
    [['schema', '--write', '--check'], 'exclude each other'],
  ])('%j exits 64 and says what is wrong', async (args, expected) => {
    const command = run(args);
    expect(await command.exit).toBe(64);
    expect(command.stderr()).toContain(expected);
    expect(command.stderr()).toContain('--help');
    expect(command.stdout()).toBe('');
  });
});

describe('questions', () => {
  it.each([[['--help']], [['help']], [['serve', '--help']]])('%j explains the commands', async (args) => {
    const command = run(args);
    expect(await command.exit).toBe(0);
    for (const name of ['serve', 'simulate', 'schema', 'export']) expect(command.stdout()).toContain(`\n  ${name} `);
  });

  it('--version is that of the package', async () => {
    const command = run(['--version']);
    expect(await command.exit).toBe(0);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(command.stdout()).toBe(`${version}\n`);
  });

  it('serve --print-config prints the configuration without the secret', async () => {
    const command = run(['serve', '--print-config'], { KEEPNET_CLIENT_ID: 'an-id', KEEPNET_CLIENT_SECRET: 'canary' });
    expect(await command.exit).toBe(0);
    expect(JSON.parse(command.stdout())).toMatchObject({ keepnet: { credentials: { clientId: 'an-id' } } });
    expect(command.stdout()).not.toContain('canary');
  });
});

describe('a wrong configuration', () => {
  it('exits 78 with one error that names every wrong variable', async () => {
    const command = run(['serve'], { PORT: 'abc', HOST: 'everywhere', KEEPNET_TIME_ZONE: 'Nowhere' });
    expect(await command.exit).toBe(78);
    for (const name of ['PORT', 'HOST', 'KEEPNET_TIME_ZONE']) expect(command.stderr()).toContain(`  ${name}: expected`);
    expect(command.stdout()).toBe('');
  });

  it('of a required Keepnet without credentials exits 78 and never falls back', async () => {
    const command = run(['serve', '--require-keepnet'], { PORT: '0' });
    expect(await command.exit).toBe(78);
    expect(command.stderr()).toMatch(/KEEPNET_CLIENT_ID: .*KEEPNET_CLIENT_SECRET: /s);
  });

  it('in .env counts as well', async () => {
    const own = mkdtempSync(join(commands.directory, 'dotenv-'));
    writeFileSync(join(own, '.env'), 'OPERATION_TIMEOUT_SECONDS=soon\n');
    const command = run(['serve'], {}, own);
    expect(await command.exit).toBe(78);
    expect(command.stderr()).toContain('OPERATION_TIMEOUT_SECONDS');
  });
});

describe('schema', () => {
  it('prints what schema.graphql holds', async () => {
    const command = run(['schema']);
    expect(await command.exit).toBe(0);
    expect(command.stdout()).toBe(readFileSync('schema.graphql', 'utf8'));
  });

  it('--check agrees', async () => {
    expect(await run(['schema', '--check']).exit).toBe(0);
  });
});

describe('serve', () => {
  it('tells where GraphQL and GraphiQL are and who answers, then stops on SIGTERM with 0', async () => {
    const command = run(['serve'], { PORT: '0', SHUTDOWN_DELAY_SECONDS: '0' });
    const url = await urlOf(command, 'GraphQL');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
    expect(await urlOf(command, 'GraphiQL')).toBe(url.replace('/graphql', '/graphiql/'));
    expect(command.stdout()).toMatch(/^Upstream\s+simulator at http/m);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: '{"query":"{ viewer { __typename } }"}' });
    expect(await answer.json()).toEqual({ data: { viewer: { __typename: 'Viewer' } } });
    command.process.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(command.stderr()).toBe('');
  });

  it('lets a request in flight end before it goes; a second signal does not wait', async () => {
    const simulator = await startSimulator();
    await simulator.addFault({ kind: 'hang', path: '/api/companies/search' });
    const env = {
      ACCESS: 'open',
      PORT: '0',
      KEEPNET_BASE_URL: simulator.url,
      KEEPNET_CLIENT_ID: 'simulator',
      KEEPNET_CLIENT_SECRET: 'simulator-secret',
    };
    const command = run(['serve'], env);
    const url = await urlOf(command, 'GraphQL');
    expect(command.stdout()).toContain(`Upstream  Keepnet at ${simulator.url}`);
    const headers = { 'content-type': 'application/json' };
    const cut = fetch(url, { method: 'POST', headers, body: '{"query":"{ companies { totalCount } }"}' }).catch(
      () => 'cut',
    );
    await until(
      async () => (await simulator.journal()).entries.some(({ fault }) => fault === 'hang'),
      'a call under way',
    );
    command.process.kill('SIGINT');
    await until(
      () =>
        fetch(url).then(
          () => false,
          () => true,
        ),
      'no new connections',
    );
    // The second half of one keystroke, as npm hands it on, is not a second wish.
    command.process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(command.process.exitCode).toBeNull();
    command.process.kill('SIGINT');
    expect(await command.exit).toBe(1);
    expect(await cut).toBe('cut');
    await simulator.stop();
  });

  it('over a port that is taken says so in one line, and exits 1', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const command = run(['serve'], { PORT: String(port) });
    expect(await command.exit).toBe(1);
    expect(command.stderr()).toBe(
      `Port ${port} on 127.0.0.1 is already in use. Set PORT to another one, or to 0 for any free one.\n`,
    );
    squatter.close();
  });
});

describe('simulate', () => {
  it('serves a Keepnet with as many companies as asked, and stops on SIGTERM with 0', async () => {
    const command = run(['simulate', '--port', '0', '--companies', '3', '--users', '2', '--latency-ms', '0']);
    const url = await urlOf(command, 'Simulator');
    expect(command.stdout()).toContain(`KEEPNET_BASE_URL=${url} KEEPNET_CLIENT_ID=simulator`);
    const response = await fetch(`${url}/_simulator/settings`);
    expect(await response.json()).toMatchObject({ latencyMs: 0 });
    command.process.kill('SIGTERM');
    expect(await command.exit).toBe(0);
  });
});
