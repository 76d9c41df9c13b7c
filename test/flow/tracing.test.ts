/** Traces as a collector gets them: an operation with the Keepnet calls that it cost, and nothing of anybody in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/server.js';
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.js';
import { type House, openHouse } from '../support/house.js';
import { startSimulator, type TestSimulator } from '../support/simulator.js';
import { startTap, type Tap } from '../support/tap.js';
import { until } from '../support/until.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface TracedHouse {
  readonly house: House;
  readonly collector: Collector;
  readonly simulator: TestSimulator;
  readonly tap: Tap;
  /** The trace of the first span of that name, once it has come. What comes before the span at its top has ended comes with it. */
  traceOf(name: string): Promise<readonly CollectedSpan[]>;
}

/** Its Keepnet is a simulator behind a tap, which sees the headers that are sent. */
async function openTracedHouse(env: Record<string, string> = {}): Promise<TracedHouse> {
  const collector = await startCollector();
  closers.push(() => collector.stop());
  const simulator = await startSimulator({ companies: 5, users: 5 });
  closers.push(() => simulator.stop());
  const tap = await startTap(simulator.url);
  closers.push(() => tap.stop());
  const upstream = {
    KEEPNET_BASE_URL: tap.url,
    KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
    KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
  };
  const opened = await openHouse({ env: { ...upstream, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env } });
  closers.push(() => opened.close());
  const traceOf = async (name: string) => {
    const find = () => collector.spans().find((span) => span.name === name);
    await until(() => find() !== undefined, `a span with the name ${name}`);
    return collector.spans().filter(({ traceId }) => traceId === find()?.traceId);
  };
  // The tap has no journal, and the simulator behind it has.
  const house = { ...opened, asked: async () => (await simulator.journal()).entries };
  return { house, collector, simulator, tap, traceOf };
}

/** The first closed his data to resellers, and is not asked: two are. */
const COUNTS = 'query Counts { companies(first: 3) { nodes { id name countSummary { active } } } }';
const PEOPLE = `query People($search: String!) { companies(first: 2) { nodes {
  targetUsers(first: 2, filter: { search: $search }) { nodes { email firstName } } } } }`;

const toOutcomes = (calls: readonly CollectedSpan[]) =>
  calls.map(({ attributes }) => [attributes['keepnet.company_id'] ?? null, attributes['keepnet.outcome']]).sort();

/** The header of each request that was sent to Keepnet. */
const sentParents = ({ tap }: TracedHouse) =>
  [...tap.sent().matchAll(/^traceparent: (.*)\r$/gim)].map(([, value = '']) => value);

