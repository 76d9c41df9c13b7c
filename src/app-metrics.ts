/** Joins the rooms that know numbers with those who want to read them, on METRICS_PORT; where it is unset, nothing is counted. */
import { type Config, ConfigError } from './config.js';
import { countJobs, countParts } from './exports/count-exports.js';
import type { AnswerCache } from './keepnet/cache.js';
import type { KeepnetClient } from './keepnet/client.js';
import type { Queryable } from './store/database.js';
import { type Metrics, NO_METRICS, type Reading } from './telemetry-metrics.js';

export interface OpenedMetrics {
  readonly metrics: Metrics;
  /** Null where nobody wants them. */
  readonly url: string | null;
  stop(): Promise<void>;
}

/** @throws ConfigError where METRICS_PORT cannot be listened on */
export async function openMetrics({ server: { host, metricsPort } }: Config): Promise<OpenedMetrics> {
  if (metricsPort === null) return { metrics: NO_METRICS, url: null, stop: async () => undefined };
  const { createPrometheusMetrics } = await import('./telemetry-prometheus.js');
  const { startMetricsServer } = await import('./http/metrics.js');
  const metrics = createPrometheusMetrics();
  const server = await startMetricsServer({ host, port: metricsPort, metrics }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new ConfigError([`METRICS_PORT: expected a port that is free; got: ${metricsPort} (${error.code})`]);
    },
  );
  return { metrics, url: `${server.url}/metrics`, stop: () => server.stop() };
}

export interface WatchedParts {
  readonly keepnet: Pick<KeepnetClient, 'paceState' | 'openCircuits'>;
  readonly cache: Pick<AnswerCache, 'size'>;
  readonly database: Queryable;
}

export function watchParts(metrics: Metrics, { keepnet, cache, database }: WatchedParts): void {
  metrics.watch('keepnet_calls_in_flight', () => one(keepnet.paceState.inFlight));
  metrics.watch('keepnet_calls_cap', () => one(keepnet.paceState.cap));
  metrics.watch('keepnet_calls_waiting', () =>
    Object.entries(keepnet.paceState.waitingByLane).map(([lane, value]) => ({ value, labels: { lane } })),
  );
  metrics.watch('keepnet_calls_per_second_limit', () => one(keepnet.paceState.callsPerSecond));
  metrics.watch('keepnet_cooling', () => one(keepnet.paceState.coolingUntilMs === null ? 0 : 1));
  metrics.watch('keepnet_circuit_open', () =>
    keepnet.openCircuits.map((endpoint) => ({ value: 1, labels: { endpoint } })),
  );
  metrics.watch('cache_bytes', () => one(cache.size.bytes));
  metrics.watch('cache_answers', () => one(cache.size.answers));
  metrics.watch('export_jobs', async () => (await countJobs(database)).map(byState));
  metrics.watch('export_parts', async () => (await countParts(database)).map(byState));
}

function one(value: number | null): readonly Reading[] {
  return value === null ? [] : [{ value }];
}

function byState({ state, count }: { readonly state: string; readonly count: number }): Reading {
  return { value: count, labels: { state } };
}
