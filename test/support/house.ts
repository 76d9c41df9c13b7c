/**
 * The whole server on free ports, over the embedded simulator: tests ask it as a client does, and look into the simulator's
 * journal for what was asked of Keepnet. Whoever opens a house closes it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, type GraphQLFormattedError, print } from 'graphql';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLog } from '../../src/telemetry.js';
import { type JournalEntry, type SimulatorControl, toSimulatorControl } from './simulator.js';

export interface HouseOptions {
  /** Over the environment of a small house: open to everybody, any port, 25 companies with 20 users each, no latency, nothing kept, DATA_DIR its own. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface GraphAnswer<Data> {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came. */
  readonly text: string;
  readonly body: {
    readonly data?: Data | null;
    readonly errors?: readonly GraphQLFormattedError[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
}

export interface House {
  readonly url: string;
  /** Its DATA_DIR. */
  readonly dataDirectory: string;
  readonly simulator: SimulatorControl;
  /** Where the simulator answers, as Keepnet would. */
  readonly simulatorUrl: string;
  ask<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    query: string | TypedDocumentNode<Data, Variables>,
    variables?: Variables,
    headers?: Record<string, string>,
  ): Promise<GraphAnswer<Data>>;
  /** What the simulator was asked since the house opened, or since its journal was cleared. */
  asked(): Promise<readonly JournalEntry[]>;
  /** Every line of the log, parsed. */
  logged(): readonly Record<string, unknown>[];
  close(): Promise<void>;
}

const SMALL_HOUSE = {
  ACCESS: 'open',
  PORT: '0',
  SIMULATOR_COMPANIES: '25',
  SIMULATOR_USERS: '20',
  SIMULATOR_LATENCY_MS: '0',
  CACHE_TTL_SECONDS: '0',
};

/** Resolves when the server answers and the first check of its credential is over. */
export async function openHouse({ env = {} }: HouseOptions = {}): Promise<House> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-house-'));
  const config = loadConfig({ ...SMALL_HOUSE, DATA_DIR: dataDirectory, ...env });
  const lines: Record<string, unknown>[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(JSON.parse(line)) });
  const app = createApp(config, { log });
  const { url, simulatorUrl } = await app.start();
  await untilCredentialIsChecked(url);
  const upstreamUrl = simulatorUrl ?? config.keepnet.baseUrl;
  const simulator = toSimulatorControl(upstreamUrl);
  return {
    url,
    dataDirectory: config.store.dataDirectory,
    simulator,
    simulatorUrl: upstreamUrl,
    ask: (query, variables, headers) => ask(url, query, variables, headers),
    asked: async () => (await simulator.journal()).entries,
    logged: () => lines,
    close: async () => {
      await app.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** One operation by POST, as a client sends it. */
export async function ask<Data>(
  url: string,
  query: string | DocumentNode,
  variables: unknown,
  headers: Record<string, string> = {},
): Promise<GraphAnswer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: typeof query === 'string' ? query : print(query), variables }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

/** Its token call would otherwise turn up in the journal at any moment. Gives up after a second: Keepnet may not answer. */
async function untilCredentialIsChecked(url: string): Promise<void> {
  for (let attempts = 0; attempts < 50; attempts += 1) {
    const response = await fetch(`${url}/readyz`);
    const { credential } = (await response.json()) as { credential: string };
    if (credential !== 'unknown') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
