/**
 * `/graphql`: queries over GET, everything over POST. Each request gets a signal that ends its waits, and leaves one line in
 * the log: what it was called, how it ended, how long it took; never its variables, its document or its answer.
 * Parsing, limits and errors inside GraphQL are the schema's.
 */
import { setMaxListeners } from 'node:events';
import type { ApolloServer, ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { AppError } from '../errors.js';
import { createApollo } from '../schema/apollo.js';
import type { GraphContext } from '../schema/context.js';
import type { OperationTrust } from '../schema/trusted-operations-plugin.js';
import type { Log } from '../telemetry.js';
import type { Metrics, OperationOutcome } from '../telemetry-metrics.js';
import type { Span, SpanEnd, Tracer } from '../telemetry-tracing.js';
import { callerOf } from './authenticate.js';

export interface GraphqlOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly operationTimeoutMs: number;
  /** What clients call the server, without a slash at its end; null: what each request calls it. */
  readonly publicUrl: string | null;
  /** Null: no operation is trusted more than others. */
  readonly trust: OperationTrust | null;
  /** Requests in flight have this long to end once the server is told to stop. */
  readonly drainMs: number;
  openContext(request: OpenedRequest): GraphContext;
}

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
  /** Where the client reached this server, without a slash at its end: the start of addresses in answers. */
  readonly baseUrl: string;
}

/** Adds the route. Stop the returned server before `app` is closed: stopping it lets the requests in flight end. */
export async function registerGraphql(
  app: FastifyInstance,
  options: GraphqlOptions,
): Promise<ApolloServer<GraphContext>> {
  const operations: Operations = new WeakMap();
  const apollo = await createApollo({
    onInternalError: (error, requestId) => options.log.error({ requestId, error }, 'graphql failed'),
    trust: options.trust,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: app.server, stopGracePeriodMillis: options.drainMs }),
      recordOutcome(operations),
    ],
  });
  await apollo.start();
  const handler = fastifyApolloHandler<GraphContext>(apollo, {
    context: async (request) =>
      options.openContext(toOpened(request, operationOf(request, operations), options.publicUrl)),
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const operation = openOperation(request, reply, options);
      operations.set(request, operation).set(operation.signal, operation);
    });
    // Apollo names a policy of its own; answers hold customers' data, so no cache may keep them.
    scope.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'private, no-store'));
    scope.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      config: { needs: 'read' },
      exposeHeadRoute: false,
      handler,
    });
  });
  return apollo;
}

/** One request from its first byte to the end of its answer. */
interface Operation {
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
  readonly span: Span;
  /** Null until the document is known to be valid, and where the operation has no name. */
  name: string | null;
  /** The codes of the errors that were answered, each once. */
  errorCodes: readonly string[];
}

/** Found by the HTTP request, and inside GraphQL by the signal: Apollo copies the context, but not what is in it. */
type Operations = WeakMap<FastifyRequest | AbortSignal, Operation>;

/** The signal fires when the time is up or the client has gone. Timer and listener end with the answer, however it ends. */
function openOperation(
  request: FastifyRequest,
  reply: FastifyReply,
  { log, metrics, tracer, operationTimeoutMs }: GraphqlOptions,
): Operation {
  const startedAtMs = performance.now();
  const abort = new AbortController();
  // Every Keepnet call of the operation listens while it is under way: many at once are no leak.
  setMaxListeners(0, abort.signal);
  const deadlineAtMs = Date.now() + operationTimeoutMs;
  const span = tracer.start('graphql', 'request', { 'keepnet_graph.request_id': request.id }, toTraceparent(request));
  const operation: Operation = { signal: abort.signal, deadlineAtMs, span, name: null, errorCodes: [] };
  const timer = setTimeout(() => abort.abort(timeIsUp(operationTimeoutMs)), operationTimeoutMs);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    const isComplete = reply.raw.writableFinished;
    if (!isComplete) abort.abort(clientIsGone());
    const outcome = isComplete
      ? { status: reply.statusCode, errorCodes: operation.errorCodes }
      : { status: 'client gone' };
    const durationMs = Math.round(performance.now() - startedAtMs);
    metrics.operationEnded({ name: operation.name, outcome: toOutcome(reply, operation), durationMs });
    span.end(toSpanEnd(reply, operation));
    log.info(
      { requestId: request.id, caller: request.caller?.id, operation: operation.name, ...outcome, durationMs },
      'graphql',
    );
  });
  return operation;
}

function toOutcome({ raw, statusCode }: FastifyReply, { errorCodes }: Operation): OperationOutcome {
  if (!raw.writableFinished) return 'client gone';
  if (statusCode >= 400) return 'refused';
  return errorCodes.length > 0 ? 'partial' : 'ok';
}

/** Sent twice, it comes joined, and names no trace. */
function toTraceparent({ raw }: FastifyRequest): string | undefined {
  const { traceparent } = raw.headers;
  return typeof traceparent === 'string' ? traceparent : undefined;
}

function toSpanEnd(reply: FastifyReply, operation: Operation): SpanEnd {
  const { name, errorCodes } = operation;
  const outcome = toOutcome(reply, operation);
  const attributes: Record<string, string | number> = { 'keepnet_graph.outcome': outcome };
  if (outcome !== 'client gone') attributes['http.response.status_code'] = reply.statusCode;
  if (errorCodes.length > 0) attributes['keepnet_graph.error_codes'] = errorCodes.join(' ');
  return { name: name === null ? 'graphql' : `graphql ${name}`, failed: outcome !== 'ok', attributes };
}

function operationOf(request: FastifyRequest, operations: Operations): Operation {
  const operation = operations.get(request);
  if (!operation) throw new Error('a request reached GraphQL without passing the door');
  return operation;
}

function toOpened(
  request: FastifyRequest,
  { signal, deadlineAtMs, span }: Operation,
  publicUrl: string | null,
): OpenedRequest {
  const { id, headers, protocol, hostname, port } = request;
  return {
    requestId: id,
    caller: callerOf(request),
    signal,
    deadlineAtMs,
    span,
    wantsReceipt: headers['x-keepnet-graph-receipt'] === '1',
    isFresh: /\bno-cache\b/i.test(headers['cache-control'] ?? ''),
    // Put together from what was checked, not from the header as it came: that may hold more than a host and a port.
    baseUrl: publicUrl ?? `${protocol}://${hostname}${port === null ? '' : `:${port}`}`,
  };
}

/** A name is the client's: a line of the log, and a label, must not be as long as he likes. */
const MAX_NAME_LENGTH = 100;

/** Notes what only Apollo knows: the name of a valid operation, and how its answer came out. */
function recordOutcome(operations: Operations): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart({ contextValue }) {
      const operation = operations.get(contextValue.signal);
      if (!operation) return;
      return {
        async didResolveOperation({ operationName }) {
          operation.name = operationName?.slice(0, MAX_NAME_LENGTH) ?? null;
        },
        async willSendResponse({ response }) {
          if (response.body.kind !== 'single') return;
          const codes = (response.body.singleResult.errors ?? []).map((error) => String(error.extensions?.code));
          operation.errorCodes = [...new Set(codes)];
        },
      };
    },
  };
}

function timeIsUp(operationTimeoutMs: number): AppError {
  return new AppError('DEADLINE_EXCEEDED', `The operation was not done after ${operationTimeoutMs / 1000} seconds.`);
}

/** Nobody reads it; it ends the waits that were made for the client. */
function clientIsGone(): AppError {
  return new AppError('DEADLINE_EXCEEDED', 'The client closed the connection before its answer was complete.');
}
