/**
 * How a call learns that nobody waits for it any more: as much of an `AbortSignal` as calls need, so that either can be handed in.
 * Every shared flight has one of its own, and Node's costs more than the rest of the flight (bench/README.md).
 */
export interface CallSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** Not called where the signal has fired before: look at `aborted` first. */
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The signal and the hand that fires it. It fires once, and each listener is called once. */
export class CallAbort implements CallSignal {
  readonly #listeners = new Set<() => void>();
  aborted = false;
  reason: unknown = undefined;

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Nothing where it has fired. Listeners must not throw: the next one would not be called. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
