/**
 * The exchange by undici's pool. A whole answer comes through its handler rather than its streams: the blocks are gathered as
 * they come, which is the cheapest way on Node. A download is a stream, since its reader sets the speed.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { ExchangeOptions } from './cross-fetch-exchange.js';
import { CallFailure, StaleConnection } from './failure.js';
import type { Exchange, HttpAnswer, Sending } from './transport.js';

export function createUndiciExchange({ baseUrl, maxSockets, maxBodyBytes }: ExchangeOptions): Exchange {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname === '/' ? '' : pathname;
  const options = { connections: maxSockets, connect: createConnector(), ...POOL };
  const pool = new Pool(origin, options);
  // Apart, so that a request that needs a new connection is never given one that was kept.
  const poolOfNew = new Pool(origin, options);
  return {
    start({ method, path, headers, body }, connection) {
      const gathering = new Gathering(maxBodyBytes);
      const all = { 'accept-encoding': 'gzip', ...headers };
      const request = { method, path: prefix + path, headers: all, body: body ?? null };
      if (connection === 'KEPT') pool.dispatch(request, gathering);
      else poolOfNew.dispatch({ reset: true, ...request }, gathering);
      return gathering;
    },
    async open({ method, path, headers, body }, signal) {
      const all = { 'accept-encoding': 'identity', ...headers };
      const answer = await pool.request({ method, path: prefix + path, headers: all, body: body ?? null, signal });
      // It is told to whoever reads, and nobody may be reading.
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, header: (name) => toSingle(answer.headers[name]), body: answer.body };
    },
    stop() {
      for (const each of [pool, poolOfNew]) each.destroy().catch(() => undefined);
    },
  };
}

const POOL = {
  pipelining: 1,
  // The time of an exchange is bounded as a whole by whoever sends it, so undici's own timers are off.
  headersTimeout: 0,
  bodyTimeout: 0,
  // A server may promise to keep an idle connection for longer; the firewalls on the way to it promise nothing.
  keepAliveMaxTimeout: 60_000,
};

/** Undici's own, whose sockets write into their errors how much they had read: undici tells it of some errors only. */
function createConnector(): buildConnector.connector {
  const connect = buildConnector({});
  return (options, callback) =>
    connect(options, (...outcome) => {
      const [, socket] = outcome;
      socket?.on('error', (error) => Object.assign(error, { socket: { bytesRead: socket.bytesRead } }));
      callback(...outcome);
    });
}

/** One answer on its way. Undici calls the handlers; nothing is called after `onResponseEnd` or `onResponseError`. */
class Gathering implements Dispatcher.DispatchHandler, Sending {
  readonly answer: Promise<HttpAnswer>;
  readonly #maxBodyBytes: number;
  readonly #blocks: Buffer[] = [];
  #byteCount = 0;
  #status = 0;
  #headers: Record<string, string | string[] | undefined> = {};
  #controller: Dispatcher.DispatchController | undefined;
  #abortReason: unknown;
  #resolve!: (answer: HttpAnswer | Promise<HttpAnswer>) => void;
  #reject!: (error: unknown) => void;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Also while it waits for a socket: then undici asks nothing once it has one. */
  abort(reason: unknown): void {
    this.#abortReason = reason;
    this.#reject(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error('aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortReason !== undefined) this.abort(this.#abortReason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, block: Buffer): void {
    this.#byteCount += block.length;
    if (this.#byteCount > this.#maxBodyBytes) this.abort(tooLarge(this.#maxBodyBytes));
    else this.#blocks.push(block);
  }

  onResponseEnd(): void {
    const [only] = this.#blocks;
    const body = this.#blocks.length === 1 && only !== undefined ? only : Buffer.concat(this.#blocks);
    const isCompressed = this.#headers['content-encoding'] === 'gzip';
    this.#resolve(
      isCompressed ? inflate(body, this.#maxBodyBytes).then((whole) => this.#toAnswer(whole)) : this.#toAnswer(body),
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#reject(this.#status === 0 && isOfUsedConnection(error) ? new StaleConnection() : error);
  }

  #toAnswer(body: Buffer): HttpAnswer {
    return { status: this.#status, retryAfter: toSingle(this.#headers['retry-after']), body: body.toString('utf8') };
  }
}

const ENDED_BY_THE_OTHER_SIDE = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Bytes that were read without a head of this answer are earlier answers; half a head is taken for that, too. */
function isOfUsedConnection(error: unknown): boolean {
  const { code = '', socket } = error as { code?: string; socket?: { bytesRead?: number } };
  return ENDED_BY_THE_OTHER_SIDE.has(code) && (socket?.bytesRead ?? 0) > 0;
}

/** A header that came twice has no single meaning. */
function toSingle(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}

const gunzipAsync = promisify(gunzip);

async function inflate(body: Buffer, maxBodyBytes: number): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBodyBytes);
    throw new CallFailure('BAD_RESPONSE', 'not the gzip that it says');
  }
}

function tooLarge(maxBodyBytes: number): CallFailure {
  return new CallFailure('TOO_LARGE', `more than ${maxBodyBytes} bytes`);
}
