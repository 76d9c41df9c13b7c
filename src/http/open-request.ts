/**
 * One request that asks Keepnet, from its headers to the end of its answer: a signal that ends its waits, a deadline, a span, and
 * one line in the log: what it was called, how it ended, how long it took; never its variables, its document or its answer.
 */
import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Metrics, OperationOutcome } from '../telemetry-metrics.js';
import type { Span, SpanEnd, Tracer } from '../telemetry-tracing.js';
import { callerOf } from './authenticate.js';

export interface OpenedRequest {
  readonly requestId: string;
  readonly caller: Caller;
  /** Fires when the time is up or the client has gone. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly deadlineAtMs: number;
  /** Ends with the answer. */
  readonly span: Span;
  /** The client asks what its operation costs: `x-keepnet-graph-receipt: 1`. */
  readonly wantsReceipt: boolean;
  /** The client wants nothing that was kept: `Cache-Control: no-cache`. */
  readonly isFresh: boolean;
  /** Reads whole lists: gives way to people, neither takes nor keeps answers, and may make any number of calls. */
  readonly isBulk: boolean;
  /** Where the client reached this server, without a slash at its end: the start of addresses in answers. */
  readonly baseUrl: string;
}

export interface RequestParts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

/** What a request is while it is answered; the last three are for whoever answers to fill in. */
export interface Operation {
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
  readonly span: Span;
  /** Of the document, or of the table. Null until it is known to be valid, and where it has no name. */
  name: string | null;
  /** The codes of the errors that were answered, each once. */
  errorCodes: readonly string[];
  /** This side gave the answer up after its head was sent; otherwise an answer that did not end has lost its reader. */
  isBrokenOff: boolean;
}

export interface OperationKind {
  /** What the line in the log and the span begin with. */
  readonly kind: 'graphql' | 'table' | 'stream' | 'odata';
  readonly timeoutMs: number;
}

/** The signal fires when the time is up or the client has gone. Timer and listener end with the answer, however it ends. */
export function openOperation(
  request: FastifyRequest,
  reply: FastifyReply,
  { log, metrics, tracer, kind, timeoutMs }: RequestParts & OperationKind,
): Operation {
  const startedAtMs = performance.now();
  const abort = new AbortController();
  // Every Keepnet call of the operation listens while it is under way: many at once are no leak.
  setMaxListeners(0, abort.signal);
  const span = tracer.start(kind, 'request', { 'keepnet_graph.request_id': request.id }, toTraceparent(request));
  const deadlineAtMs = Date.now() + timeoutMs;
  const operation: Operation = {
    signal: abort.signal,
    deadlineAtMs,
    span,
    name: null,
    errorCodes: [],
    isBrokenOff: false,
  };
  const timer = setTimeout(() => abort.abort(timeIsUp(timeoutMs)), timeoutMs);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) abort.abort(clientIsGone());
    const durationMs = Math.round(performance.now() - startedAtMs);
    const outcome = toOutcome(reply, operation);
    metrics.operationEnded({ name: operation.name, outcome, durationMs });
    span.end(toSpanEnd(reply, operation, kind));
    const ended = reply.raw.writableFinished
      ? { status: reply.statusCode, errorCodes: operation.errorCodes }
      : { status: outcome, ...(operation.isBrokenOff && { errorCodes: operation.errorCodes }) };
    log.info(
      { requestId: request.id, caller: request.caller?.id, operation: operation.name, ...ended, durationMs },
      kind,
    );
  });
  return operation;
}

/** Both in one, for whoever knows from the beginning what is asked. */
export function openRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, ...parts }: RequestParts & OperationKind & OpenedKind & { readonly name: string },
): { readonly operation: Operation; readonly opened: OpenedRequest } {
  const operation = openOperation(request, reply, parts);
  operation.name = name;
  return { operation, opened: toOpened(request, operation, parts) };
}

export interface OpenedKind extends Pick<OpenedRequest, 'isBulk'> {
  /** What clients call the server, without a slash at its end; null: what each request calls it. */
  readonly publicUrl: string | null;
}

/** What the rest of the server is told of it. */
export function toOpened(
  request: FastifyRequest,
  { signal, deadlineAtMs, span }: Operation,
  { publicUrl, isBulk }: OpenedKind,
): OpenedRequest {
  const { id, headers } = request;
  return {
    requestId: id,
    caller: callerOf(request),
    signal,
    deadlineAtMs,
    span,
    wantsReceipt: headers['x-keepnet-graph-receipt'] === '1',
    isFresh: /\bno-cache\b/i.test(headers['cache-control'] ?? ''),
    isBulk,
    baseUrl: toBaseUrl(request, publicUrl),
  };
}

/** As `OpenedRequest` has it. */
export function toBaseUrl({ protocol, hostname, port }: FastifyRequest, publicUrl: string | null): string {
  // Put together from its parts, not from the header as it came: the name was checked at the door, the port is a number.
  return publicUrl ?? `${protocol === 'https' ? 'https' : 'http'}://${hostname}${port === null ? '' : `:${port}`}`;
}

function toOutcome({ raw, statusCode }: FastifyReply, { errorCodes, isBrokenOff }: Operation): OperationOutcome {
  if (!raw.writableFinished) return isBrokenOff ? 'broken off' : 'client gone';
  if (statusCode >= 400) return 'refused';
  return errorCodes.length > 0 ? 'partial' : 'ok';
}

/** Sent twice, it comes joined, and names no trace. */
function toTraceparent({ raw }: FastifyRequest): string | undefined {
  const { traceparent } = raw.headers;
  return typeof traceparent === 'string' ? traceparent : undefined;
}

function toSpanEnd(reply: FastifyReply, operation: Operation, kind: OperationKind['kind']): SpanEnd {
  const { name, errorCodes } = operation;
  const outcome = toOutcome(reply, operation);
  const attributes: Record<string, string | number> = { 'keepnet_graph.outcome': outcome };
  if (reply.raw.writableFinished) attributes['http.response.status_code'] = reply.statusCode;
  if (errorCodes.length > 0) attributes['keepnet_graph.error_codes'] = errorCodes.join(' ');
  return { name: name === null ? kind : `${kind} ${name}`, failed: outcome !== 'ok', attributes };
}

function timeIsUp(timeoutMs: number): AppError {
  return new AppError('DEADLINE_EXCEEDED', `The operation was not done after ${timeoutMs / 1000} seconds.`);
}

/** Nobody reads it; it ends the waits that were made for the client. */
function clientIsGone(): AppError {
  return new AppError('DEADLINE_EXCEEDED', 'The client closed the connection before its answer was complete.');
}
