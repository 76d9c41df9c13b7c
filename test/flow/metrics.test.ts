/** `/metrics` as Prometheus reads it: what the server did is in its numbers, and nothing else is. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLog } from '../../src/telemetry.js';
import { createPrometheusMetrics } from '../../src/telemetry-prometheus.js';
import { askStatus } from '../support/serving.js';
import { toSimulatorControl } from '../support/simulator.js';
import { until } from '../support/until.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openWatchedHouse(env: Record<string, string> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'metrics-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const small = {
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_COMPANIES: '5',
    SIMULATOR_LATENCY_MS: '0',
    DATA_DIR: directory,
  };
  const app = createApp(loadConfig({ ...small, ...env }), { log: createLog('silent') });
  closers.push(() => app.stop());
  const { url, metricsUrl, simulatorUrl } = await app.start();
  const text = async () => (await fetch(metricsUrl ?? '')).text();
  return { url, metricsUrl: metricsUrl ?? '', simulator: toSimulatorControl(simulatorUrl ?? ''), text };
}

/** The value of the one series whose labels include these. */
function readingOf(text: string, name: string, labels: readonly string[] = []): number | undefined {
  const lines = text.split('\n').filter((line) => new RegExp(`^keepnet_graph_${name}[{ ]`).test(line));
  const found = lines.filter((line) => labels.every((label) => line.includes(label)));
  if (found.length > 1) throw new Error(`several: ${found.join('\n')}`);
  return found[0] === undefined ? undefined : Number(found[0].split(' ').at(-1));
}

