/**
 * `npm run proof:rolling`: two replicas behind a trivial balancer that repeats nothing are restarted by SIGTERM one after the other,
 * under 100 requests per second. Proves that no request fails and that both exit with 0. Exit code 1 where one of that does not hold.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from '../build.js';
import { type Replica, restartRolling } from './rolling-restart.js';

const ENTRY = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const REQUESTS_PER_SECOND = 100;
const CHECK_EVERY_MS = 1_000;

async function startReplica(directory: string): Promise<Replica> {
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    DATA_DIR: mkdtempSync(join(directory, 'data-')),
    LOG_LEVEL: 'warn',
    CACHE_TTL_SECONDS: '0',
  };
  const child = spawn(process.execPath, [ENTRY, 'serve'], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  let printed = '';
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    const url = /^GraphQL\s+(\S+)\/graphql$/m.exec(printed)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    const stop = () => {
      child.kill('SIGTERM');
      return exit;
    };
    return { url, stop };
  }
  throw new Error(`the server ended before it told its address: ${printed}`);
}

buildIfStale();
const directory = mkdtempSync(join(tmpdir(), 'keepnet-graph-proof-'));
const { requests, failures, exitCodes } = await restartRolling({
  start: () => startReplica(directory),
  requestsPerSecond: REQUESTS_PER_SECOND,
  checkEveryMs: CHECK_EVERY_MS,
}).finally(() => rmSync(directory, { recursive: true }));
const problems = [
  ...(failures.length === 0 ? [] : [`${failures.length} requests failed, such as: ${failures[0]}`]),
  ...(exitCodes.every((code) => code === 0) ? [] : [`exit codes: ${exitCodes.join(', ')}`]),
];
console.log(JSON.stringify({ requests, failed: failures.length, exitCodes, problems }));
process.exitCode = problems.length > 0 ? 1 : 0;
