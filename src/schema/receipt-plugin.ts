/**
 * The receipt: what an operation was predicted to cost and what it cost, in Keepnet calls, for a client that asks with
 * `x-keepnet-graph-receipt: 1`. Answers that are older than they should be are told to everybody, asked or not.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { coerceVariables } from './coerce-variables.js';
import type { GraphContext } from './context.js';
import { predictCalls } from './price.js';

/** More would drown the answer that they are about; `more` says how many are left out. */
const MAX_STALE_TOLD = 20;

export const receiptPlugin: ApolloServerPlugin<GraphContext> = {
  async requestDidStart({ contextValue }) {
    let predictedCalls = 0;
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        if (!contextValue.wantsReceipt) return;
        const variables = coerceVariables(contextValue, { schema, operation, given: request.variables });
        const { mostCompanies } = contextValue;
        predictedCalls = variables
          ? predictCalls(schema, document, operation?.name?.value, variables, mostCompanies)
          : 0;
      },
      async willSendResponse({ response }) {
        if (response.body.kind !== 'single') return;
        const { stale, oldestAnswerAtMs, ...cost } = contextValue.receipt();
        const { wantsReceipt, requestId } = contextValue;
        const result = response.body.singleResult;
        if (!wantsReceipt && stale.length === 0) return;
        result.extensions = {
          ...result.extensions,
          ...(wantsReceipt && { cost: { predictedCalls, ...cost, stale: stale.length, requestId } }),
          ...(stale.length > 0 && {
            stale: { answers: stale.slice(0, MAX_STALE_TOLD), more: Math.max(0, stale.length - MAX_STALE_TOLD) },
          }),
        };
      },
    };
  },
};
