/**
 * Fetching while the reader is busy, in bounds: the next pages of a list, and the first pages of the next few lists. Order is
 * kept. Nobody is told that a reader has left: whoever owns the lists ends what is under way, by their signal.
 */

/** Asks for so many items at once, and for one more with each that is taken. Holds no more than these. `list` is a generator's. */
export function readAhead<Item>(list: AsyncIterable<Item>, items = 1): AsyncIterable<Item> {
  const iterator = list[Symbol.asyncIterator]();
  // A generator works them off one after another.
  const waiting = Array.from({ length: items }, () => ask(iterator));
  return {
    async *[Symbol.asyncIterator]() {
      for (let result = await waiting.shift(); result && !result.done; result = await waiting.shift()) {
        waiting.push(ask(iterator));
        yield result.value;
      }
    },
  };
}

/** The lists of all keys one after another; so many are read ahead of the one that is being taken, so many items each. */
export async function* chain<Key, Item>(
  keys: AsyncIterable<Key> | Iterable<Key>,
  toList: (key: Key) => AsyncIterable<Item>,
  ahead: number,
  items = 1,
): AsyncGenerator<Item, void, undefined> {
  const started: AsyncIterable<Item>[] = [];
  for await (const key of keys) {
    started.push(readAhead(toList(key), items));
    const first = started.length > ahead ? started.shift() : undefined;
    if (first) yield* first;
  }
  for (const list of started) yield* list;
}

/** A failure waits for whoever takes the item; until then it is not unhandled. */
function ask<Item>(iterator: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const result = iterator.next();
  result.catch(() => undefined);
  return result;
}
