/** Apollo Server over the graph: what it may parse, when arguments are checked, how errors look. Knows nothing of HTTP routes. */
import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type GraphQLRequestContextDidResolveOperation,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { AppError } from '../errors.js';
import { allowancePlugin } from './allowance-plugin.js';
import { buildGraphSchema } from './build.js';
import { findWrongArgument } from './check-arguments.js';
import { coerceVariables } from './coerce-variables.js';
import type { GraphContext } from './context.js';
import { createCompiledExecutor } from './execute-compiled.js';
import { findOrigin, formatError } from './format-error.js';
import { boundDocumentRule, findVariableExcess, MAX_ERRORS, MAX_TOKENS } from './limits.js';
import { receiptPlugin } from './receipt-plugin.js';
import { createDocumentStore, createTrustPlugin, type OperationTrust } from './trusted-operations-plugin.js';

export interface ApolloOptions {
  /** Told of every error that is not the client's, once, with the id of its request. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
  /** Null: no operation is trusted more than others. */
  readonly trust?: OperationTrust | null;
  readonly plugins?: ApolloServerPlugin<GraphContext>[];
}

export async function createApollo({
  onInternalError,
  trust = null,
  plugins = [],
}: ApolloOptions): Promise<ApolloServer<GraphContext>> {
  return new ApolloServer<GraphContext>({
    gateway: createGateway(await buildGraphSchema()),
    csrfPrevention: true,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    // Not with `maxRecursiveSelections`: it puts other rules off until those of graphql-js have run.
    validationRules: [boundDocumentRule],
    // One more is that there are more.
    validationOptions: { maxErrors: MAX_ERRORS - 1 },
    ...(trust && { documentStore: createDocumentStore(trust) }),
    formatError,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ...(trust ? [createTrustPlugin(trust)] : []),
      checkArgumentsPlugin,
      allowancePlugin,
      receiptPlugin,
      createInternalErrorPlugin(onInternalError),
      ...plugins,
    ],
  });
}

type Gateway = ApolloServerOptionsWithGateway<GraphContext>['gateway'];

/** Apollo's way to hand over execution. There is nothing behind it: the schema and the executor are our own. */
function createGateway(schema: GraphQLSchema): Gateway {
  const run = createCompiledExecutor(schema);
  return {
    onSchemaLoadOrUpdate(tell) {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: ({ document, operation, request, context }) =>
        run({ document, operation, variables: request.variables, context: context as GraphContext }),
    }),
    stop: async () => undefined,
  };
}

const checkArgumentsPlugin: ApolloServerPlugin<GraphContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation(resolved) {
        const wrong = findWrongInput(resolved);
        if (wrong === undefined) return;
        throw new GraphQLError(wrong.message, {
          ...(wrong.nodes && { nodes: wrong.nodes }),
          ...(wrong.originalError && { originalError: wrong.originalError }),
          extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
        });
      },
    };
  },
};

function findWrongInput({
  schema,
  document,
  operation,
  request,
  contextValue,
}: GraphQLRequestContextDidResolveOperation<GraphContext>): GraphQLError | undefined {
  const excess = findVariableExcess(request.variables);
  if (excess) return new GraphQLError(excess.message, { originalError: excess });
  const variables = coerceVariables(contextValue, { schema, operation, given: request.variables });
  return variables && findWrongArgument(schema, document, operation?.name?.value, variables);
}

/** Faults of this server: logged once, and named by the id of the request in the answer. */
function createInternalErrorPlugin(
  onInternalError: ApolloOptions['onInternalError'],
): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) if (isInternal(error)) onInternalError(findOrigin(error), contextValue.requestId);
        },
        async willSendResponse({ response, contextValue }) {
          if (response.body.kind !== 'single') return;
          for (const { extensions } of response.body.singleResult.errors ?? []) {
            if (extensions?.code === 'INTERNAL') extensions.requestId = contextValue.requestId;
          }
        },
      };
    },
  };
}

function isInternal(error: GraphQLError): boolean {
  return !(findOrigin(error) instanceof AppError) && formatError(error.toJSON(), error).extensions?.code === 'INTERNAL';
}
