/**
 * Takes what an operation may cost from its caller's allowance: once it is known that it will run, and before it does. Over the
 * allowance the request ends with 429 and has cost Keepnet nothing. An operation that may not ask Keepnet is never refused.
 */
import {
  type ApolloServerPlugin,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import { GraphQLError, type OperationDefinitionNode } from 'graphql';
import { AppError, ERROR_CODES } from '../errors.js';
import { coerceVariables } from './coerce-variables.js';
import type { GraphContext } from './context.js';
import { formatError } from './format-error.js';
import { predictCalls } from './price.js';

export const allowancePlugin: ApolloServerPlugin<GraphContext> = {
  async requestDidStart({ contextValue }) {
    const allowance = contextValue.caller?.allowance ?? null;
    if (allowance === null) return;
    return {
      // Apollo asks for it after every other check: those of `didResolveOperation` run all at once.
      async responseForOperation(resolved) {
        const calls = countCalls(resolved);
        if (calls === 0) return null;
        return allowance.spend(calls).then(() => null, toRefusal);
      },
    };
  },
};

type Resolved = GraphQLRequestContextResponseForOperation<GraphContext>;

/** The walk takes as long as all the rest of a small operation, so its result is kept where no variables decide it. */
function countCalls(resolved: Resolved): number {
  const { operation } = resolved;
  if (operation.variableDefinitions?.length) return predict(resolved).calls;
  const known = predictions.get(operation);
  if (known !== undefined && isStillTrue(known, resolved)) return known.calls;
  const prediction = predict(resolved);
  predictions.set(operation, prediction);
  return prediction.calls;
}

interface Prediction {
  readonly calls: number;
  /** How many companies the caller had; null where it makes no difference. */
  readonly mostCompanies: number | null;
}

/** As it was predicted last: dashboards ask the same, and mostly for the same caller. */
const predictions = new WeakMap<OperationDefinitionNode, Prediction>();

function isStillTrue({ mostCompanies }: Prediction, { contextValue }: Resolved): boolean {
  return mostCompanies === null || mostCompanies === contextValue.mostCompanies();
}

function predict({ schema, document, operation, request, contextValue }: Resolved): Prediction {
  const variables = coerceVariables(contextValue, { schema, operation, given: request.variables });
  if (!variables) return { calls: 0, mostCompanies: null };
  let mostCompanies: number | null = null;
  const calls = predictCalls(schema, document, operation.name?.value, variables, () => {
    mostCompanies ??= contextValue.mostCompanies();
    return mostCompanies;
  });
  return { calls, mostCompanies };
}

function toRefusal(error: unknown): GraphQLResponse {
  const refusal = error instanceof AppError ? error : new AppError('INTERNAL', 'Internal error.', { cause: error });
  const told = new GraphQLError(refusal.message, { originalError: refusal });
  const headers = new HeaderMap();
  if (refusal.retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(refusal.retryAfterMs / 1000)));
  return {
    http: { status: ERROR_CODES[refusal.code].httpStatus, headers },
    body: { kind: 'single', singleResult: { errors: [formatError(told.toJSON(), told)] } },
  };
}
