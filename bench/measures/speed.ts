/**
 * How fast and how dear: the server beside the bare pool, in turns, so that a noisy machine is noisy for both. Before anything
 * is counted, both have warmed up, and both are checked to have made the calls that they should.
 */
import { type Summary, summarize } from '../figures.js';
import { countCalls, type DashboardShape } from '../load/calls.js';
import { createGraphClient, type GraphClient, loopClients } from '../load/graph-client.js';
import { findPages, TRIVIAL, toDashboard } from '../load/questions.js';
import { makeApiKey } from '../processes/api-key.js';
import { atLeast, atLeastTimes, atMost, atMostTimes, type Limit, type Measure, type Stage } from '../row.js';

export interface DashboardOptions {
  readonly shape: DashboardShape;
  readonly maxInFlight: number;
  readonly warmUps: number;
  readonly samples: number;
}

/** Time of one dashboard, asked one after the other. */
export function measureTime(
  options: DashboardOptions,
  target: { readonly maxMs?: number; readonly maxRatio: number },
): Measure {
  return async (stage) => {
    const { server, pool } = await sampleDashboards(stage, options);
    const times = compare(server.map(toTime), pool.map(toTime));
    const limits: Limit[] = target.maxMs === undefined ? [] : [atMost(times.server.median, target.maxMs, ' ms')];
    limits.push(atMostTimes(times.ratio, target.maxRatio, 'pool'));
    return [
      { figure: 'ms per dashboard', server: times.server, beside: { name: 'pool', summary: times.other }, limits },
    ];
  };
}

/** Processor time of one dashboard, over all threads. */
export function measureCpu(options: DashboardOptions, { maxRatio }: { readonly maxRatio: number }): Measure {
  return async (stage) => {
    const { server, pool } = await sampleDashboards(stage, options);
    const cpu = compare(server.map(toCpu), pool.map(toCpu));
    const limits = [atMostTimes(cpu.ratio, maxRatio, 'pool')];
    return [
      { figure: 'CPU ms per dashboard', server: cpu.server, beside: { name: 'pool', summary: cpu.other }, limits },
    ];
  };
}

export interface ThroughputOptions {
  readonly shape: DashboardShape;
  readonly maxInFlight: number;
  readonly clients: number;
  readonly windows: number;
  readonly windowMs: number;
}

/** Dashboards per second of clients that each have a page of their own. */
export function measureThroughput(options: ThroughputOptions, { minRatio }: { readonly minRatio: number }): Measure {
  return async (stage) => {
    const { shape, clients, maxInFlight, windowMs: forMs } = options;
    const { client, server } = await openServer(stage, maxInFlight);
    const questions = (await findPages(client, shape.companies, clients)).map((after) => toDashboard(shape, after));
    const byServer = () => loopClients(client, { questions, forMs });
    const byPool = () => stage.pool.loop({ shape, clients, forMs });
    await loopClients(client, { questions, forMs: WARM_UP_MS });
    await stage.pool.loop({ shape, clients, forMs: WARM_UP_MS });
    const { first, second } = await stage.profiled(server, () => takeTurns(options.windows, byServer, byPool));
    client.close();
    const rates = compare(first, second);
    const limits = [atLeastTimes(rates.ratio, minRatio, 'pool')];
    return [{ figure: 'dashboards/s', server: rates.server, beside: { name: 'pool', summary: rates.other }, limits }];
  };
}

/** The same number of clients, once all with the same question and the cache on, once each with a page of its own and no cache. */
export function measureSameQuery(options: ThroughputOptions, { minRatio }: { readonly minRatio: number }): Measure {
  return async (stage) => {
    const { shape, clients, windowMs: forMs } = options;
    const [same, own] = [
      await openServer(stage),
      await openServer(stage, options.maxInFlight, { CACHE_TTL_SECONDS: '0' }),
    ];
    const pages = (await findPages(own.client, shape.companies, clients)).map((after) => toDashboard(shape, after));
    const questions = Array.from({ length: clients }, () => toDashboard(shape));
    const bySame = () => loopClients(same.client, { questions, forMs });
    const byOwn = () => loopClients(own.client, { questions: pages, forMs });
    await loopClients(same.client, { questions, forMs: WARM_UP_MS });
    await loopClients(own.client, { questions: pages, forMs: WARM_UP_MS });
    const { first, second } = await takeTurns(options.windows, bySame, byOwn);
    for (const { client } of [same, own]) client.close();
    const rates = compare(first, second);
    const limits = [atLeastTimes(rates.ratio, minRatio, 'own pages')];
    return [
      { figure: 'dashboards/s', server: rates.server, beside: { name: 'own pages', summary: rates.other }, limits },
    ];
  };
}

