/** Much at a time, in bounds: work on many things, and lists that are read side by side. */

/** So many at a time, begun in order. @throws what the first that fails throws, and then no other is begun */
export async function forEachAtOnce<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, place: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  let hasFailed = false;
  const workOneByOne = async () => {
    for (const [place, item] of waiting) {
      if (hasFailed) return;
      await work(item, place);
    }
  };
  const fail = (error: unknown) => {
    hasFailed = true;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, () => workOneByOne().catch(fail)));
}

/**
 * The items of all lists in the order in which they land; so many lists are under way at a time, each with one item that waits to be
 * taken. @throws at once what a list throws. Nobody is told that a reader has left: whoever owns the lists ends what is under way.
 */
export async function* merge<Key, Item>(
  keys: readonly Key[],
  toList: (key: Key) => AsyncIterable<Item>,
  atOnce: number,
): AsyncGenerator<Item, void, undefined> {
  const landed: { readonly item: Item; taken(): void }[] = [];
  let state: { readonly error: unknown } | 'WORKING' | 'DONE' = 'WORKING';
  let wake: () => void = () => undefined;
  const readList = async (key: Key) => {
    for await (const item of toList(key)) {
      await new Promise<void>((taken) => {
        landed.push({ item, taken });
        wake();
      });
    }
  };
  const end = (ended: typeof state) => {
    state = ended;
    wake();
  };
  forEachAtOnce(keys, atOnce, readList).then(
    () => end('DONE'),
    (error: unknown) => end({ error }),
  );
  for (;;) {
    // What the callbacks above have made of it meanwhile.
    const now = state as { readonly error: unknown } | 'WORKING' | 'DONE';
    if (typeof now === 'object') throw now.error;
    const next = landed.shift();
    if (next !== undefined) {
      next.taken();
      yield next.item;
    } else if (now === 'DONE') return;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}
