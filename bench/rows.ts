/**
 * The rows of the benchmark, each an entry of its own: what is done, by what it is measured, what it is held against. The cache is
 * off wherever a row is not about it: a kept answer would measure nothing.
 */
import { fileURLToPath } from 'node:url';
import type { DashboardShape } from './load/calls.js';
import { measureBesideExport } from './measures/beside-export.js';
import { measureAgain, measureAtOnce, measureOutage, measureTrouble } from './measures/faults.js';
import { measurePortfolio } from './measures/portfolio.js';
import {
  measureCpu,
  measureKey,
  measureSameQuery,
  measureThroughput,
  measureTime,
  measureTrivial,
} from './measures/speed.js';
import { measureStream } from './measures/stream.js';
import { measureTable } from './measures/table.js';
import type { Row } from './row.js';

const HUNDRED: DashboardShape = { companies: 100, targetUsers: 0 };
const HUNDRED_WITH_USERS: DashboardShape = { companies: 100, targetUsers: 50 };
const TWENTY: DashboardShape = { companies: 20, targetUsers: 0 };
const TEN: DashboardShape = { companies: 10, targetUsers: 0 };

const LATENCY_MS = 40;
const RATE = { perSecond: 200, burst: 50 };
/** 301 calls through the bucket, and a quarter more. */
const BUCKET_MS = 1_600;
const NO_CACHE = { CACHE_TTL_SECONDS: '0' };
/** Enough for the compiler to be done, and for a cap that grows to have grown. */
const WIDE = { maxInFlight: 400, warmUps: 10, samples: 13 };
const THROUGHPUT = { shape: TEN, maxInFlight: 20, clients: 10, windows: 4, windowMs: 1_500 };

const STREAMED = {
  TRUSTED_OPERATIONS: 'prefer',
  TRUSTED_OPERATIONS_DIR: fileURLToPath(new URL('operations', import.meta.url)),
};

const capped = (maxInFlight: number) => ({ ...NO_CACHE, KEEPNET_MAX_IN_FLIGHT: String(maxInFlight) });

