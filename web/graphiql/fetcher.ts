/**
 * How GraphiQL asks the graph: one POST per run, on the page's own origin.
 * Promises that the stop button ends the request (and with it the Keepnet calls behind it), that data is shown before
 * errors, that an answer which is not GraphQL becomes a readable error, and that each answer's upstream is told,
 * as is whether the server took the key.
 */
import type { GraphiQL } from 'graphiql';
import type { ComponentProps } from 'react';
import type { Upstream } from './upstream-notice.js';

type Fetcher = ComponentProps<typeof GraphiQL>['fetcher'];
type Params = Parameters<Fetcher>[0];
type Options = Parameters<Fetcher>[1];
type Result = Awaited<Exclude<ReturnType<Fetcher>, AsyncIterable<unknown> | { subscribe: unknown }>>;

interface Observer {
  next(result: Result): void;
  error(error: unknown): void;
  complete(): void;
}

export interface FetcherOptions {
  /** Sent with each request, unless the headers of the tab carry a credential. Null: none. */
  readonly apiKey: string | null;
  /** After each answer: who is behind the graph. */
  onUpstream(upstream: Upstream): void;
  /** After each answer: whether the server let the request in. */
  onAdmission(isAdmitted: boolean): void;
}

export function graphqlFetcher(url: string, options: FetcherOptions): Fetcher {
  // An observable and not a promise: GraphiQL can stop only what it can unsubscribe from.
  const fetcher = (params: Params, tab?: Options) => ({
    subscribe(observer: Observer) {
      const abort = new AbortController();
      void post(url, params, { ...options, headers: tab?.headers ?? {}, signal: abort.signal }).then(
        (result) => {
          observer.next(result);
          observer.complete();
        },
        (error: unknown) => {
          if (!abort.signal.aborted) observer.error(error);
        },
      );
      return { unsubscribe: () => abort.abort() };
    },
  });
  return fetcher as Fetcher;
}

interface PostOptions extends FetcherOptions {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

async function post(
  url: string,
  params: Params,
  { headers, signal, apiKey, onUpstream, onAdmission }: PostOptions,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...toCredential(apiKey, headers),
      ...headers,
    },
    body: JSON.stringify(params),
    signal,
  }).catch((cause: unknown) => {
    throw new Error('The server does not answer. Is it still running?', { cause });
  });
  const upstream = response.headers.get('x-keepnet-graph-upstream');
  if (upstream === 'simulator' || upstream === 'keepnet') onUpstream(upstream);
  onAdmission(response.status !== 401);
  try {
    return dataFirst(await response.json());
  } catch (cause) {
    throw new Error(`The server answered with HTTP ${response.status} and no JSON.`, { cause });
  }
}

/** The server takes one credential, so that of the tab stands alone. */
function toCredential(apiKey: string | null, headers: Record<string, string>): Record<string, string> {
  const isGiven = Object.keys(headers).some((name) => /^(authorization|x-api-key)$/i.test(name));
  return apiKey === null || isGiven ? {} : { authorization: `Bearer ${apiKey}` };
}

/** The server writes errors first; on a screen, one customer that refuses would push what all others answered out of sight. */
function dataFirst(answer: object): Result {
  if (!('data' in answer)) return answer as Result;
  const { data, ...rest } = answer;
  return { data, ...rest } as Result;
}
