/**
 * How GraphiQL asks the graph: one POST per run, on the page's own origin.
 * Promises that the stop button ends the request (and with it the Keepnet calls behind it), that data is shown before
 * errors, that an answer which is not GraphQL becomes a readable error, and that each answer's upstream is told.
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

/** A fetcher for `url`; `onUpstream` hears after each answer who is behind the graph. */
export function graphqlFetcher(url: string, onUpstream: (upstream: Upstream) => void): Fetcher {
  // An observable and not a promise: GraphiQL can stop only what it can unsubscribe from.
  const fetcher = (params: Params, options?: Options) => ({
    subscribe(observer: Observer) {
      const abort = new AbortController();
      void post(url, params, options?.headers, abort.signal, onUpstream).then(
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

async function post(
  url: string,
  params: Params,
  headers: Record<string, string> | undefined,
  signal: AbortSignal,
  onUpstream: (upstream: Upstream) => void,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(params),
    signal,
  }).catch((cause: unknown) => {
    throw new Error('The server does not answer. Is it still running?', { cause });
  });
  const upstream = response.headers.get('x-keepnet-graph-upstream');
  if (upstream === 'simulator' || upstream === 'keepnet') onUpstream(upstream);
  try {
    return dataFirst(await response.json());
  } catch (cause) {
    throw new Error(`The server answered with HTTP ${response.status} and no JSON.`, { cause });
  }
}

/** The server writes errors first; on a screen, one customer that refuses would push what all others answered out of sight. */
function dataFirst(answer: object): Result {
  if (!('data' in answer)) return answer as Result;
  const { data, ...rest } = answer;
  return { data, ...rest } as Result;
}
