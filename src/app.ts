/**
 * Joins the rooms: configuration in, a server that can be started and stopped out. The only place where they meet.
 * Without credentials the simulator is started beside it and its address is given to the ordinary client, so that every
 * request takes the same way whoever answers.
 */
import { fileURLToPath } from 'node:url';
import { openAccess } from './app-access.js';
import { openContext } from './app-context.js';
import { createExportSources } from './app-exports.js';
import { openMetrics, watchParts } from './app-metrics.js';
import { watchReadiness } from './app-readiness.js';
import { openStreams } from './app-streams.js';
import { openTables } from './app-tables.js';
import { openTracing } from './app-tracing.js';
import { type Config, ConfigError } from './config.js';
import { createExports } from './exports/create-exports.js';
import type { Exports } from './exports/exports.js';
import { createHttpServer } from './http/server.js';
import { type AnswerCache, createAnswerCache } from './keepnet/cache.js';
import { createKeepnetClient, type KeepnetClient } from './keepnet/client.js';
import { createPersonalMask, type PersonalMask } from './keepnet/personal-mask.js';
import { buildGraphSchema } from './schema/build.js';
import { loadTrustedOperations } from './schema/trusted-operations.js';
import type { OperationTrust } from './schema/trusted-operations-plugin.js';
import { SIMULATOR_CREDENTIALS } from './simulator/credentials.js';
import { createSimulator } from './simulator/server.js';
import type { Database } from './store/database.js';
import { openDatabase } from './store/open-database.js';
import { loadSecret } from './store/secrets.js';
import type { Log } from './telemetry.js';
import type { Tracer } from './telemetry-tracing.js';

export interface Started {
  /** Without a slash at its end; the graph is at `/graphql`, its page at `/graphiql/`. */
  readonly url: string;
  readonly upstream: 'KEEPNET' | 'SIMULATOR';
  /** Null where Keepnet itself answers. */
  readonly simulatorUrl: string | null;
  /** Null where METRICS_PORT is unset. */
  readonly metricsUrl: string | null;
}

export interface App {
  /** Throws what kept it from listening, with nothing left running. Asked twice, it starts once. */
  start(): Promise<Started>;
  /** Says that it is about to stop, to `/readyz` and to clients that keep connections, and still answers everything. */
  retire(): void;
  /** Accepts no more, lets the requests in flight end for at most 20 s, then closes everything. Asked twice, it stops once. */
  stop(): Promise<void>;
}

export interface AppParts {
  readonly log: Log;
}

export function createApp(config: Config, parts: AppParts): App {
  const closers: Closer[] = [];
  const retiring = new AbortController();
  let started: Promise<Started> | undefined;
  let stopped: Promise<void> | undefined;
  const start = () =>
    startParts(config, { ...parts, retiring: retiring.signal }, closers).catch(async (error: unknown) => {
      await closeAll(closers);
      throw error;
    });
  const stop = async () => {
    retiring.abort();
    // What is still being opened cannot be closed yet; a start that failed has closed everything itself.
    await started?.catch(() => undefined);
    await closeAll(closers);
  };
  return {
    start: () => (started ??= start()),
    retire: () => retiring.abort(),
    stop: () => (stopped ??= stop()),
  };
}

type Closer = () => void | Promise<void>;

const DRAIN_MS = 20_000;

/** `dist/web`, whether this file runs from `dist` or from `src`. */
const PAGES_DIRECTORY = fileURLToPath(new URL('../dist/web', import.meta.url));

/** What is opened is added to `closers` at once, so that a failure half-way leaves nothing behind. */
async function startParts(
  config: Config,
  { log, retiring }: AppParts & { readonly retiring: AbortSignal },
  closers: Closer[],
): Promise<Started> {
  const engine = await openEngine(config, log, closers);
  const { upstream, keepnet, metrics } = engine;
  const { exports, mask, database } = await openExports(config, { ...engine, log, closers });
  const access = await openAccess(config, { database, log });
  closers.push(() => access.stop());
  watchParts(metrics, { keepnet, cache: engine.cache, database });
  const { operationMaxCalls: maxCalls } = config.server;
  const source = { upstream, keepnet, exports, maxCalls, mask, allowances: access.allowances } as const;
  const readiness = watchReadiness({ upstream, keepnet, database, retiring, log });
  closers.push(() => readiness.stop());
  const http = await createHttpServer({
    ...config.server,
    isOpen: access.isOpen,
    authenticator: access.authenticator,
    ...(await openNamed(config, log)),
    drainMs: DRAIN_MS,
    pagesDirectory: PAGES_DIRECTORY,
    log,
    metrics,
    tracer: engine.tracer,
    exports,
    openContext: (request) => openContext(request, source),
    answersHoldMs: config.keepnet.cacheTtlMs,
    callsAtOnce: config.keepnet.maxInFlight,
    upstream: upstream === 'KEEPNET' ? 'keepnet' : 'simulator',
    readiness: readiness.read,
    retiring,
  });
  closers.push(() => http.stop());
  const url = await http.listen();
  await exports.start();
  readiness.start();
  return { url, upstream, simulatorUrl: engine.simulatorUrl, metricsUrl: engine.metricsUrl };
}

