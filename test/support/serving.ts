/** `serve` as processes of their own, for tests of what a process manager does to them. Each has a DATA_DIR unless one is given. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, type Commands, createCommands } from './commands.js';
import { type SimulatorControl, toSimulatorControl } from './simulator.js';
import { until } from './until.js';

export interface Serving extends Command {
  readonly url: string;
  /** Of the simulator inside it. */
  readonly simulator: SimulatorControl;
}

export interface Servings {
  /** Resolves when it is ready. */
  serve(env?: Readonly<Record<string, string>>): Promise<Serving>;
  newDirectory(): string;
  killAll(): void;
  remove(): void;
}

const SMALL = { PORT: '0', SIMULATOR_COMPANIES: '5', SIMULATOR_USERS: '20', CACHE_TTL_SECONDS: '0', LOG_LEVEL: 'warn' };

export function createServings(): Servings {
  const commands: Commands = createCommands();
  const newDirectory = () => mkdtempSync(join(commands.directory, 'data-'));
  return {
    newDirectory,
    async serve(env = {}) {
      const command = commands.run(['serve'], { ...SMALL, DATA_DIR: newDirectory(), ...env });
      const find = () => /^GraphQL\s+(\S+)\/graphql$/m.exec(command.stdout())?.[1];
      await until(() => find() !== undefined || command.process.exitCode !== null, 'a line with its address');
      const url = find();
      if (url === undefined) throw new Error(`it ended before it told its address: ${command.stderr()}`);
      await until(async () => (await fetch(`${url}/readyz`)).ok, 'ready');
      const simulatorUrl = /simulator at (\S+)/.exec(command.stdout())?.[1] ?? '';
      return { ...command, url, simulator: toSimulatorControl(simulatorUrl) };
    },
    killAll: commands.killAll,
    remove: commands.remove,
  };
}

/** The status of a query's answer. Rejects where the request is lost. */
export async function askStatus(url: string, query = '{ companies(first: 5) { nodes { name } } }') {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const body = (await response.json()) as { data?: unknown; errors?: unknown };
  return { status: response.status, connection: response.headers.get('connection'), body };
}
