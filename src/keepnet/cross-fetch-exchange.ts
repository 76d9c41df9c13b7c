/** The exchange by cross-fetch, which is node-fetch here, over keep-alive connections. */
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { fetch } from 'cross-fetch';
import { CallFailure, StaleConnection } from './failure.js';
import type { Exchange, HttpAnswer, HttpRequest } from './transport.js';

export interface ExchangeOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly maxSockets: number;
  readonly maxBodyBytes: number;
}

export function createCrossFetchExchange({ baseUrl, maxSockets, maxBodyBytes }: ExchangeOptions): Exchange {
  const agent = createAgent(baseUrl, { keepAlive: true, maxSockets, timeout: IDLE_MS });
  const agentOfNew = createAgent(baseUrl, { keepAlive: false, maxSockets });
  return {
    start(request, connection) {
      const ending = new AbortController();
      const from = connection === 'KEPT' ? agent : agentOfNew;
      const options = { agent: from, size: maxBodyBytes, signal: ending.signal };
      const answer = readWhole(`${baseUrl}${request.path}`, request, options).catch((error: unknown) => {
        if (ending.signal.aborted) throw ending.signal.reason;
        const { type, code } = error as { type?: unknown; code?: unknown };
        if (type === 'max-size') throw new CallFailure('TOO_LARGE', `more than ${maxBodyBytes} bytes`);
        if (code === STALE) throw new StaleConnection();
        if (code === 'Z_DATA_ERROR') throw new CallFailure('BAD_RESPONSE', 'not the gzip that it says');
        throw error;
      });
      return { answer, abort: (reason) => ending.abort(reason) };
    },
    async open({ headers, ...request }, signal) {
      const all = { 'accept-encoding': 'identity', ...headers };
      const response = await fetchAnswer(
        `${baseUrl}${request.path}`,
        { headers: all, ...request },
        { agent, size: 0, compress: false, signal },
      );
      const body = response.body as unknown as Readable;
      // It is told to whoever reads, and nobody may be reading.
      body.on('error', () => undefined);
      return { status: response.status, header: (name) => response.headers.get(name), body };
    },
    stop() {
      for (const each of [agent, agentOfNew]) each.destroy();
    },
  };
}

/** `agent`, `size` and `compress` are node-fetch's own and missing from the browser types that cross-fetch declares. */
interface NodeFetchOptions {
  readonly agent: http.Agent;
  readonly size: number;
  /** False: what came compressed is not inflated. */
  readonly compress?: boolean;
  readonly signal: AbortSignal;
}

async function readWhole(url: string, request: HttpRequest, options: NodeFetchOptions): Promise<HttpAnswer> {
  const response = await fetchAnswer(url, request, options);
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.text() };
}

function fetchAnswer(
  url: string,
  { method, headers, body }: HttpRequest,
  options: NodeFetchOptions,
): Promise<Response> {
  const init: RequestInit & NodeFetchOptions = { method, headers: { ...headers }, redirect: 'manual', ...options };
  if (body !== undefined) init.body = body;
  return fetch(url, init);
}

/** As undici's: who keeps idle connections for longer finds them dead, several in a row, without having been told. */
const IDLE_MS = 4_000;

/** `addRequest` is the agent's hook that every custom agent builds on, and sees a request before node-fetch does. */
function createAgent(baseUrl: string, options: http.AgentOptions): http.Agent {
  const agent = new URL(baseUrl).protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  const hook = agent as http.Agent & { addRequest(request: http.ClientRequest, ...rest: unknown[]): void };
  const addRequest = hook.addRequest.bind(agent);
  hook.addRequest = (request, ...rest) => {
    failTruncated(request);
    markStale(request);
    addRequest(request, ...rest);
  };
  return agent;
}

/**
 * node-fetch waits for ever where a connection closes before the promised `Content-Length`. Here such a close becomes an
 * error of its request, which node-fetch does pass on.
 */
function failTruncated(request: http.ClientRequest): void {
  request.once('response', (response: http.IncomingMessage) => {
    response.once('close', () => {
      if (!response.complete) request.emit('error', Object.assign(new Error('truncated'), { code: 'TRUNCATED' }));
    });
  });
}

const STALE = 'STALE';

/** Of an error node-fetch passes on the code alone, so that is where it is told that the connection had been used before. */
function markStale(request: http.ClientRequest): void {
  let isAnswered = false;
  request.once('response', () => {
    isAnswered = true;
  });
  request.once('error', (error: NodeJS.ErrnoException) => {
    const isEnded = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    if (isEnded && request.reusedSocket && !isAnswered) error.code = STALE;
  });
}
