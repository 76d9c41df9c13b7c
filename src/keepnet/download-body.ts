/**
 * One download: status and headers first, then the body block by block, as fast as its reader asks for it. Every wait for
 * Keepnet is bounded, and so are the whole and its size. However it ends, its socket is free afterwards: used again where
 * the body was read to its end, closed where it was not.
 */
import { CallFailure, toConnectionFailure } from './failure.js';

export interface DownloadBounds {
  /** Until status and headers are there: Keepnet makes the file before it answers. */
  readonly headersTimeoutMs: number;
  /** For the next block, while the reader waits for it. */
  readonly idleTimeoutMs: number;
  /** From the request to the last block, the reader's own pauses included. */
  readonly totalTimeoutMs: number;
  readonly maxBytes: number;
}

/** What an exchange has when status and headers are there. */
export interface OpenedAnswer {
  readonly status: number;
  /** Null where it is absent, or came twice and has no single meaning. */
  header(name: string): string | null;
  /** Fails when the signal of its exchange fires, and where it is cut short. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** To be read once. `return()` ends it early. */
export interface ByteStream extends AsyncIterableIterator<Uint8Array, undefined> {
  return(): Promise<IteratorResult<Uint8Array, undefined>>;
}

export interface HttpDownload extends Omit<OpenedAnswer, 'body'> {
  /** Throws a CallFailure, or the error that it was aborted with. */
  readonly body: ByteStream;
  /** When the socket is free: with what broke the download, or null. Never rejects. */
  readonly ended: Promise<Error | null>;
}

export class Download implements ByteStream {
  readonly ended: Promise<Error | null>;
  readonly #bounds: DownloadBounds;
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #settle!: (error: Error | null) => void;
  #blocks: AsyncIterator<Uint8Array> | undefined;
  #byteCount = 0;
  #isOver = false;
  #broken: Error | null = null;

  constructor(bounds: DownloadBounds) {
    this.#bounds = bounds;
    this.#timer = setTimeout(() => this.abort(outOfTime()), bounds.totalTimeoutMs);
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Called once. @throws CallFailure, or the error that it was aborted with. */
  async open(start: (signal: AbortSignal) => Promise<OpenedAnswer>): Promise<HttpDownload> {
    const answer = await this.#within(this.#bounds.headersTimeoutMs, () => start(this.#ending.signal));
    if (Number(answer.header('content-length')) > this.#bounds.maxBytes) throw this.abort(this.#tooLarge());
    this.#blocks = answer.body[Symbol.asyncIterator]();
    return { status: answer.status, header: (name) => answer.header(name), body: this, ended: this.ended };
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const blocks = this.#blocks;
    // A body that broke while nobody was reading must not look as if it had come to its end.
    if (this.#broken !== null) throw this.#broken;
    if (blocks === undefined) return DONE;
    const step = await this.#within(this.#bounds.idleTimeoutMs, () => blocks.next());
    if (step.done) return this.#end();
    this.#byteCount += step.value.length;
    if (this.#byteCount > this.#bounds.maxBytes) throw this.abort(this.#tooLarge());
    return { value: step.value, done: false };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    const isLeft = !this.#isOver;
    this.#end();
    if (isLeft) this.#ending.abort();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it at once, for this reason. Nothing where it has ended. Returns the reason that holds. */
  abort(reason: Error): Error {
    if (this.#isOver) return reason;
    this.#broken = reason;
    this.#finish(reason);
    this.#ending.abort(reason);
    return reason;
  }

  #end(): IteratorReturnResult<undefined> {
    this.#blocks = undefined;
    this.#finish(null);
    return DONE;
  }

  #finish(error: Error | null): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#settle(error);
  }

  async #within<T>(timeoutMs: number, wait: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.abort(outOfTime()), timeoutMs);
    try {
      return await wait();
    } catch (error) {
      // What ended it, rather than what a library made of that.
      throw this.#broken ?? this.abort(toConnectionFailure(error));
    } finally {
      clearTimeout(timer);
    }
  }

  #tooLarge(): CallFailure {
    return new CallFailure('TOO_LARGE', `more than ${this.#bounds.maxBytes} bytes`);
  }
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

function outOfTime(): CallFailure {
  return new CallFailure('TIMEOUT', 'out of time');
}
