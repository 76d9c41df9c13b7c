/**
 * Fetching while the reader is busy, in bounds: the next page of a list, and the first pages of the next few lists. Order is
 * kept. Nobody is told that a reader has left: whoever owns the lists ends what is under way, by their signal.
 */

/** Asks for the first item at once, and for each next one when the one before is taken. Holds one item. */
export function readAhead<Item>(items: AsyncIterable<Item>): AsyncIterable<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let next = ask(iterator);
  return {
    async *[Symbol.asyncIterator]() {
      for (let result = await next; !result.done; result = await next) {
        next = ask(iterator);
        yield result.value;
      }
    },
  };
}

/** The lists of all keys one after another; so many are read ahead of the one that is being taken. */
export async function* chain<Key, Item>(
  keys: AsyncIterable<Key> | Iterable<Key>,
  toList: (key: Key) => AsyncIterable<Item>,
  ahead: number,
): AsyncGenerator<Item, void, undefined> {
  const started: AsyncIterable<Item>[] = [];
  for await (const key of keys) {
    started.push(readAhead(toList(key)));
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