/** What the door alone can do: nothing is asked of Keepnet. */
export function measureTrivial(
  options: { readonly clients: number; readonly windows: number; readonly windowMs: number },
  { minPerSecond }: { readonly minPerSecond: number },
): Measure {
  return async (stage) => {
    const { client, server } = await openServer(stage);
    const questions = Array.from({ length: options.clients }, () => TRIVIAL);
    await loopClients(client, { questions, forMs: WARM_UP_MS });
    const rates: number[] = [];
    await stage.profiled(server, async () => {
      while (rates.length < options.windows) {
        rates.push(await loopClients(client, { questions, forMs: options.windowMs }));
      }
    });
    client.close();
    const summary = summarize(rates);
    return [{ figure: 'queries/s', server: summary, limits: [atLeast(summary.median, minPerSecond)] }];
  };
}

/** What it costs to know who asks: one server that lets in whoever has a key, and one that is open, in turns. */
export function measureKey(
  options: { readonly clients: number; readonly windows: number; readonly windowMs: number },
  { minRatio }: { readonly minRatio: number },
): Measure {
  return async (stage) => {
    const { apiKey, environment, remove } = makeApiKey();
    const closed = createGraphClient((await stage.startServer(environment)).url, apiKey);
    const { client: open } = await openServer(stage);
    const questions = Array.from({ length: options.clients }, () => TRIVIAL);
    const byKey = () => loopClients(closed, { questions, forMs: options.windowMs });
    const byNobody = () => loopClients(open, { questions, forMs: options.windowMs });
    for (const client of [closed, open]) await loopClients(client, { questions, forMs: WARM_UP_MS });
    const { first, second } = await takeTurns(options.windows, byKey, byNobody);
    for (const client of [closed, open]) client.close();
    remove();
    const rates = compare(first, second);
    const limits = [atLeastTimes(rates.ratio, minRatio, 'open')];
    return [{ figure: 'queries/s', server: rates.server, beside: { name: 'open', summary: rates.other }, limits }];
  };
}

const WARM_UP_MS = 1_500;

interface Sample {
  readonly durationMs: number;
  readonly cpuMs: number;
}

const toTime = ({ durationMs }: Sample) => durationMs;
const toCpu = ({ cpuMs }: Sample) => cpuMs;

async function sampleDashboards(
  stage: Stage,
  options: DashboardOptions,
): Promise<{ server: Sample[]; pool: Sample[] }> {
  const { shape, maxInFlight, warmUps, samples } = options;
  const { client, server } = await openServer(stage, maxInFlight);
  const byServer = async (): Promise<Sample> => {
    const before = await server.usage();
    const { durationMs } = await client.askWhole(toDashboard(shape));
    const { cpuMs } = await server.usage();
    return { durationMs, cpuMs: cpuMs - before.cpuMs };
  };
  const byPool = () => stage.pool.dashboard(shape);
  await takeTurns(warmUps, byServer, byPool);
  await checkCalls(stage, shape, byServer);
  await checkCalls(stage, shape, byPool);
  const { first, second } = await stage.profiled(server, () => takeTurns(samples, byServer, byPool));
  client.close();
  return { server: first, pool: second };
}

/** Both must do the same work, or their ratio means nothing. @throws where they do not. */
async function checkCalls({ stub }: Stage, shape: DashboardShape, ask: () => Promise<unknown>): Promise<void> {
  await stub.clear();
  await ask();
  const { calls } = await stub.stats();
  if (calls !== countCalls(shape)) throw new Error(`${calls} calls for a dashboard of ${countCalls(shape)}`);
}

async function openServer(stage: Stage, maxInFlight?: number, environment: Readonly<Record<string, string>> = {}) {
  const server = await stage.startServer(environment);
  if (maxInFlight !== undefined) await stage.pool.open(stage.stub.url, maxInFlight);
  const client: GraphClient = createGraphClient(server.url);
  return { server, client };
}

/** A B B A A B …: neither always comes after the other. */
async function takeTurns<A, B>(times: number, one: () => Promise<A>, other: () => Promise<B>) {
  const first: A[] = [];
  const second: B[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    if (turn % 2 === 1) second.push(await other());
    first.push(await one());
    if (turn % 2 === 0) second.push(await other());
  }
  return { first, second };
}

function compare(ofServer: readonly number[], ofOther: readonly number[]) {
  const server: Summary = summarize(ofServer);
  const other: Summary = summarize(ofOther);
  return { server, other, ratio: server.median / other.median };
}
