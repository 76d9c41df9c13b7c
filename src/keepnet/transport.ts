/**
 * The one place that opens sockets to Keepnet: cross-fetch over keep-alive connections. An exchange ends with a whole answer
 * of bounded size, or within its time with a `CallFailure`, and then its socket is closed. Redirects are answers like any
 * other and are never followed. What an answer means is left to the envelope.
 */
import http from 'node:http';
import https from 'node:https';
import { fetch } from 'cross-fetch';
import { abortReason, CallFailure } from './failure.js';

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

export function createTransport(options: { baseUrl: string; maxSockets: number }): Transport {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const agent = createAgent(baseUrl, options.maxSockets);
  const live = new Set<AbortController>();

  async function send(request: HttpRequest, { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number }) {
    if (signal.aborted) throw abortReason(signal);
    const exchange = new AbortController();
    const leave = () => exchange.abort(abortReason(signal));
    const timer = setTimeout(() => exchange.abort(new CallFailure('TIMEOUT', 'out of time')), timeoutMs);
    signal.addEventListener('abort', leave, { once: true });
    live.add(exchange);
    try {
      return await readWhole(baseUrl, request, agent, exchange.signal);
    } catch (error) {
      throw endFailed(exchange, error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      live.delete(exchange);
    }
  }

  return {
    send,
    stop() {
      for (const exchange of live) exchange.abort(new CallFailure('UNAVAILABLE', 'the client was stopped'));
      agent.destroy();
    },
  };
}

async function readWhole(
  baseUrl: string,
  request: HttpRequest,
  agent: http.Agent,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  // `agent` and `size` are node-fetch's own and missing from the browser types that cross-fetch declares.
  const init: RequestInit & { agent: http.Agent; size: number } = {
    method: request.method,
    headers: { ...request.headers },
    redirect: 'manual',
    size: MAX_BODY_BYTES,
    agent,
    signal,
  };
  if (request.body !== undefined) init.body = request.body;
  const response = await fetch(`${baseUrl}${request.path}`, init);
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.text() };
}

/** The failure to throw. Aborting closes the socket of an answer that nobody will read to its end. */
function endFailed(exchange: AbortController, error: unknown): unknown {
  if (exchange.signal.aborted) return exchange.signal.reason;
  exchange.abort();
  const { type, code } = error as { type?: unknown; code?: unknown };
  if (type === 'max-size') return new CallFailure('TOO_LARGE', `more than ${MAX_BODY_BYTES} bytes`);
  return new CallFailure('UNAVAILABLE', `connection: ${typeof code === 'string' ? code : 'failed'}`);
}

function createAgent(baseUrl: string, maxSockets: number): http.Agent {
  const options = { keepAlive: true, maxSockets };
  return failTruncated(new URL(baseUrl).protocol === 'https:' ? new https.Agent(options) : new http.Agent(options));
}

/**
 * node-fetch waits for ever where a connection closes before the promised `Content-Length`. Here such a close becomes an
 * error of its request, which node-fetch does pass on. `addRequest` is the agent's hook that every custom agent builds on.
 */
function failTruncated(agent: http.Agent): http.Agent {
  const hook = agent as http.Agent & { addRequest(request: http.ClientRequest, ...rest: unknown[]): void };
  const addRequest = hook.addRequest.bind(agent);
  hook.addRequest = (request, ...rest) => {
    request.once('response', (response: http.IncomingMessage) => {
      response.once('close', () => {
        if (!response.complete) request.emit('error', Object.assign(new Error('truncated'), { code: 'TRUNCATED' }));
      });
    });
    addRequest(request, ...rest);
  };
  return agent;
}
