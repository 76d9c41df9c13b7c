/** The simulator in a process of its own, for what needs more of Keepnet than the stub knows: lists to their end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { ENTRY } from './server.js';

export interface SimulatorProcess {
  readonly url: string;
  /** What a server needs to ask it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface SimulatorSize {
  readonly companies: number;
  readonly users: number;
  readonly latencyMs: number;
}

/** @throws where it does not tell where it is */
export async function startSimulatorProcess({ companies, users, latencyMs }: SimulatorSize): Promise<SimulatorProcess> {
  const size = ['--companies', companies, '--users', users, '--latency-ms', latencyMs].map(String);
  const child = spawn(process.execPath, [ENTRY, 'simulate', '--port', '0', ...size], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  });
  const url = await findUrl(createInterface(child.stdout));
  return {
    url,
    environment: {
      KEEPNET_BASE_URL: url,
      KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
      KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
    },
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function findUrl(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('the simulator ended before it said where it is');
}
