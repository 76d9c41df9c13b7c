/** An API key as an operator makes one: by the built command line, in a DATA_DIR that a server is then given. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTRY } from './server.js';

export interface MadeApiKey {
  readonly apiKey: string;
  /** Of the server that takes it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes that DATA_DIR. */
  remove(): void;
}

export function makeApiKey(): MadeApiKey {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'keepnet-graph-bench-key-'));
  const apiKey = execFileSync(process.execPath, [ENTRY, 'key', 'create', '--name', 'Benchmark', '--companies', 'all'], {
    cwd: dataDirectory,
    env: { PATH: process.env.PATH, DATA_DIR: dataDirectory },
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  const remove = () => rmSync(dataDirectory, { recursive: true, force: true });
  return { apiKey: apiKey.trim(), environment: { ACCESS: 'keys', DATA_DIR: dataDirectory }, remove };
}
