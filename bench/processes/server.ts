/**
 * The built server in a process of its own, as a user starts it: over the stub, with the environment that a row gives it and
 * nothing of this shell's. Its log goes to a file, as in production, and is shown where the server does not start.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toChild } from './child.js';

export interface Usage {
  /** User and system, of all threads, since the process began. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** What keeps the process busy, counted by Node's own names: `TCPSocketWrap`, `Timeout`. */
  readonly resources: Readonly<Record<string, number>>;
}

export interface Server {
  readonly url: string;
  usage(): Promise<Usage>;
  /** What runs until the returned function is called is profiled; the profile is then in `file`. */
  profile(file: string): Promise<() => Promise<void>>;
  /** Ends it at once: it holds nothing that is worth keeping. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly upstreamUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the server runs, so that no `.env` of this project is read, and where its log is written. */
  readonly directory: string;
}

let started = 0;

/** Resolves when the server accepts requests and has its token. @throws with its log where it does not. */
export async function startServer({ upstreamUrl, environment, directory }: ServerOptions): Promise<Server> {
  started += 1;
  const logFile = join(directory, `server-${started}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [...readNodeFlags(), '--import', PROBE, ENTRY, 'serve'], {
    cwd: directory,
    stdio: ['ignore', log, log, 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: '0',
      ACCESS: 'open',
      // Two servers of one run may live side by side, and a directory has one.
      DATA_DIR: join(directory, `data-${started}`),
      KEEPNET_BASE_URL: upstreamUrl,
      KEEPNET_CLIENT_ID: 'bench',
      KEEPNET_CLIENT_SECRET: 'bench',
      ...environment,
    },
  });
  closeSync(log);
  const { order, stop } = toChild(child, 'the server');
  try {
    const url = await findUrl(logFile, () => child.exitCode === null);
    return {
      url,
      usage: async () => (await order({ order: 'usage' })) as Usage,
      async profile(file) {
        await order({ order: 'startProfile' });
        return async () => void (await order({ order: 'stopProfile', file }));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const ENTRY = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const PROBE = new URL('./probe.js', import.meta.url).href;

/** What the first line of the entry gives to Node, and `npm start` too (`test/cli/node-flags.test.ts`). */
function readNodeFlags(): string[] {
  const [firstLine = ''] = readFileSync(ENTRY, 'utf8').split('\n', 1);
  return firstLine.split(' ').filter((word) => word.startsWith('--'));
}

const START_TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 20;

async function findUrl(logFile: string, isAlive: () => boolean): Promise<string> {
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < START_TIMEOUT_MS && isAlive()) {
    const url = /^GraphQL +(\S+)\/graphql$/m.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (url !== undefined && (await isReady(url))) return url;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`the server did not start:\n${readFileSync(logFile, 'utf8')}`);
}

/** The credential has been tried: from then on no question pays for the token. */
async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`);
  return (await answer.text()).includes('"credential":"accepted"');
}
