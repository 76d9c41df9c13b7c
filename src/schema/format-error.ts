/**
 * The one place where an error gets its public face. What the house threw on purpose is told with its code; what GraphQL
 * and Apollo say about a document is passed on; anything else is INTERNAL and only the log knows more.
 */
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError } from '../errors.js';

/** Codes that Apollo gives to requests that never ran. */
const REQUEST_CODES = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const origin = findOrigin(error);
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  if (origin instanceof AppError) return { message: origin.message, ...place, extensions: toExtensions(origin) };
  const code = formatted.extensions?.code;
  if (typeof code === 'string' && REQUEST_CODES.has(code)) {
    return {
      message: shorten(formatted.message),
      ...place,
      extensions: { code, retryable: false },
    };
  }
  return { message: 'Internal error.', ...place, extensions: { code: 'INTERNAL', retryable: false } };
}

const MAX_MESSAGE_LENGTH = 1_000;

/** It repeats what the client wrote, which may be long; what it means stands at its beginning and at its end. */
function shorten(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  const half = MAX_MESSAGE_LENGTH / 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
}

/** What was thrown, beneath the wrapping of GraphQL and Apollo. */
export function findOrigin(error: unknown): unknown {
  const unwrapped = unwrapResolverError(error);
  return unwrapped instanceof GraphQLError && unwrapped.originalError ? unwrapped.originalError : unwrapped;
}

/** What is told of a failure beside its message, wherever it is told. */
export function toExtensions({
  code,
  retryable,
  argument,
  companyId,
  retryAfterMs,
  upstream,
}: AppError): Record<string, unknown> {
  return {
    code,
    retryable,
    ...(argument !== undefined && { argument }),
    ...(companyId !== undefined && { companyId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(upstream !== undefined && { upstream }),
  };
}
