/** The stub and the pool, started once for a run: each in a process of its own, so that neither is measured as the server's. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DashboardShape } from '../load/calls.js';
import type { DashboardResult, LoopResult } from '../load/pool.js';
import type { StubOptions } from '../upstream/gate.js';
import type { StubStats } from '../upstream/tally.js';
import { type Child, toChild } from './child.js';

export interface Stub {
  readonly url: string;
  /** From now on, and with an empty count. */
  become(options: StubOptions): Promise<void>;
  stats(): Promise<StubStats>;
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export interface Pool {
  /** With a new token and new sockets. */
  open(url: string, maxInFlight: number): Promise<void>;
  dashboard(shape: DashboardShape): Promise<DashboardResult>;
  /** The rows of all users of all companies. */
  table(): Promise<{ readonly rows: number; readonly durationMs: number }>;
  /** Dashboards per second of so many clients, each with a page of its own. */
  loop(options: { shape: DashboardShape; clients: number; forMs: number }): Promise<number>;
  stop(): Promise<void>;
}

export async function startStub(): Promise<Stub> {
  const child = forkFile('../upstream/stub.ts', 'the stub');
  const { url } = (await child.ready) as { url: string };
  const clear = async () => void (await child.order({ order: 'clear' }));
  return {
    url,
    async become(options) {
      await child.order({ order: 'options', options });
      await clear();
    },
    stats: async () => (await child.order({ order: 'stats' })) as StubStats,
    clear,
    stop: child.stop,
  };
}

export async function startPool(): Promise<Pool> {
  const child = forkFile('../load/pool.ts', 'the pool');
  await child.ready;
  return {
    open: async (url, maxInFlight) => void (await child.order({ order: 'open', url, maxInFlight })),
    dashboard: async (shape) => (await child.order({ order: 'dashboard', shape })) as DashboardResult,
    table: async () => (await child.order({ order: 'table' })) as { rows: number; durationMs: number },
    loop: async (options) => ((await child.order({ order: 'loop', ...options })) as LoopResult).dashboardsPerSecond,
    stop: child.stop,
  };
}

/** With the arguments that this process was started with: they load the compiler. */
function forkFile(path: string, name: string): Child {
  return toChild(fork(fileURLToPath(new URL(path, import.meta.url))), name);
}
