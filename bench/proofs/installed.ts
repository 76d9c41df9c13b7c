/** The command of an installed package as a user runs it, in the folder it is installed in, with nothing configured. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Installed {
  /** The text of an answer. @throws Error for any status but 200 */
  get(path: string): Promise<string>;
  ask(query: string): Promise<string>;
  /** Another process of the same command; its standard output. Exit code 3, done with gaps, is none that throws. */
  run(args: readonly string[]): string;
  /** By SIGTERM, as a supervisor does; its exit code. npx does not wait for what it started: there it is null. */
  stop(): Promise<number | null>;
  /** Nothing of it is left, whatever happened. */
  kill(): void;
}

const START_WITHIN_MS = 60_000;
const ENV = { PATH: process.env.PATH, HOME: process.env.HOME };

export const BY_NPX = ['npx', 'keepnet-graph'] as const;
/** For supervisors: Node itself, with no npm in between. */
export const BY_LINK = ['./node_modules/.bin/keepnet-graph'] as const;

/** @throws Error with what it said where it does not start */
export async function startInstalled(directory: string, by: typeof BY_NPX | typeof BY_LINK): Promise<Installed> {
  const [command, ...first] = by;
  // A process group of its own: npx starts a shell, which starts Node.
  const server = spawn(command, [...first, 'serve'], {
    cwd: directory,
    detached: true,
    env: { ...ENV, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(server, 'exit').then(([code]) => code as number | null);
  let said = '';
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const signal = (name: NodeJS.Signals) => {
    if (server.pid !== undefined && server.exitCode === null && server.signalCode === null)
      process.kill(-server.pid, name);
  };
  const url = await findUrl(() => said).catch((error: unknown) => {
    signal('SIGKILL');
    throw error;
  });
  const get = async (path: string, init?: RequestInit) => {
    const answer = await fetch(url + path, init);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return answer.text();
  };
  return {
    get: (path) => get(path),
    ask: (query) => get('/graphql', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ query }) }),
    run: (args) => runInstalled(directory, args),
    stop() {
      signal('SIGTERM');
      return exit;
    },
    kill: () => signal('SIGKILL'),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const DONE_WITH_GAPS = 3;

async function findUrl(said: () => string): Promise<string> {
  const endsAtMs = Date.now() + START_WITHIN_MS;
  while (Date.now() < endsAtMs) {
    const [, url] = /GraphQL\s+(http:\S+)\/graphql/.exec(said()) ?? [];
    if (url !== undefined) return url;
    await sleep(100);
  }
  throw new Error(`the server did not start; it said:\n${said()}`);
}

/** With a data directory of its own: the server has the other. */
function runInstalled(directory: string, args: readonly string[]): string {
  try {
    return execFileSync('npx', ['keepnet-graph', ...args], {
      cwd: directory,
      env: { ...ENV, LOG_LEVEL: 'silent', DATA_DIR: join(directory, 'data-of-commands') },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    const { status, stdout } = error as { status?: number; stdout?: string };
    if (status === DONE_WITH_GAPS && stdout !== undefined) return stdout;
    throw error;
  }
}
