/**
 * A house as examples meet it: keys are asked for, and one is there; of its companies one is closed and one lets no server in, as in
 * life. Comes with an empty directory for what a script writes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type House, openHouse } from './house.js';
import { type MadeKey, makeKey } from './keys.js';
import { type Ran, runScript } from './run-script.js';

export interface ExampleHouse {
  readonly house: House;
  readonly key: MadeKey;
  /** Where scripts run. */
  readonly directory: string;
  /** With the address and the key in the environment. */
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  close(): Promise<void>;
}

export async function openExampleHouse(env: Readonly<Record<string, string>> = {}): Promise<ExampleHouse> {
  const directory = await mkdtemp(join(tmpdir(), 'keepnet-graph-example-'));
  const house = await openHouse({
    env: { ACCESS: 'keys', CACHE_TTL_SECONDS: '60', DATA_DIR: join(directory, 'data'), ...env },
  });
  const key = await makeKey(house.dataDirectory);
  return {
    house,
    key,
    directory,
    run: (command, args, more = {}) =>
      runScript(command, args, {
        cwd: directory,
        env: { SERVER_URL: house.url, KEEPNET_GRAPH_KEY: key.text, ...more },
      }),
    async close() {
      await house.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