describe('a query over two companies', () => {
  it('is one span, and each Keepnet call for it is one below it', async () => {
    const { house, collector, traceOf } = await openTracedHouse();
    const { headers } = await house.ask(COUNTS);
    const asked = (await house.asked()).filter(({ path }) => path.startsWith('/api/'));
    const trace = await traceOf('graphql Counts');
    const [operation, ...others] = trace.filter(({ parentSpanId }) => parentSpanId === null);
    const calls = trace.filter(({ parentSpanId }) => parentSpanId === operation?.spanId);
    expect(others).toEqual([]);
    expect(calls).toHaveLength(trace.length - 1);
    expect(operation?.attributes['keepnet_graph.request_id']).toBe(headers.get('x-request-id'));
    expect(toOutcomes(calls)).toEqual(asked.map(({ companyId, status }) => [companyId, String(status)]).sort());
    expect(new Set(asked.map(({ companyId }) => companyId)).size).toBe(3);
    expect(new Set(calls.map(({ name }) => name)).size).toBe(2);
    expect(calls.map(({ attributes }) => attributes['keepnet.attempt'])).toEqual(calls.map(() => 1));
    expect(collector.paths()).toEqual(['POST /v1/traces']);
    expect(collector.text()).toContain('"stringValue":"keepnet-graph"');
  });

  it('has a span for each attempt, and says which failed', async () => {
    const traced = await openTracedHouse();
    await traced.simulator.addFault({ kind: 'status', status: 503, path: '/api/companies/search', times: 1 } as never);
    await traced.house.ask(COUNTS);
    const trace = await traced.traceOf('graphql Counts');
    const walked = trace.filter(({ name }) => name === 'POST companies/search');
    expect(walked.map(({ attributes, failed }) => ({ attributes, failed }))).toEqual([
      { attributes: { 'keepnet.attempt': 1, 'keepnet.outcome': '503' }, failed: true },
      { attributes: { 'keepnet.attempt': 2, 'keepnet.outcome': '200' }, failed: false },
    ]);
  });

  it('tells nothing of people, of what was asked for, or of where', async () => {
    const { house, collector, tap, traceOf } = await openTracedHouse();
    const { body } = await house.ask(PEOPLE, { search: 'e' });
    const { data } = await house.ask<{ companies: { nodes: { name: string }[] } }>(COUNTS).then((each) => each.body);
    await traceOf('graphql People');
    await traceOf('graphql Counts');
    const people = JSON.stringify(body.data).match(/[^"]+@[^"]+/g) ?? [];
    const names = data?.companies.nodes.map(({ name }) => name) ?? [];
    expect(people.length).toBeGreaterThan(0);
    expect(names).toHaveLength(3);
    const text = collector.text();
    for (const secret of [...people, ...names, tap.url, house.url, 'Bearer', '?', 'firstName']) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('traceparent', () => {
  const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
  const PARENT_ID = '00f067aa0ba902b7';

  it('of a client is continued, and sent to Keepnet with the span of each call', async () => {
    const traced = await openTracedHouse();
    await traced.house.ask(COUNTS, undefined, { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` });
    const trace = await traced.traceOf('graphql Counts');
    const operation = trace.find(({ name }) => name === 'graphql Counts');
    expect(operation).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID });
    const calls = trace.filter(({ parentSpanId }) => parentSpanId === operation?.spanId);
    expect(calls.length).toBeGreaterThanOrEqual(3);
    expect(sentParents(traced).sort()).toEqual(calls.map(({ spanId }) => `00-${TRACE_ID}-${spanId}-01`).sort());
  });

  it('of a client that does not record is sent on, and nothing is told of it', async () => {
    const traced = await openTracedHouse();
    await traced.house.ask(COUNTS, undefined, { traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` });
    await traced.house.ask('query Later { __typename }');
    await traced.traceOf('graphql Later');
    expect(sentParents(traced).length).toBeGreaterThanOrEqual(3);
    for (const sent of sentParents(traced)) expect(sent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
    expect(traced.collector.spans().map(({ name }) => name)).toEqual(['graphql Later']);
  });

  it('that cannot be read begins a trace of its own', async () => {
    const { house, collector, traceOf } = await openTracedHouse();
    const unreadable = ['nonsense', `00-${'0'.repeat(32)}-${PARENT_ID}-01`, `ff-${TRACE_ID}-${PARENT_ID}-01`];
    for (const traceparent of unreadable) await house.ask('{ __typename }', undefined, { traceparent });
    await house.ask('query Last { __typename }');
    await traceOf('graphql Last');
    expect(collector.spans().map(({ parentSpanId }) => parentSpanId)).toEqual([null, null, null, null]);
    expect(new Set(collector.spans().map(({ traceId }) => traceId)).size).toBe(4);
    expect(collector.text()).not.toContain(TRACE_ID);
  });

  it('is neither read nor sent where no collector is named', async () => {
    const traced = await openTracedHouse({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    await traced.house.ask(COUNTS, undefined, { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` });
    expect(traced.tap.sent()).toContain('/api/companies/search');
    expect(traced.tap.sent()).not.toMatch(/traceparent/i);
    expect(traced.collector.paths()).toEqual([]);
  });
});

describe('an export', () => {
  it('has a span for each part, with the calls for it below', async () => {
    const { house, traceOf } = await openTracedHouse();
    await house.ask('mutation { exportCompanies(input: { format: CSV }) { job { id } } }');
    const trace = await traceOf('export part');
    const part = trace.find(({ name }) => name === 'export part');
    expect(part).toMatchObject({ parentSpanId: null, failed: false });
    expect(part?.attributes).toMatchObject({ 'keepnet_graph.export_kind': 'COMPANIES', 'keepnet_graph.attempt': 1 });
    expect(trace.filter(({ parentSpanId }) => parentSpanId === part?.spanId).length).toBeGreaterThanOrEqual(1);
  });
});

describe('a collector that is away', () => {
  it('costs a line in the log when it goes, one with the number of spans lost, and no answer', async () => {
    const { house, collector } = await openTracedHouse();
    await collector.stop();
    const { body } = await house.ask('query Away { __typename }');
    expect(body.data).toEqual({ __typename: 'Query' });
    await house.close();
    const lines = house.logged().filter(({ msg }) => /spans/.test(String(msg)));
    expect(lines.map(({ level, spans }) => ({ level, spans }))).toEqual([
      { level: 'warn', spans: 1 },
      { level: 'warn', spans: 1 },
    ]);
    expect(JSON.stringify(lines)).not.toContain(new URL(collector.url).port);
  });
});

describe('the library', () => {
  it('is loaded by one file, and that by one other when it is wanted', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const filesWith = (pattern: RegExp) => files.filter((name) => pattern.test(readFileSync(`src/${name}`, 'utf8')));
    expect(filesWith(/'@opentelemetry\//)).toEqual(['telemetry-otlp.ts']);
    expect(filesWith(/'\.[^']*telemetry-otlp\.js'/)).toEqual(['app-tracing.ts']);
    expect(readFileSync('src/app-tracing.ts', 'utf8')).toContain("await import('./telemetry-otlp.js')");
  });
});