describe('/metrics', () => {
  it('counts operations by name and outcome, and the Keepnet calls that they made', async () => {
    const { url, text } = await openWatchedHouse();
    await askStatus(url, 'query Names { companies(first: 5) { nodes { name } } }');
    await askStatus(url, 'query Names { companies(first: 5) { nodes { name } } }');
    await askStatus(url, 'query Counts { companies(first: 5) { nodes { countSummary { active } } } }');
    await askStatus(url, '{ nothingLikeThis }');
    const read = await text();
    const ended = (...labels: string[]) => readingOf(read, 'operation_duration_seconds_count', labels);
    expect(ended('operation="Names"', 'outcome="ok"')).toBe(2);
    expect(ended('operation="Counts"', 'outcome="partial"')).toBe(1);
    expect(ended('operation="(none)"', 'outcome="refused"')).toBe(1);
    const called = (...labels: string[]) => readingOf(read, 'keepnet_call_duration_seconds_count', labels);
    expect(called('endpoint="POST companies/search"', 'outcome="200"')).toBeGreaterThanOrEqual(1);
    expect(readingOf(read, 'keepnet_questions_total', ['answered_by="cache"'])).toBeGreaterThanOrEqual(1);
    expect(readingOf(read, 'keepnet_wait_seconds_count')).toBeGreaterThanOrEqual(2);
  });

  it('tells how pace, cache, exports and the process stand', async () => {
    const { url, text } = await openWatchedHouse();
    await askStatus(url, 'mutation { exportCompanies(input: { format: CSV }) { job { id } } }');
    const read = await text();
    expect(readingOf(read, 'keepnet_calls_cap')).toBeGreaterThan(0);
    expect(readingOf(read, 'keepnet_calls_waiting', ['lane="exports"'])).toBe(0);
    expect(readingOf(read, 'keepnet_calls_per_second_limit')).toBeUndefined();
    expect(readingOf(read, 'cache_bytes')).toBeGreaterThanOrEqual(0);
    expect(read).toMatch(/^keepnet_graph_export_jobs\{state="(QUEUED|RUNNING|SUCCEEDED)"\} 1$/m);
    expect(read).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(read).toMatch(/^process_resident_memory_bytes /m);
  });

  it('tells whose calls wait: those of a table have a lane of their own', async () => {
    const { url, text } = await openWatchedHouse({ KEEPNET_MAX_IN_FLIGHT: '1', SIMULATOR_LATENCY_MS: '50' });
    const table = fetch(`${url}/tables/user_counts.csv`);
    const waiting = async (lane: string) => readingOf(await text(), 'keepnet_calls_waiting', [`lane="${lane}"`]) ?? 0;
    await until(async () => (await waiting('tables')) > 0, 'calls of the table wait');
    expect(await waiting('exports')).toBe(0);
    expect((await table).status).toBe(200);
  });

  it('counts repetitions and refusals by Keepnet', async () => {
    const { url, text, simulator } = await openWatchedHouse({ CACHE_TTL_SECONDS: '0' });
    await simulator.addFault({ kind: 'status', status: 503, path: '/api/companies/search', times: 1 } as never);
    await askStatus(url);
    const read = await text();
    const failed = ['endpoint="POST companies/search"', 'outcome="503"'];
    expect(readingOf(read, 'keepnet_call_duration_seconds_count', failed)).toBe(1);
    expect(readingOf(read, 'keepnet_retries_total')).toBe(1);
  });

  it('counts requests that were turned away', async () => {
    const env = { MAX_REQUESTS_IN_FLIGHT: '1', SIMULATOR_LATENCY_MS: '300', CACHE_TTL_SECONDS: '0' };
    const { url, text } = await openWatchedHouse(env);
    const answers = await Promise.all(Array.from({ length: 5 }, () => askStatus(url)));
    const shed = answers.filter(({ status }) => status === 503).length;
    expect(shed).toBeGreaterThan(0);
    expect(readingOf(await text(), 'requests_shed_total')).toBe(shed);
  });

  it('names no customer, and is not on the port of clients', async () => {
    const { url, metricsUrl, text } = await openWatchedHouse();
    const { body } = await askStatus(url, '{ companies(first: 5) { nodes { id name countSummary { active } } } }');
    const { companies } = body.data as { companies: { nodes: { id: string; name: string }[] } };
    const read = await text();
    expect(companies.nodes).toHaveLength(5);
    for (const { id, name } of companies.nodes) {
      expect(read).not.toContain(id);
      expect(read).not.toContain(name);
    }
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(metricsUrl.replace('/metrics', '/'))).status).toBe(404);
  });

  it('on a port that is taken keeps the server from starting, and says which variable it is', async () => {
    const { metricsUrl } = await openWatchedHouse();
    const { port } = new URL(metricsUrl);
    const app = createApp(loadConfig({ PORT: '0', METRICS_PORT: port }), { log: createLog('silent') });
    await expect(app.start()).rejects.toThrow(`METRICS_PORT: expected a port that is free; got: ${port} (EADDRINUSE)`);
  });
});

describe('names of operations', () => {
  it('are series of their own up to a bound, and one series past it', async () => {
    const metrics = createPrometheusMetrics();
    for (let number = 1; number <= 150; number += 1) {
      metrics.operationEnded({ name: `Name${number}`, outcome: 'ok', durationMs: 1 });
    }
    metrics.operationEnded({ name: 'Name7', outcome: 'ok', durationMs: 1 });
    const read = await metrics.text();
    const ended = (name: string) => readingOf(read, 'operation_duration_seconds_count', [`operation="${name}"`]);
    expect(ended('Name100')).toBe(1);
    expect(ended('Name101')).toBeUndefined();
    expect(ended('Name7')).toBe(2);
    expect(ended('(other)')).toBe(50);
  });
});

describe('a gauge that cannot be read', () => {
  it('is left out, and the others are read', async () => {
    const metrics = createPrometheusMetrics();
    metrics.watch('export_jobs', () => Promise.reject(new Error('the store is away')));
    metrics.watch('keepnet_calls_cap', () => [{ value: 16 }]);
    metrics.watch('keepnet_calls_per_second_limit', () => []);
    const read = await metrics.text();
    expect(readingOf(read, 'keepnet_calls_cap')).toBe(16);
    expect(readingOf(read, 'export_jobs')).toBeUndefined();
    expect(readingOf(read, 'keepnet_calls_per_second_limit')).toBeUndefined();
  });
});
