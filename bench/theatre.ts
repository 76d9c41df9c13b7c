/** Where rows are played: the stub and the pool live for the whole run, servers for one row. Closing leaves nothing behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, startServer } from './processes/server.js';
import { startPool, startStub } from './processes/upstream.js';
import { readProfile, toProfileText } from './profile.js';
import type { Line, Row, Stage } from './row.js';

export interface Theatre {
  /** @throws an error that names the row. */
  play(row: Row): Promise<Line[]>;
  close(): Promise<void>;
}

export async function openTheatre({ withProfile }: { readonly withProfile: boolean }): Promise<Theatre> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const stub = await startStub();
  const pool = await startPool();
  const play = async (row: Row): Promise<Line[]> => {
    const servers: Server[] = [];
    const stage: Stage = {
      upstream: row.upstream,
      stub,
      pool,
      async startServer(environment = {}) {
        const all = { ...row.environment, ...environment };
        const server = await startServer({ upstreamUrl: stub.url, environment: all, directory });
        servers.push(server);
        return server;
      },
      profiled: (server, work) =>
        withProfile ? printProfile(server, join(directory, `${row.name}.cpuprofile`), work) : work(),
    };
    await stub.become(row.upstream);
    try {
      return await row.measure(stage);
    } catch (error) {
      throw new Error(`${row.name}: the run means nothing`, { cause: error });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  };
  return {
    play,
    async close() {
      await Promise.all([stub.stop(), pool.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function printProfile<T>(server: Server, file: string, work: () => Promise<T>): Promise<T> {
  const stop = await server.profile(file);
  const result = await work();
  await stop();
  process.stderr.write(`\n${toProfileText(readProfile(file))}\n\n`);
  return result;
}
