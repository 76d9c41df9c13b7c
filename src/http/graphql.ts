/**
 * `/graphql`: queries over GET, everything over POST. What a request is while it is answered stands in `open-request.ts`;
 * parsing, limits and errors inside GraphQL are the schema's.
 */
import type { ApolloServer, ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createApollo } from '../schema/apollo.js';
import type { GraphContext } from '../schema/context.js';
import type { OperationTrust } from '../schema/trusted-operations-plugin.js';
import { type OpenedRequest, type Operation, openOperation, type RequestParts, toOpened } from './open-request.js';

export interface GraphqlOptions extends RequestParts {
  readonly operationTimeoutMs: number;
  /** What clients call the server, without a slash at its end; null: what each request calls it. */
  readonly publicUrl: string | null;
  /** Null: no operation is trusted more than others. */
  readonly trust: OperationTrust | null;
  /** Requests in flight have this long to end once the server is told to stop. */
  readonly drainMs: number;
  openContext(request: OpenedRequest): GraphContext;
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
      options.openContext(toOpened(request, operationOf(request, operations), { ...options, isBulk: false })),
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const kind = { kind: 'graphql', timeoutMs: options.operationTimeoutMs } as const;
      const operation = openOperation(request, reply, { ...options, ...kind });
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

/** Found by the HTTP request, and inside GraphQL by the signal: Apollo copies the context, but not what is in it. */
type Operations = WeakMap<FastifyRequest | AbortSignal, Operation>;

function operationOf(request: FastifyRequest, operations: Operations): Operation {
  const operation = operations.get(request);
  if (!operation) throw new Error('a request reached GraphQL without passing the door');
  return operation;
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
