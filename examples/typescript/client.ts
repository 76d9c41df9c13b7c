/**
 * The whole client: a typed document and its variables in, typed data and the errors beside it out. No GraphQL library: documents are
 * texts that codegen wrote. What is refused as a whole is thrown; what went wrong at one customer is for the caller to look at.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedDocumentString } from './generated/operations.js';

export interface GraphError {
  readonly message: string;
  /** Where the null is that it explains: keys and places in lists, from `data` on. */
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly retryable?: boolean; readonly companyId?: string };
}

export interface Answer<Data> {
  readonly data: Data;
  readonly errors: readonly GraphError[];
}

export interface Server {
  readonly url: string;
  /** Null where the server is open. */
  readonly key: string | null;
}

/** The server says no to the whole operation. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly errors: readonly GraphError[],
  ) {
    super(errors.map(({ message, extensions }) => `${message} (${extensions.code})`).join('\n') || `HTTP ${status}`);
  }
}

const ATTEMPTS = 4;

/** From SERVER_URL and KEEPNET_GRAPH_KEY. */
export function readServer(): Server {
  const { SERVER_URL = 'http://127.0.0.1:4000', KEEPNET_GRAPH_KEY = '' } = process.env;
  return { url: SERVER_URL, key: KEEPNET_GRAPH_KEY || null };
}

/** Asks again, after the seconds of Retry-After, where the server is busy. @throws Refused */
export async function ask<Data, Variables>(
  server: Server,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(server.key !== null && { authorization: `Bearer ${server.key}` }),
      },
      body: JSON.stringify({ query: String(document), variables }),
      signal: AbortSignal.timeout(120_000),
    });
    const { data, errors = [] } = (await response.json()) as { data?: Data | null; errors?: GraphError[] };
    if (response.ok && data) return { data, errors };
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || attempt === ATTEMPTS) throw new Refused(response.status, errors);
    await sleep(Number(response.headers.get('retry-after') ?? '1') * 1_000);
  }
}

/** The error that explains the null at `path`, if there is one: its path is this one, or a piece of it. */
export function findError(errors: readonly GraphError[], path: readonly (string | number)[]): GraphError | undefined {
  return errors.find((error) => error.path?.every((piece, at) => piece === path[at]));
}