export const ROWS: readonly Row[] = [
  {
    name: 'dashboard-20',
    how: '100 companies, 301 calls, at most 20 at once; 16 rounds of 40 ms are the floor',
    upstream: { latencyMs: LATENCY_MS },
    environment: capped(20),
    measure: measureTime(
      { shape: HUNDRED, maxInFlight: 20, warmUps: 3, samples: 9 },
      { maxMs: 1.1 * Math.ceil(301 / 20) * LATENCY_MS, maxRatio: 1.05 },
    ),
  },
  {
    name: 'dashboard-400',
    how: 'the same, at most 400 at once',
    upstream: { latencyMs: LATENCY_MS },
    environment: capped(400),
    measure: measureTime({ shape: HUNDRED, ...WIDE }, { maxRatio: 1.1 }),
  },
  {
    name: 'dashboard-users-400',
    how: 'the same with the first 50 target users of each company: 401 calls',
    upstream: { latencyMs: LATENCY_MS },
    environment: capped(400),
    measure: measureTime({ shape: HUNDRED_WITH_USERS, ...WIDE }, { maxRatio: 1.15 }),
  },
  {
    name: 'dashboard-cpu',
    how: 'processor time of a 100-company dashboard, at most 20 calls at once, no latency',
    upstream: { latencyMs: 0 },
    environment: capped(20),
    measure: measureCpu({ shape: HUNDRED, maxInFlight: 20, warmUps: 15, samples: 25 }, { maxRatio: 1.2 }),
  },
  {
    name: 'throughput',
    how: '10 clients, each with its own page of 10 companies (31 calls), no latency, at most 20 calls at once',
    upstream: { latencyMs: 0 },
    environment: capped(20),
    measure: measureThroughput(THROUGHPUT, { minRatio: 0.8 }),
  },
  {
    name: 'throughput-same',
    how: '10 clients with the same 10 companies and the cache on, beside 10 clients with their own pages and no cache',
    upstream: { latencyMs: 0 },
    environment: { KEEPNET_MAX_IN_FLIGHT: '20' },
    measure: measureSameQuery(THROUGHPUT, { minRatio: 8 }),
  },
  {
    name: 'trivial',
    how: '{ __typename } from 20 clients',
    upstream: { latencyMs: 0 },
    environment: {},
    measure: measureTrivial({ clients: 20, windows: 4, windowMs: 1_000 }, { minPerSecond: 2_000 }),
  },
  {
    name: 'trivial-with-key',
    how: 'the same with an API key, beside a server that asks nobody who he is',
    upstream: { latencyMs: 0 },
    environment: {},
    measure: measureKey({ clients: 20, windows: 6, windowMs: 1_000 }, { minRatio: 0.8 }),
  },
  {
    name: 'rate-cold',
    how: '429 above 200 calls/s and a burst of 50, `Retry-After: 1`; a server that knows nothing of it',
    upstream: { latencyMs: LATENCY_MS, rate: RATE },
    environment: NO_CACHE,
    measure: measureTrouble({ shape: HUNDRED, dashboards: 3, start: 'COLD', poolInFlight: 20 }, { maxMs: 2_700 }),
  },
  {
    name: 'rate-warm',
    how: 'the same after one dashboard',
    upstream: { latencyMs: LATENCY_MS, rate: RATE },
    environment: NO_CACHE,
    measure: measureTrouble(
      { shape: HUNDRED, dashboards: 3, start: 'WARM', poolInFlight: 20 },
      { maxMs: BUCKET_MS, maxExtra: 0.05 },
    ),
  },
  {
    name: 'rate-configured',
    how: 'the same with KEEPNET_CALLS_PER_SECOND=200, cold',
    upstream: { latencyMs: LATENCY_MS, rate: RATE },
    environment: { ...NO_CACHE, KEEPNET_CALLS_PER_SECOND: '200' },
    measure: measureTrouble(
      { shape: HUNDRED, dashboards: 3, start: 'COLD', poolInFlight: 20 },
      { maxMs: BUCKET_MS, maxExtra: 0.05 },
    ),
  },
  {
    name: 'in-flight-limit',
    how: '429 above 50 calls in flight, without `Retry-After`, for a server that may have 400; cold',
    upstream: { latencyMs: LATENCY_MS, maxInFlight: 50 },
    environment: capped(400),
    measure: measureTrouble({ shape: HUNDRED, dashboards: 3, start: 'COLD', poolInFlight: 400 }, { maxExtra: 0.1 }),
  },
  {
    name: 'errors',
    how: 'one call in 100 is a 500, over 5 dashboards',
    upstream: { latencyMs: LATENCY_MS, failEvery: 100 },
    environment: NO_CACHE,
    measure: measureTrouble({ shape: HUNDRED, dashboards: 5, start: 'WARM', poolInFlight: 20 }, {}),
  },
  {
    name: 'outage',
    how: '503 for everything for 30 s, while 4 clients keep asking',
    upstream: { latencyMs: LATENCY_MS },
    environment: NO_CACHE,
    measure: measureOutage({ outage: 'ALL', forMs: 30_000, clients: 4, pauseMs: 100 }),
  },
  {
    name: 'outage-scoped',
    how: '503 for everything but the list of companies for 8 s, while 4 clients keep asking for 20 companies',
    upstream: { latencyMs: LATENCY_MS },
    environment: NO_CACHE,
    measure: measureOutage({ outage: 'SCOPED', forMs: 8_000, clients: 4, pauseMs: 100 }),
  },
  {
    name: 'at-once',
    how: '10 clients ask for the same 20 companies at one moment: the calls of one',
    upstream: { latencyMs: LATENCY_MS },
    environment: {},
    measure: measureAtOnce({ clients: 10, shape: TWENTY }),
  },
  {
    name: 'again',
    how: 'the same 100 companies a second time within 60 s',
    upstream: { latencyMs: LATENCY_MS },
    environment: {},
    measure: measureAgain({ shape: HUNDRED }),
  },
  {
    name: 'beside-export',
    how: 'dashboards of 100 companies while the users of all 200 companies are exported, again and again',
    upstream: { latencyMs: LATENCY_MS },
    environment: NO_CACHE,
    measure: measureBesideExport({ shape: HUNDRED, warmUps: 10, samples: 40, turns: 4 }, { maxRatio: 1.2 }),
  },
  {
    name: 'portfolio',
    how: 'the portfolio of 1,000 companies of the simulator: 10 list calls, and 960 more for a sum of counts, at most 20 at once',
    upstream: { latencyMs: 0 },
    environment: { ...capped(20), OPERATION_MAX_CALLS: '2000' },
    measure: measurePortfolio(
      { companies: 1_000, latencyMs: LATENCY_MS, maxInFlight: 20, warmUps: 2, samples: 7 },
      { totals: 2, counts: 1.25 },
    ),
  },
  {
    name: 'table',
    how: '100,000 rows of target_users as CSV, 200 companies with 500 each: 1,000 pages and a look at each company, no latency',
    upstream: { latencyMs: 0 },
    environment: capped(20),
    measure: measureTable(
      { rows: 100_000, maxInFlight: 20, warmUps: 2, samples: 5 },
      { firstByteMs: 1_000, growthMb: 150 },
    ),
  },
  {
    name: 'stream-first',
    how: 'the dashboard of 200 companies as a stream, a line for each as it lands: 602 calls, at most 20 at once',
    upstream: { latencyMs: LATENCY_MS },
    environment: { ...capped(20), ...STREAMED },
    measure: measureStream({ operation: 'dashboard', companies: 200, warmUps: 3, samples: 15 }, { firstMs: 300 }),
  },
];
