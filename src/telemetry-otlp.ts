/**
 * Spans as an OpenTelemetry collector takes them: OTLP over HTTP, as JSON, in batches. Loaded only where a collector is named.
 * One that is away costs spans and a line in the log: no more than 2,048 wait for it, and each batch is given up after 3 seconds.
 */
import {
  type Context,
  isSpanContextValid,
  type Span as OtelSpan,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from './telemetry.js';
import type { Span, Tracer } from './telemetry-tracing.js';

export interface OtlpTracerOptions {
  /** Without a slash at its end; `/v1/traces` is below it. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly log: Log;
}

export interface OtlpTracer extends Tracer {
  /** Sends what waits, for at most 5 seconds. */
  stop(): Promise<void>;
}

const EXPORT_TIMEOUT_MS = 3_000;
/** Longer, so that a batch that is given up is told before it. */
const STOP_TIMEOUT_MS = 5_000;
const BATCH_EVERY_MS = 1_000;
const MAX_BATCH_SPANS = 512;
const MAX_WAITING_SPANS = 2_048;

export function createOtlpTracer({ endpoint, serviceName, log }: OtlpTracerOptions): OtlpTracer {
  const counts: SpanCounts = { ended: 0, delivered: 0 };
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: EXPORT_TIMEOUT_MS });
  const processor = new BatchSpanProcessor({
    exporter: watchDelivery(exporter, counts, log),
    exportTimeoutMillis: STOP_TIMEOUT_MS,
    scheduledDelayMillis: BATCH_EVERY_MS,
    maxExportBatchSize: MAX_BATCH_SPANS,
    maxQueueSize: MAX_WAITING_SPANS,
  });
  const resource = resourceFromAttributes({ 'service.name': serviceName });
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  const tracer = provider.getTracer('keepnet-graph');
  return {
    start(name, kind, attributes, traceparent) {
      const options = { kind: kind === 'request' ? SpanKind.SERVER : SpanKind.INTERNAL, attributes };
      return toSpan(tracer, tracer.startSpan(name, options, toContext(traceparent)), counts);
    },
    async stop() {
      await within(STOP_TIMEOUT_MS, provider.shutdown());
      const lost = counts.ended - counts.delivered;
      if (lost > 0) log.warn({ spans: lost }, 'spans were lost: the trace collector did not take them');
    },
  };
}

interface SpanCounts {
  ended: number;
  delivered: number;
}

type Delivered = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Tells the log when the collector is away and when it is back. What the library says of a failure names hosts: it is not told. */
function watchDelivery(exporter: SpanExporter, counts: SpanCounts, log: Log): SpanExporter {
  let isAway = false;
  const tell = (spans: number, { code }: Delivered) => {
    const failed = code !== 0;
    if (failed && !isAway) log.warn({ spans }, 'the trace collector does not take spans; they are lost until it does');
    if (!failed && isAway) log.info({}, 'the trace collector takes spans again');
    isAway = failed;
    if (!failed) counts.delivered += spans;
  };
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        tell(spans.length, result);
        // As done either way: there is nobody else to tell of it.
        done({ code: 0 });
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

function toSpan(tracer: OtelTracer, span: OtelSpan, counts: SpanCounts): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    startCall(name, attributes) {
      const options = { kind: SpanKind.CLIENT, attributes };
      return toSpan(tracer, tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, span)), counts);
    },
    end({ name, failed, attributes }) {
      // One that the client's own sampling left out is not sent.
      if (!span.isRecording()) return;
      counts.ended += 1;
      if (name !== undefined) span.updateName(name);
      span.setAttributes(attributes);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What cannot be read begins a trace of its own. */
function toContext(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work.catch(() => undefined), timeIsUp]);
  clearTimeout(timer);
}
