/** Joins the rooms that tell spans with the collector that takes them; where none is named, nothing is loaded and nothing is told. */
import type { Config } from './config.js';
import type { Log } from './telemetry.js';
import { NO_TRACER, type Tracer } from './telemetry-tracing.js';

export interface OpenedTracing {
  readonly tracer: Tracer;
  /** Sends what waits. */
  stop(): Promise<void>;
}

export async function openTracing({ tracing }: Config, log: Log): Promise<OpenedTracing> {
  const { endpoint, serviceName } = tracing;
  if (endpoint === null) return { tracer: NO_TRACER, stop: async () => undefined };
  const { createOtlpTracer } = await import('./telemetry-otlp.js');
  const tracer = createOtlpTracer({ endpoint, serviceName, log });
  return { tracer, stop: () => tracer.stop() };
}
