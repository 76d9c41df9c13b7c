/**
 * The one way to Keepnet's host: an exchange ends with a whole answer of bounded size, or within its time with a `CallFailure`,
 * and then its socket is closed. Two libraries can carry it, behind one function and under the same tests. Redirects are
 * answers like any other and are never followed. What an answer means is left to the envelope.
 */
import { createCrossFetchExchange } from './cross-fetch-exchange.js';
import { abortReason, CallFailure } from './failure.js';
import { createUndiciExchange } from './undici-exchange.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, with its leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/**
 * One request and its whole answer. Rejects with `signal`'s reason, with a `CallFailure`, or with whatever its library throws
 * for a broken connection. Whoever it fails, its socket is closed or free for the next.
 */
export interface Exchange {
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  stop(): void;
}

/** `undici` costs a third of the processor time of `cross-fetch` (bench/README.md), which runs on more than Node. */
export type TransportKind = 'undici' | 'cross-fetch';

export interface Transport {
  /**
   * `timeoutMs` covers connection, headers and body.
   * @throws CallFailure, or the AppError that `signal` was aborted with.
   */
  send(request: HttpRequest, limits: { signal: AbortSignal; timeoutMs: number }): Promise<HttpAnswer>;
  /** Ends what is on its way and closes every socket. */
  stop(): void;
}

export const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface TransportOptions {
  readonly kind: TransportKind;
  readonly baseUrl: string;
  readonly maxSockets: number;
}

export function createTransport({ kind, baseUrl, maxSockets }: TransportOptions): Transport {
  const options = { baseUrl: baseUrl.replace(/\/+$/, ''), maxSockets, maxBodyBytes: MAX_BODY_BYTES };
  const exchange = kind === 'undici' ? createUndiciExchange(options) : createCrossFetchExchange(options);
  const live = new Set<AbortController>();
  return {
    async send(request, { signal, timeoutMs }) {
      if (signal.aborted) throw abortReason(signal);
      const ending = new AbortController();
      const leave = () => ending.abort(abortReason(signal));
      const timer = setTimeout(() => ending.abort(new CallFailure('TIMEOUT', 'out of time')), timeoutMs);
      signal.addEventListener('abort', leave, { once: true });
      live.add(ending);
      try {
        return await exchange.send(request, ending.signal);
      } catch (error) {
        throw toFailure(ending, error);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        live.delete(ending);
      }
    },
    stop() {
      for (const ending of live) ending.abort(new CallFailure('UNAVAILABLE', 'the client was stopped'));
      exchange.stop();
    },
  };
}

/** The failure to throw. Aborting closes the socket of an answer that nobody will read to its end. */
function toFailure(ending: AbortController, error: unknown): unknown {
  if (ending.signal.aborted) return ending.signal.reason;
  ending.abort();
  if (error instanceof CallFailure) return error;
  const { code } = error as { code?: unknown };
  return new CallFailure('UNAVAILABLE', `connection: ${typeof code === 'string' ? code : 'failed'}`);
}
