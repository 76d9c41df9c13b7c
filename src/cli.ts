#!/usr/bin/env -S node --max-semi-space-size=32
/**
 * The command line: `serve`, `simulate`, `schema`, `export`, `key`. With the other `cli-*.ts` the only place for arguments, exit codes
 * and signals. Exit codes: 0 done, 1 failed, 3 done with gaps, 64 wrong use, 78 wrong configuration. What a command does is done by
 * the room it calls, and loaded only then.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Started } from './app.js';
import { readFlags, readNumber, UsageError } from './cli-flags.js';
import { exitAfter, exitOnUnforeseen, waitForSignal } from './cli-signals.js';
import {
  type Config,
  ConfigError,
  defaultToProduction,
  loadConfig,
  printConfig,
  readEnvironment,
  requireCredentials,
} from './config.js';
import { AppError } from './errors.js';
import { createLog } from './telemetry.js';
import { VARIABLES } from './variables.js';

const HELP = `keepnet-graph: one GraphQL graph over every customer company of a Keepnet reseller

Usage: keepnet-graph <command> [options]

  serve                 serve the graph and GraphiQL; over an embedded simulator where no credentials are set
    --require-keepnet     refuse to start without KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET
    --print-config        print the configuration in use, without the secret, and end
    --stop-at-once        do not wait for SHUTDOWN_DELAY_SECONDS after SIGTERM
  simulate              a Keepnet of our own, to be used as KEEPNET_BASE_URL
    --port N              port to listen on, 0 for any free one (default 4010)
    --host ADDRESS        address to listen on (default 127.0.0.1)
    --companies N         customer companies (default SIMULATOR_COMPANIES)
    --users N             target users of each company (default SIMULATOR_USERS)
    --latency-ms N        time taken for an answer (default SIMULATOR_LATENCY_MS)
    --seed N              the same seed gives the same customers (default SIMULATOR_SEED)
  schema                print the schema in GraphQL's language
    --write               write it to schema.graphql
    --check               fail where schema.graphql is not the same
  export KIND           a file of leaderboard, user-timeline, target-users or companies; exits 3 where companies are missing in it
    --companies IDS       ids separated by commas, or all; one id for user-timeline, none for companies
    --users IDS           for user-timeline: these users only
    --filter JSON         the filter of the list in the graph, such as {"search":"Ada"}
    --preset PERIOD       last-month, last-3-months, last-6-months, last-year or this-year; or:
    --from DAY --to DAY     such as 2026-01-31, both inclusive
    --format FORMAT       csv, xlsx, ndjson or pdf
    --layout LAYOUT       combined, one-sheet-per-company or one-file-per-company
    --source SOURCE       auto, built or keepnet-file
    --bom                 CSV that Excel knows to be UTF-8
    --out FILE            where to write it, - for standard output
    --force               replace FILE
    --require-keepnet     refuse invented customers
    --server URL          let a server that runs make it, not this process
    --key-file FILE         with the key in it; or KEEPNET_GRAPH_KEY
    --idempotency-key KEY   the same key is the same export
  key create            make an API key; it is shown once, on standard output
    --name NAME           whose it is, for a person
    --companies WHICH     all; or ids, or tags as tag:NAME, separated by commas
    --may ABILITIES       some of read, tables, export, admin, separated by commas (default read)
    --expires WHEN        days such as 90d, a last day such as 2027-01-31, or never (default 90d)
    --mask-personal-data  names, addresses and telephone numbers are replaced
  key list              the keys, revoked and expired ones too, without what is secret of them
  key revoke ID         servers that run refuse it within two seconds
    --json                for all three: JSON on standard output

  --help, --version

The configuration is read from the environment and from .env; see the README.`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;
/** Beside what it waits before: for the requests in flight, and then for the parts of exports that are given back. */
const STOP_WITHIN_MS = 24_000;

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  serve,
  simulate,
  schema,
  export: exportFile,
  key,
};

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<number> {
  try {
    if (name === '--version') return print(readVersion());
    if (name === '--help' || name === 'help' || (name !== undefined && args.includes('--help'))) return print(HELP);
    const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name ?? ''] : undefined;
    if (!command) throw new UsageError(name === undefined ? 'a command is missing' : `unknown command: ${name}`);
    return await command(args);
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\nTry: keepnet-graph --help`, EXIT_USAGE);
    if (error instanceof ConfigError) return complain(error.message, EXIT_CONFIG);
    return complain(describeFailure(error), EXIT_FAILED);
  }
}

async function serve(args: string[]): Promise<number> {
  const flag = { type: 'boolean' } as const;
  const flags = readFlags(args, { 'require-keepnet': flag, 'print-config': flag, 'stop-at-once': flag });
  const config = loadConfig(readEnvironment());
  if (flags['require-keepnet']) requireCredentials(config, '--require-keepnet');
  if (flags['print-config']) return print(printConfig(config));
  const log = createLog(config.logLevel);
  exitOnUnforeseen(log);
  for (const warning of config.warnings) log.warn({}, warning);
  const toldToStop = waitForSignal();
  defaultToProduction();
  const { createApp } = await import('./app.js');
  const app = createApp(config, { log });
  const started = await Promise.race([app.start(), toldToStop.then(() => null)]);
  if (started) {
    print(describeStart(started, config));
    const signal = await toldToStop;
    app.retire();
    // SIGINT is a person at a terminal, and SIGTERM what stands before a load balancer that must learn of it first.
    if (signal === 'SIGTERM' && !flags['stop-at-once']) await sleep(config.server.shutdownDelayMs);
  }
  exitAfter(STOP_WITHIN_MS, log);
  await app.stop();
  return 0;
}

async function simulate(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const flags = readFlags(args, {
    port: text,
    host: text,
    companies: text,
    users: text,
    'latency-ms': text,
    seed: text,
  });
  const { simulator: defaults } = loadConfig(readEnvironment());
  const options = {
    host: flags.host ?? '127.0.0.1',
    port: readNumber('port', flags.port, VARIABLES.PORT) ?? 4010,
    companies: readNumber('companies', flags.companies, VARIABLES.SIMULATOR_COMPANIES) ?? defaults.companies,
    users: readNumber('users', flags.users, VARIABLES.SIMULATOR_USERS) ?? defaults.users,
    latencyMs: readNumber('latency-ms', flags['latency-ms'], VARIABLES.SIMULATOR_LATENCY_MS) ?? defaults.latencyMs,
    seed: readNumber('seed', flags.seed, VARIABLES.SIMULATOR_SEED) ?? defaults.seed,
  };
  const toldToStop = waitForSignal();
  const { createSimulator } = await import('./simulator/server.js');
  const { SIMULATOR_CREDENTIALS } = await import('./simulator/credentials.js');
  const simulator = await createSimulator(options);
  print(`Simulator  ${simulator.url} (${options.companies} companies, ${options.users} users each)
To use it: KEEPNET_BASE_URL=${simulator.url} KEEPNET_CLIENT_ID=${SIMULATOR_CREDENTIALS.clientId} KEEPNET_CLIENT_SECRET=${SIMULATOR_CREDENTIALS.clientSecret}`);
  await toldToStop;
  await simulator.stop();
  return 0;
}

async function schema(args: string[]): Promise<number> {
  const flags = readFlags(args, { write: { type: 'boolean' }, check: { type: 'boolean' } });
  if (flags.write && flags.check) throw new UsageError('schema: --write and --check exclude each other');
  const { buildGraphSchema, toSchemaText } = await import('./schema/build.js');
  const text = toSchemaText(await buildGraphSchema());
  const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));
  if (flags.write) {
    writeFileSync(file, text);
    return 0;
  }
  if (!flags.check) return print(text.trimEnd());
  if (readFileSync(file, 'utf8') === text) return 0;
  return complain('schema.graphql is not what the code says. Run: npm run schema', EXIT_FAILED);
}

async function exportFile(args: string[]): Promise<number> {
  const { runExport } = await import('./cli-export.js');
  const stopping = new AbortController();
  void waitForSignal().then(() => stopping.abort());
  return runExport(args, stopping.signal);
}

async function key(args: string[]): Promise<number> {
  const { runKey } = await import('./cli-key.js');
  const { stdout, stderr, exitCode } = await runKey(args);
  if (stderr !== '') complain(stderr, exitCode);
  if (stdout !== '') print(stdout);
  return exitCode;
}

function describeStart({ url, simulatorUrl, metricsUrl }: Started, { keepnet, simulator }: Config): string {
  const upstream =
    simulatorUrl === null
      ? `Keepnet at ${keepnet.baseUrl}`
      : `simulator at ${simulatorUrl} (${simulator.companies} companies, ${simulator.users} users each);
          set KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET to ask Keepnet itself`;
  const metrics = metricsUrl === null ? [] : [`Metrics   ${metricsUrl}`];
  return [
    `GraphQL   ${url}/graphql`,
    `GraphiQL  ${url}/graphiql/`,
    `BI tools  ${url}/connect/`,
    ...metrics,
    `Upstream  ${upstream}`,
  ].join('\n');
}

/** A line where the reason is known, everything where it is not. */
function describeFailure(error: unknown): string {
  if (error instanceof AppError && error.code !== 'INTERNAL') {
    const { code } = (error.cause ?? {}) as { code?: unknown };
    return typeof code === 'string' && code !== '' ? `${error.message} (${code})` : error.message;
  }
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${address} is already in use. Set PORT to another one, or to 0 for any free one.`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') return `Cannot listen on ${address}:${port} (${code}).`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function print(text: string): number {
  console.log(text);
  return 0;
}

function complain(text: string, exitCode: number): number {
  console.error(text);
  return exitCode;
}
