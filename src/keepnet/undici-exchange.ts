/**
 * The exchange by undici's pool, through its handler rather than its streams: the answer's blocks are gathered as they come,
 * which is the cheapest way to a whole body on Node.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Dispatcher, Pool } from 'undici';
import type { ExchangeOptions } from './cross-fetch-exchange.js';
import { CallFailure } from './failure.js';
import type { Exchange, HttpAnswer, HttpRequest } from './transport.js';

export function createUndiciExchange({ baseUrl, maxSockets, maxBodyBytes }: ExchangeOptions): Exchange {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname === '/' ? '' : pathname;
  // The time of an exchange is bounded as a whole by whoever sends it, so undici's own timers are off.
  const pool = new Pool(origin, { connections: maxSockets, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  return {
    async send(request, signal) {
      const raw = await dispatch(pool, prefix, request, { signal, maxBodyBytes });
      const body = raw.isCompressed ? await inflate(raw.body, maxBodyBytes) : raw.body;
      return { status: raw.status, retryAfter: raw.retryAfter, body: body.toString('utf8') };
    },
    stop: () => void pool.destroy().catch(() => undefined),
  };
}

interface RawAnswer extends Omit<HttpAnswer, 'body'> {
  readonly isCompressed: boolean;
  readonly body: Buffer;
}

interface Bounds {
  readonly signal: AbortSignal;
  readonly maxBodyBytes: number;
}

function dispatch(pool: Pool, prefix: string, request: HttpRequest, bounds: Bounds): Promise<RawAnswer> {
  const { method, path, headers, body } = request;
  const options: Dispatcher.DispatchOptions = {
    method,
    path: `${prefix}${path}`,
    headers: { ...headers, 'accept-encoding': 'gzip' },
    ...(body !== undefined && { body }),
  };
  return new Promise((resolve, reject) => {
    const gathering = new Gathering(bounds, { resolve, reject });
    bounds.signal.addEventListener('abort', gathering.leave, { once: true });
    pool.dispatch(options, gathering);
  });
}

/** One answer on its way. Undici calls the handlers; nothing is called after `onResponseEnd` or `onResponseError`. */
class Gathering implements Dispatcher.DispatchHandler {
  readonly #bounds: Bounds;
  readonly #settle: { resolve(answer: RawAnswer): void; reject(error: unknown): void };
  readonly #blocks: Buffer[] = [];
  #byteCount = 0;
  #head: Omit<RawAnswer, 'body'> = { status: 0, retryAfter: null, isCompressed: false };
  #controller: Dispatcher.DispatchController | undefined;

  constructor(bounds: Bounds, settle: { resolve(answer: RawAnswer): void; reject(error: unknown): void }) {
    this.#bounds = bounds;
    this.#settle = settle;
  }

  /** Ends the exchange at once, also while it waits for a socket. */
  readonly leave = (): void => {
    this.#controller?.abort(this.#bounds.signal.reason);
    this.#settle.reject(this.#bounds.signal.reason);
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#bounds.signal.aborted) controller.abort(this.#bounds.signal.reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#head = {
      status,
      retryAfter: toText(headers['retry-after']),
      isCompressed: toText(headers['content-encoding']) === 'gzip',
    };
  }

  onResponseData(controller: Dispatcher.DispatchController, block: Buffer): void {
    this.#byteCount += block.length;
    if (this.#byteCount > this.#bounds.maxBodyBytes) controller.abort(tooLarge(this.#bounds.maxBodyBytes));
    else this.#blocks.push(block);
  }

  onResponseEnd(): void {
    this.#end();
    const [only] = this.#blocks;
    const body = this.#blocks.length === 1 && only !== undefined ? only : Buffer.concat(this.#blocks);
    this.#settle.resolve({ ...this.#head, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#end();
    this.#settle.reject(error);
  }

  #end(): void {
    this.#bounds.signal.removeEventListener('abort', this.leave);
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

/** A header that came twice has no single meaning. */
function toText(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}
