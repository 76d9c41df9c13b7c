/**
 * A Keepnet of our own on a loopback port: the default upstream of the server, of the tests and of the benchmark. Promises
 * the behaviour that is documented or proven, traps included (`choices.ts` lists what is neither); data is deterministic per
 * seed and day, and made when asked for. `exchange.ts` is one call's way through.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toCrash, toJson } from './answer.js';
import { answerControl } from './control.js';
import { createTokens, toClients } from './credentials.js';
import { exchange, parseJson, type Upstream } from './exchange.js';
import { createFaults } from './faults.js';
import { createJournal } from './journal.js';
import { createLimits } from './limits.js';
import { ALL_PERMISSIONS } from './routes/routes.js';
import { readText, sendWhole } from './sending.js';
import { createSettings } from './settings.js';
import { createWorld } from './world/world.js';

export { SIMULATOR_CREDENTIALS } from './credentials.js';

export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly companies: number;
  /** Target users of each company. */
  readonly users: number;
  readonly latencyMs: number;
  readonly seed: number;
  /** The moment that all data is relative to; default: now. Milliseconds since 1970. */
  readonly nowMs?: number;
}

export interface Simulator {
  readonly url: string;
  readonly port: number;
  /** Cuts all connections and frees the port. */
  stop(): Promise<void>;
}

/** Resolves when the port answers; rejects where it cannot be had. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const upstream = toUpstream(options);
  const server = createServer((request, response) => void receive(upstream, request, response));
  // Longer than any client keeps an idle socket, so that no call meets a socket that is just being closed.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const KEEP_ALIVE_MS = 600_000;
const CONTROL_PREFIX = '/_simulator/';

function toUpstream(options: SimulatorOptions): Upstream {
  const world = createWorld({ ...options, nowMs: options.nowMs ?? Date.now() });
  const settings = createSettings(options.latencyMs);
  return {
    world,
    settings,
    clients: toClients(world),
    tokens: createTokens(ALL_PERMISSIONS),
    journal: createJournal(),
    faults: createFaults(),
    limits: createLimits(settings),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function receive(upstream: Upstream, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  try {
    if (path === '/livez') return sendWhole(response, toJson(200, { status: 'ok' }), nothing);
    if (path.startsWith(CONTROL_PREFIX)) {
      const text = (await readText(request)) ?? '';
      return sendWhole(response, answerControl(upstream, method, path, parseJson(text)), nothing);
    }
    await exchange(upstream, { request, response, method, path });
  } catch (error) {
    if (!response.destroyed)
      process.emitWarning(`The simulator itself failed: ${error instanceof Error ? error.stack : error}`);
    if (response.headersSent) response.destroy();
    else sendWhole(response, toCrash(), nothing);
  }
}

function nothing(): void {}