/** The client and what it is watched by; nothing has been asked of Keepnet yet. */
async function openEngine(config: Config, log: Log, closers: Closer[]) {
  const { credentials, baseUrl, simulatorUrl } = await chooseUpstream(config, closers);
  const upstream: Started['upstream'] = simulatorUrl === null ? 'KEEPNET' : 'SIMULATOR';
  const { metrics, url: metricsUrl, stop } = await openMetrics(config);
  closers.push(stop);
  const tracing = await openTracing(config, log);
  closers.push(() => tracing.stop());
  const cache = await createCache(config, log);
  closers.push(() => cache.stop());
  const keepnet = createKeepnetClient({ ...config.keepnet, ...credentials, baseUrl }, { log, cache, metrics });
  closers.push(() => keepnet.stop());
  return { upstream, simulatorUrl, metricsUrl, metrics, tracer: tracing.tracer, cache, keepnet };
}

/** What clients ask for by its name, and what runs it. */
async function openNamed(config: Config, log: Log) {
  const trust = await openTrust(config, log);
  const tables = await openTables(config);
  return { trust, ...tables, streams: openStreams(tables.catalogue, trust) };
}

/** What cannot be trusted keeps the server from starting: each wrong file is named. */
async function openTrust({ server }: Config, log: Log): Promise<OperationTrust | null> {
  const { mode, directory } = server.trustedOperations;
  if (mode === 'off' || directory === null) return null;
  const operations = await loadTrustedOperations(directory, await buildGraphSchema()).catch((error: unknown) => {
    throw new ConfigError([`TRUSTED_OPERATIONS_DIR: ${error instanceof Error ? error.message : 'cannot be read'}`]);
  });
  for (const { file, id } of operations.all) log.info({ file, id }, 'trusted operation');
  const onUnknown = (id: string, requestId: string) => log.warn({ requestId, id }, 'operation is not trusted');
  return { mode, operations, onUnknown };
}

interface ExportsParts {
  readonly log: Log;
  readonly tracer: Tracer;
  readonly keepnet: KeepnetClient;
  readonly upstream: Started['upstream'];
  readonly closers: Closer[];
}

interface OpenedExports {
  readonly database: Database;
  readonly exports: Exports;
  /** Its secret is kept in the same store, so that all servers on it mask alike. */
  readonly mask: PersonalMask;
}

/** Jobs are kept in the store and their files in DATA_DIR; their rows come over the graph itself. */
async function openExports(
  config: Config,
  { keepnet, upstream, closers, ...told }: ExportsParts,
): Promise<OpenedExports> {
  const { dataDirectory, databaseUrl } = config.store;
  const { retentionMs } = config.exports;
  const database = await openDatabase({ databaseUrl, dataDirectory, log: told.log });
  closers.push(() => database.close());
  const mask = createPersonalMask(await loadSecret(database, 'personal-mask'));
  const sources = createExportSources({ keepnet, upstream, schema: await buildGraphSchema(), mask });
  const exports = await createExports({ database, databaseUrl, dataDirectory, sources, retentionMs, ...told });
  closers.push(() => exports.stop());
  return { exports, mask, database };
}

/** Some 30,000 answers of the common size. */
const CACHE_MAX_BYTES = 64 * 1024 * 1024;

/** The Redis client is loaded where one is configured: it takes 50 ms of the start. */
async function createCache({ redisUrl }: Config, log: Log): Promise<AnswerCache> {
  if (redisUrl === null) return createAnswerCache({ maxBytes: CACHE_MAX_BYTES, shared: null });
  const { createRedisCache } = await import('./keepnet/redis-cache.js');
  return createAnswerCache({ maxBytes: CACHE_MAX_BYTES, shared: createRedisCache({ url: redisUrl, log }) });
}

async function chooseUpstream({ keepnet, simulator: options }: Config, closers: Closer[]) {
  const { credentials, baseUrl } = keepnet;
  if (credentials) return { credentials, baseUrl, simulatorUrl: null };
  const simulator = await createSimulator({ ...options, port: 0 });
  closers.push(() => simulator.stop());
  return { credentials: SIMULATOR_CREDENTIALS, baseUrl: simulator.url, simulatorUrl: simulator.url };
}

/** Last opened, first closed. One that fails does not keep the others from closing; its error is thrown at the end. */
async function closeAll(closers: Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the server did not stop cleanly');
}
