/**
 * The numbers in the form that Prometheus reads, with those of Node beside them: memory, processor, event loop. Loaded only where
 * somebody wants them, because the library takes its time to load.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { GAUGES, type GaugeName, type Metrics, type Reading } from './telemetry-metrics.js';

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

const PREFIX = 'keepnet_graph_';
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Clients choose the names of their operations, and each is a series for ever. */
const MAX_OPERATION_NAMES = 100;

export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const series = createSeries(registry);
  const toLabel = createNameLabel(MAX_OPERATION_NAMES);
  return {
    operationEnded({ name, outcome, durationMs }) {
      series.operations.observe({ operation: toLabel(name), outcome }, durationMs / 1000);
    },
    keepnetCalled: ({ endpoint, outcome, durationMs }) =>
      series.calls.observe({ endpoint, outcome }, durationMs / 1000),
    keepnetWaited: (waitedMs) => series.waits.observe(waitedMs / 1000),
    keepnetRetried: () => series.retries.inc(),
    questionAnswered: (by) => series.questions.inc({ answered_by: by }),
    requestShed: () => series.shed.inc(),
    watch: (name, read) => watchGauge(registry, name, read),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function createSeries(registry: Registry) {
  const registers = [registry];
  const buckets = SECONDS;
  return {
    operations: new Histogram({
      name: `${PREFIX}operation_duration_seconds`,
      help: 'GraphQL operations, tables, pages of OData and streams, from the first byte of the request to the end of the answer.',
      labelNames: ['operation', 'outcome'],
      buckets,
      registers,
    }),
    calls: new Histogram({
      name: `${PREFIX}keepnet_call_duration_seconds`,
      help: 'Exchanges with Keepnet, without their wait for a turn.',
      labelNames: ['endpoint', 'outcome'],
      buckets,
      registers,
    }),
    waits: new Histogram({
      name: `${PREFIX}keepnet_wait_seconds`,
      help: 'Waits of Keepnet calls for their turn.',
      buckets,
      registers,
    }),
    retries: new Counter({ name: `${PREFIX}keepnet_retries_total`, help: 'Keepnet calls made again.', registers }),
    questions: new Counter({
      name: `${PREFIX}keepnet_questions_total`,
      help: 'Questions to Keepnet, by what answered them.',
      labelNames: ['answered_by'],
      registers,
    }),
    shed: new Counter({ name: `${PREFIX}requests_shed_total`, help: 'Requests turned away as too many.', registers }),
  };
}

function watchGauge(
  registry: Registry,
  name: GaugeName,
  read: () => Promise<readonly Reading[]> | readonly Reading[],
): void {
  const { help, labels } = GAUGES[name];
  const gauge = new Gauge({
    name: `${PREFIX}${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
    async collect() {
      const readings = await Promise.resolve()
        .then(read)
        .catch(() => []);
      clear();
      for (const reading of readings) gauge.set(reading.labels ?? {}, reading.value);
    },
  });
  const clear = () => {
    gauge.reset();
    // A reset makes one without labels 0, which would be a reading too.
    if (labels.length === 0) gauge.remove();
  };
}

/** The name itself for the first so many, and one word for all that come later. */
function createNameLabel(maxNames: number): (name: string | null) => string {
  const known = new Set<string>();
  return (name) => {
    if (name === null) return '(none)';
    if (known.size < maxNames) known.add(name);
    return known.has(name) ? name : '(other)';
  };
}
