/**
 * The server as it is run: `node dist/cli.js serve` in a process of its own, over its embedded simulator unless the environment
 * says otherwise. For tests of what only a process shows: that it stays alive, and what it prints. Whoever serves stops.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Compiled, compileSources } from './compiled.js';
import { type SimulatorControl, toSimulatorControl } from './simulator.js';
import { until } from './until.js';

export interface Served {
  readonly url: string;
  /** Of the simulator that is asked; where it is not the embedded one, its URL is KEEPNET_BASE_URL. */
  readonly simulator: SimulatorControl;
  readonly compiled: Compiled;
  isAlive(): boolean;
  /** Everything that was printed so far, on either side. */
  printed(): string;
  /** Ends it as a process manager does, and removes what it left. The exit code. */
  stop(): Promise<number | null>;
}

export async function serve(env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const compiled = compileSources();
  const directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-served-'));
  const settings = { PORT: '0', DATA_DIR: join(directory, 'data'), SIMULATOR_LATENCY_MS: '0', ...env };
  const child = spawn(process.execPath, [join(compiled.directory, 'dist/cli.js'), 'serve'], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...settings },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  }
  const closed = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    const [code] = await closed;
    compiled.remove();
    await rm(directory, { recursive: true, force: true });
    return code as number | null;
  };
  const isTold = () => /^Upstream\s/m.test(printed) || child.exitCode !== null;
  await until(isTold, 'the server tells where it is').catch(async (error) => {
    // A child that lives on would keep the tests from ending.
    await stop();
    throw error;
  });
  const url = /^GraphQL\s+(http\S+)\/graphql$/m.exec(printed)?.[1];
  if (url === undefined) {
    await stop();
    throw new Error(`it ended before it told where it is: ${printed}`);
  }
  const simulatorUrl = /^Upstream\s+simulator at (http\S+)/m.exec(printed)?.[1] ?? env.KEEPNET_BASE_URL ?? '';
  await until(
    async () => !(await (await fetch(`${url}/readyz`)).text()).includes('"unknown"'),
    'its credential is checked',
  );
  return {
    url,
    simulator: toSimulatorControl(simulatorUrl),
    compiled,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    printed: () => printed,
    stop,
  };
}
