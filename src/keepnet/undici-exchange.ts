/**
 * The exchange by undici's pool, through its handler rather than its streams: the answer's blocks are gathered as they come,
 * which is the cheapest way to a whole body on Node.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Dispatcher, Pool } from 'undici';
import type { ExchangeOptions } from './cross-fetch-exchange.js';
import { CallFailure } from './failure.js';
import type { Exchange, HttpAnswer, Sending } from './transport.js';

export function createUndiciExchange({ baseUrl, maxSockets, maxBodyBytes }: ExchangeOptions): Exchange {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname === '/' ? '' : pathname;
  // The time of an exchange is bounded as a whole by whoever sends it, so undici's own timers are off.
  const pool = new Pool(origin, { connections: maxSockets, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  return {
    start({ method, path, headers, body }) {
      const gathering = new Gathering(maxBodyBytes);
      const all = { 'accept-encoding': 'gzip', ...headers };
      pool.dispatch({ method, path: prefix + path, headers: all, body: body ?? null }, gathering);
      return gathering;
    },
    stop: () => void pool.destroy().catch(() => undefined),
  };
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
    this.#reject(error);
  }

  #toAnswer(body: Buffer): HttpAnswer {
    const retryAfter = this.#headers['retry-after'];
    // A header that came twice has no single meaning.
    return {
      status: this.#status,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
      body: body.toString('utf8'),
    };
  }
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
