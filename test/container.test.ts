/**
 * What can be known of the image and of compose.yaml without a container engine: that the commands in them exist, that what is copied
 * is let through, that the healthcheck tells a server that lives from one that does not, and that no password stands in clear.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../src/config.js';
import { openHouse } from './support/house.js';

const read = (name: string) => readFileSync(name, 'utf8');
/** Instructions on one line each, without comments. */
const INSTRUCTIONS = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');

function argumentsOf(instruction: string): string[] {
  return INSTRUCTIONS.filter((line) => line.startsWith(`${instruction} `)).map((line) =>
    line.slice(instruction.length + 1),
  );
}

/** The words of an instruction in its form as a list. */
function readCommand(text: string): string[] {
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

/** The exit code of the healthcheck, for a server on this port. */
function checkHealth(port: string): Promise<number> {
  const [command = '', ...words] = readCommand(argumentsOf('HEALTHCHECK')[0] ?? '');
  expect(command).toBe('node');
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env: { PORT: port } }, (error) => resolve(error ? Number(error.code) : 0));
  });
}

describe('the image', () => {
  it('is built by npm scripts that exist, from an install by the lock file', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = argumentsOf('RUN').filter((command) => command.startsWith('npm '));
    const named = commands.flatMap((command) => /^npm run (\S+)/.exec(command)?.slice(1) ?? []);
    expect(named).toEqual(['build']);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(commands.filter((command) => !command.startsWith('npm run '))).toEqual(['npm ci', 'npm ci --omit=dev']);
  });

  it('copies only what is there and what .dockerignore lets through', () => {
    const copied = argumentsOf('COPY')
      .filter((text) => !text.startsWith('--from='))
      .flatMap((text) => text.split(' ').slice(0, -1))
      .map((path) => path.replace('./', ''));
    const [first, ...open] = read('.dockerignore')
      .replace(/^#.*\n/, '')
      .trim()
      .split('\n');
    expect(first).toBe('*');
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect([...new Set(copied)].sort()).toEqual(open.map((line) => line.replace(/^!/, '')).sort());
  });

  it('gives Node what the command itself gives it, and starts the server', () => {
    const [firstLine = ''] = read('src/cli.ts').split('\n', 1);
    const flags = firstLine.split(' ').filter((word) => word.startsWith('--'));
    expect(readCommand(argumentsOf('ENTRYPOINT')[0] ?? '')).toEqual(['node', ...flags, 'dist/cli.js']);
    expect(readCommand(argumentsOf('CMD')[0] ?? '')).toEqual(['serve']);
  });

  it('is of one version of Node, and its last stage runs as a user by number who is not root', () => {
    expect(argumentsOf('ARG')).toEqual([expect.stringMatching(/^NODE_VERSION=\d+\.\d+\.\d+$/)]);
    const bases = argumentsOf('FROM').map((text) => text.split(' ')[0] ?? '');
    expect(new Set(bases)).toEqual(new Set([expect.stringMatching(/^node:\$\{NODE_VERSION\}-\w+-slim$/)]));
    const lastStage = INSTRUCTIONS.slice(INSTRUCTIONS.findLastIndex((line) => line.startsWith('FROM ')));
    expect(lastStage.filter((line) => line.startsWith('USER '))).toEqual([expect.stringMatching(/^USER [1-9]\d*:/)]);
  });

  it('has a configuration that the server takes, and by which others reach it', () => {
    const given = argumentsOf('ENV')[0]?.split(' ') ?? [];
    const { server, store, warnings } = loadConfig(Object.fromEntries(given.map((pair) => pair.split('='))));
    expect({ ...server, ...store, warnings }).toMatchObject({ host: '0.0.0.0', dataDirectory: '/data', warnings: [] });
    expect(argumentsOf('VOLUME')).toEqual([store.dataDirectory]);
    expect(argumentsOf('EXPOSE')).toEqual([String(server.port)]);
    for (const pair of given.filter((each) => !each.startsWith('NODE_ENV'))) {
      expect(read('compose.yaml').replaceAll("'", '')).toContain(`  ${pair.replace('=', ': ')}\n`);
    }
  });

  it('is healthy while the server lives, and not afterwards', async () => {
    const house = await openHouse();
    const { port } = new URL(house.url);
    expect(await checkHealth(port).finally(() => house.close())).toBe(0);
    expect(await checkHealth(port)).toBe(1);
  });
});

describe('compose.yaml', () => {
  it('takes images of one version, or builds them', () => {
    const images = [...read('compose.yaml').matchAll(/^ +image: (.+)$/gm)].map(([, image]) => image);
    expect(images.length).toBeGreaterThanOrEqual(3);
    for (const image of images) expect(image).toMatch(/^keepnet-graph$|^[a-z]+:\d+\.\d+-\w+$/);
  });

  it('knows no password: each comes from the environment, and there is none where it is not given', () => {
    const lines = read('compose.yaml').split('\n');
    const secrets = lines.filter((line) => /^ +\w*(PASSWORD|AUTH|_URL)\w*: /.test(line));
    expect(secrets).toHaveLength(4);
    for (const line of secrets) expect(line).toMatch(/\$\{SCALE_\w+_PASSWORD:-\}/);
  });

  it('opens ports to this machine alone', () => {
    const ports = [...read('compose.yaml').matchAll(/ports: \['(.+)'\]/g)].map(([, port]) => port);
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});
