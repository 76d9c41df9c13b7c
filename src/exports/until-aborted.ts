/**
 * Ends a wait for the next item when a signal fires, even where whoever makes the items does not listen to it.
 */

/** The items as they come. @throws the signal's reason as soon as it fires; the source is told to end, and not waited for */
export async function* untilAborted<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  let isEnded = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await settleOrAbort(iterator.next(), signal);
      isEnded = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    if (!isEnded) iterator.return?.().catch(() => {});
  }
}

/** Not `Promise.race` with one promise for the signal: that would gather a reaction for each item. */
function settleOrAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    const settle = (): void => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).then(settle);
  });
}
