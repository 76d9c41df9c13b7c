/** Silence between what comes now and then, made audible: a proxy takes a connection on which nothing is said for a dead one. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Null for each `silenceMs` without anything. Ends when `signal` fires, whatever the source does. Throws what the source throws. */
export async function* withSilences<T>(
  source: AsyncIterable<T>,
  silenceMs: number,
  signal: AbortSignal,
): AsyncGenerator<T | null, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    while (!signal.aborted) {
      const turn = new AbortController();
      const silence = sleep(silenceMs, null, { signal: AbortSignal.any([signal, turn.signal]) }).catch(() => null);
      const heard = await Promise.race([next, silence]).finally(() => turn.abort());
      if (heard?.done || signal.aborted) break;
      yield heard?.value ?? null;
      if (heard !== null) next = iterator.next();
    }
  } finally {
    // It ends by the same signal; a failure on the way out is nobody's.
    next.catch(() => undefined);
  }
}
