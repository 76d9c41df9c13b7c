/**
 * What the rooms tell of themselves as spans of a trace, and nothing of how those are kept. A span is handed on with what it is
 * the span of: there is no ambient one. What is told is a request id, an endpoint, a company id, an outcome; never a person, a
 * variable or a URL.
 */

export interface Tracer {
  /** A span without one above it here. With a valid `traceparent` it continues the trace of whoever sent that. */
  start(name: string, kind: 'request' | 'work', attributes: SpanAttributes, traceparent?: string): Span;
}

export interface Span {
  /** Names it to whoever is asked on its behalf, as W3C Trace Context writes it; null where nobody traces. */
  readonly traceparent: string | null;
  /** A call to another system, made for this one. */
  startCall(name: string, attributes: SpanAttributes): Span;
  /** Once. What is told after it is lost. */
  end(ended: SpanEnd): void;
}

export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanEnd {
  /** In place of the name that it was begun with. */
  readonly name?: string;
  readonly failed: boolean;
  readonly attributes: SpanAttributes;
}

/** Where nobody traces. */
export const NO_SPAN: Span = { traceparent: null, startCall: () => NO_SPAN, end: () => undefined };
export const NO_TRACER: Tracer = { start: () => NO_SPAN };
