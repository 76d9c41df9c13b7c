/**
 * What becomes of a request where the operator trusts some operations: one that is trusted may be asked for by its id alone and
 * is not measured by the limits of `limits.ts`, having been validated when the server started; its variables and its budget of
 * Keepnet calls are as anybody's. Whether another one is answered is up to the mode.
 */
import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server';
import { type DocumentNode, GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { AppError, badInput, ERROR_CODES } from '../errors.js';
import type { GraphContext } from './context.js';
import { hashText, type TrustedOperations } from './trusted-operations.js';

export interface OperationTrust {
  /** `log`: others are answered and told of; `prefer`: others are answered; `only`: others are refused. */
  readonly mode: 'log' | 'prefer' | 'only';
  readonly operations: TrustedOperations;
  /** In the mode `log`, for each text that is not trusted, once as long as it is remembered. */
  onUnknown(id: string, requestId: string): void;
}

/** Apollo's store of documents that need not be parsed and validated, with the trusted ones in it from the start. */
export function createDocumentStore({ operations }: OperationTrust) {
  const others = new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS_KEPT,
    sizeCalculation: (document) => document.loc?.end || 1,
  });
  return {
    // Apollo's key ends with the SHA-256 of the text.
    get: async (key: string) => operations.findById(key.slice(-64))?.document ?? others.get(key),
    set: async (key: string, document: DocumentNode) => void others.set(key, document),
    delete: async (key: string) => others.delete(key),
  };
}

export function createTrustPlugin(trust: OperationTrust): ApolloServerPlugin<GraphContext> {
  const told = new LRUCache<string, true>({ max: MAX_UNKNOWN_REMEMBERED });
  const tellOnce = (text: string, requestId: string) => {
    const id = hashText(text);
    if (!told.has(id)) trust.onUnknown(id, requestId);
    told.set(id, true);
  };
  return {
    async requestDidStart({ request, contextValue }) {
      const refusal = settle(request, trust);
      if (refusal === undefined) {
        const { query } = request;
        const isUnknown = query !== undefined && trust.operations.findByText(query) === undefined;
        if (trust.mode === 'log' && isUnknown) tellOnce(query, contextValue.requestId);
        return;
      }
      // Apollo makes a 500 of what is thrown here. So the document, which may be anything, gives way to one that does no harm
      // until the refusal can be told.
      request.query = '{ __typename }';
      delete request.operationName;
      request.extensions = withoutPersistedQuery(request.extensions);
      return {
        async didResolveOperation() {
          const { httpStatus: status } = ERROR_CODES[refusal.code];
          const extensions = { code: refusal.code, http: { status } };
          throw new GraphQLError(refusal.message, { originalError: refusal, extensions });
        },
      };
    },
  };
}

/** Some 30 MB of parsed documents. */
const MAX_CHARACTERS_KEPT = 300_000;
const MAX_UNKNOWN_REMEMBERED = 1_000;

/** Puts the trusted text into the request, or says why it is refused. Of a text that is not trusted nothing is changed. */
function settle(request: GraphQLRequest, { mode, operations }: OperationTrust): AppError | undefined {
  const id = readId(request);
  const operation = request.query ? operations.findByText(request.query) : operations.findById(id ?? '');
  if (request.query) {
    const isOfText =
      id === undefined || id === hashText(request.query) || (operation && operations.findById(id) === operation);
    if (!isOfText) return badInput('extensions.persistedQuery', 'expected the SHA-256 of the query, got: another');
    request.extensions = withoutPersistedQuery(request.extensions);
  }
  if (operation === undefined) {
    // Apollo tells clients that know of it that the id alone is not enough; they then send the text.
    if (mode !== 'only') return undefined;
    return new AppError(
      'OPERATION_NOT_TRUSTED',
      'This server answers operations only that its operator has registered.',
    );
  }
  request.query = operation.text;
  request.extensions = withoutPersistedQuery(request.extensions);
  return undefined;
}

/** From `extensions.persistedQuery.sha256Hash` as Apollo's clients write it, or from `documentId`, `sha256:` before it or not. */
function readId({ extensions, http }: GraphQLRequest): string | undefined {
  const body = http?.body as { documentId?: unknown } | undefined;
  const search = http?.method === 'GET' ? new URLSearchParams(http.search) : undefined;
  const written = extensions?.persistedQuery?.sha256Hash ?? body?.documentId ?? search?.get('documentId');
  return typeof written === 'string' ? written.replace(/^sha256:/, '').toLowerCase() : undefined;
}

function withoutPersistedQuery(extensions: GraphQLRequest['extensions']): GraphQLRequest['extensions'] {
  const { persistedQuery: _, ...rest } = extensions ?? {};
  return rest;
}
