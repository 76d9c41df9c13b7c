/**
 * Takes what an operation may cost from its caller's allowance: once it is known to be valid, and before it runs. Over the allowance
 * the request ends with 429 and has cost Keepnet nothing. An operation that may not ask Keepnet is never refused.
 */
import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { AppError, ERROR_CODES } from '../errors.js';
import { coerceVariables } from './coerce-variables.js';
import type { GraphContext } from './context.js';
import { predictCalls } from './price.js';

export const allowancePlugin: ApolloServerPlugin<GraphContext> = {
  async requestDidStart({ contextValue }) {
    const allowance = contextValue.caller?.allowance ?? null;
    if (allowance === null) return;
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        const variables = coerceVariables(contextValue, { schema, operation, given: request.variables });
        const calls = variables ? predictCalls(schema, document, operation?.name?.value, variables) : 0;
        if (calls > 0) await allowance.spend(calls).catch(refuse);
      },
    };
  },
};

function refuse(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  const headers = new HeaderMap();
  if (error.retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(error.retryAfterMs / 1000)));
  throw new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, http: { status: ERROR_CODES[error.code].httpStatus, headers } },
  });
}
