/**
 * A server for one command, on any free port of this machine: with jobs and files in a folder of its own, because those of
 * DATA_DIR belong to the server that uses it, and with a key of its own, because other users of this machine reach the port too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyStore } from './access/keys.js';
import type { Server } from './cli-export-client.js';
import { type Config, defaultToProduction } from './config.js';
import { openDatabase } from './store/open-database.js';
import { createLog, type Log } from './telemetry.js';

export interface OpenedServer extends Server {
  /** Nothing of it is left. */
  stop(): Promise<void>;
}

/** `tell` hears what goes wrong in it. @throws what keeps a server from starting, and leaves nothing then */
export async function startOwnServer(config: Config, tell: (line: string) => void): Promise<OpenedServer> {
  defaultToProduction();
  const { createApp } = await import('./app.js');
  const log = createLog('error', { write: (line) => tell(line.trimEnd()) });
  const dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-export-'));
  const app = createApp(toOwnConfig(config, dataDirectory), { log });
  const stop = async () => {
    await app.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  };
  try {
    const key = await makeKey(dataDirectory, log);
    const { url } = await app.start();
    return { url, key, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whatever the server of this machine lets in and answers, this one answers its command alone, and all that it asks. */
function toOwnConfig(config: Config, dataDirectory: string): Config {
  return {
    ...config,
    server: {
      ...config.server,
      host: '127.0.0.1',
      port: 0,
      metricsPort: null,
      rateLimitCallsPerMinute: null,
      trustedOperations: { mode: 'off', directory: null },
    },
    store: { dataDirectory, databaseUrl: null },
    access: { ...config.access, modes: ['keys'] },
  };
}

async function makeKey(dataDirectory: string, log: Log): Promise<string> {
  const database = await openDatabase({ databaseUrl: null, dataDirectory, log });
  try {
    const { keyText } = await createKeyStore(database, { log }).create({
      name: 'export',
      companies: { kind: 'ALL' },
      abilities: ['read', 'export'],
      masksPersonalData: false,
      expiresAtMs: null,
    });
    return keyText;
  } finally {
    await database.close();
  }
}
