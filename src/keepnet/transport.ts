/**
 * The one way to Keepnet's host: an exchange ends with an answer of bounded size, or within its time with a `CallFailure`, and
 * then its socket is closed. Two libraries can carry it, behind one function and under the same tests. Redirects are
 * answers like any other and are never followed. What an answer means is left to the envelope.
 */
import type { CallSignal } from './call-signal.js';
import { createCrossFetchExchange } from './cross-fetch-exchange.js';
import { Download, type DownloadBounds, type HttpDownload, type OpenedAnswer } from './download-body.js';
import { abortReason, CallFailure, StaleConnection, toConnectionFailure } from './failure.js';
import { createUndiciExchange } from './undici-exchange.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, with its leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** Carries one request to its whole answer, by one library or another. */
export interface Exchange {
  /** On a connection that was kept, where there is one; `ANEW` on one that is opened for this request and closed after it. */
  start(request: HttpRequest, connection: 'KEPT' | 'ANEW'): Sending;
  /**
   * Resolves with status and headers; `signal` ends it until the body is read, and closes its socket.
   * Rejects with a `CallFailure`, or with what its library throws.
   */
  open(request: HttpRequest, signal: AbortSignal): Promise<OpenedAnswer>;
  /** Closes every socket. */
  stop(): void;
}

export interface Sending {
  /**
   * Rejects with the reason of `abort`, with a `CallFailure`, or with what its library throws for a broken connection;
   * with a `StaleConnection` where it was a kept one and no answer had begun.
   */
  readonly answer: Promise<HttpAnswer>;
  /** Ends it at once and closes its socket. Nothing where it has ended. */
  abort(reason: unknown): void;
}

/** `undici` costs a third of the processor time of `cross-fetch` (bench/README.md), which runs on more than Node. */
export type TransportKind = 'undici' | 'cross-fetch';

export interface SendLimits {
  readonly signal: CallSignal;
  /** Covers connection, headers and body, also where the request is sent twice. */
  readonly timeoutMs: number;
  /**
   * Only for a request that may be carried out twice: where a kept connection turns out to be dead, it is sent once more, on
   * a new one, and this is told of it.
   */
  readonly onSentAgain?: () => void;
}

export interface Transport {
  /** @throws CallFailure, or the AppError that `signal` was aborted with. */
  send(request: HttpRequest, limits: SendLimits): Promise<HttpAnswer>;
  /**
   * For answers that are too large to hold: the body is read from the network as its reader asks for it.
   * @throws CallFailure, or the AppError that `signal` was aborted with; so does the body.
   */
  download(request: HttpRequest, limits: { signal: CallSignal } & DownloadBounds): Promise<HttpDownload>;
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
  const live = new Set<Pick<Sending, 'abort'>>();
  return {
    async send(request, { onSentAgain, ...limits }) {
      if (limits.signal.aborted) throw abortReason(limits.signal);
      const sending = startSending(exchange, request, onSentAgain);
      live.add(sending);
      try {
        return await answerWithin(sending, limits);
      } finally {
        live.delete(sending);
      }
    },
    async download(request, { signal, ...bounds }) {
      if (signal.aborted) throw abortReason(signal);
      const download = new Download(bounds);
      const leave = () => download.abort(abortReason(signal));
      signal.addEventListener('abort', leave);
      live.add(download);
      void download.ended.then(() => {
        signal.removeEventListener('abort', leave);
        live.delete(download);
      });
      return download.open((ending) => exchange.open(request, ending));
    },
    stop() {
      for (const sending of live) sending.abort(new CallFailure('UNAVAILABLE', 'the client was stopped'));
      exchange.stop();
    },
  };
}

/** On a kept connection; where it may be sent again, on a new one in place of a dead one. */
function startSending(exchange: Exchange, request: HttpRequest, onSentAgain?: () => void): Sending {
  const first = exchange.start(request, 'KEPT');
  if (onSentAgain === undefined) return first;
  return withSecond(first, () => {
    onSentAgain();
    return exchange.start(request, 'ANEW');
  });
}

/** Whatever ends it but its answer closes its socket. @throws CallFailure, or the AppError that `signal` was aborted with */
async function answerWithin(
  sending: Sending,
  { signal, timeoutMs }: Omit<SendLimits, 'onSentAgain'>,
): Promise<HttpAnswer> {
  const leave = () => sending.abort(abortReason(signal));
  const timer = setTimeout(() => sending.abort(new CallFailure('TIMEOUT', 'out of time')), timeoutMs);
  signal.addEventListener('abort', leave);
  try {
    return await sending.answer;
  } catch (error) {
    // Closes the socket of an answer that nobody will read to its end.
    sending.abort(error);
    throw toConnectionFailure(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}

/** `first`, and `startSecond` in its place where its connection was dead. */
function withSecond(first: Sending, startSecond: () => Sending): Sending {
  let current = first;
  let isAborted = false;
  const answer = first.answer.catch((error: unknown) => {
    if (isAborted || !(error instanceof StaleConnection)) throw error;
    current = startSecond();
    return current.answer;
  });
  return {
    answer,
    abort(reason) {
      isAborted = true;
      current.abort(reason);
    },
  };
}
