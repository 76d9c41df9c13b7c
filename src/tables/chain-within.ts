/**
 * Lists one after another, several of them read at the same time: a list that takes many questions, each after the one before, does not
 * hold up those behind it. What is read and not taken yet is bounded by its weight, all lists together; order is kept.
 */

export interface ChainBounds<Item> {
  /** So many lists are read at a time, the one that is taken included. */
  readonly lists: number;
  /** Of what waits to be taken; each list may go beyond it by one item. */
  readonly maxWeight: number;
  weigh(item: Item): number;
}

/**
 * @throws what a list throws, in its turn. Nobody is told that a reader has left: whoever owns the lists ends what is under way, by
 * their signal.
 */
export async function* chainWithin<Key, Item>(
  keys: Iterable<Key>,
  toList: (key: Key) => AsyncGenerator<Item, void, undefined>,
  bounds: ChainBounds<Item>,
): AsyncGenerator<Item, void, undefined> {
  const chain: Chain<Item> = { bounds, readers: [], weight: 0 };
  for (const key of keys) {
    beginList(chain, toList(key));
    if (chain.readers.length >= bounds.lists) yield* takeFirst(chain);
  }
  while (chain.readers.length > 0) yield* takeFirst(chain);
}

interface Chain<Item> {
  readonly bounds: ChainBounds<Item>;
  /** Of the lists that are read, in their order. */
  readonly readers: Reader<Item>[];
  /** Of what waits to be taken. */
  weight: number;
}

interface Reader<Item> {
  readonly read: IteratorResult<Item, void>[];
  failure: { readonly error: unknown } | null;
  /** Something was read, or failed. */
  landed(): void;
  /** There may be room again. */
  wake(): void;
}

function beginList<Item>(chain: Chain<Item>, list: AsyncGenerator<Item, void, undefined>): void {
  const reader: Reader<Item> = { read: [], failure: null, landed: () => undefined, wake: () => undefined };
  chain.readers.push(reader);
  readList(chain, reader, list).catch((error: unknown) => {
    reader.failure = { error };
    reader.landed();
  });
}

async function readList<Item>(
  chain: Chain<Item>,
  reader: Reader<Item>,
  list: AsyncGenerator<Item, void, undefined>,
): Promise<void> {
  for (let isDone = false; !isDone; ) {
    while (!mayRead(chain, reader)) await new Promise<void>((resolve) => Object.assign(reader, { wake: resolve }));
    const result = await list.next();
    if (!result.done) chain.weight += chain.bounds.weigh(result.value);
    isDone = result.done === true;
    reader.read.push(result);
    reader.landed();
  }
}

/** The first may always go on, or nothing would. */
function mayRead<Item>({ bounds, readers, weight }: Chain<Item>, reader: Reader<Item>): boolean {
  return weight < bounds.maxWeight || (reader === readers[0] && reader.read.length === 0);
}

/** All that the first list holds; then the next one is the first. */
async function* takeFirst<Item>(chain: Chain<Item>): AsyncGenerator<Item, void, undefined> {
  const [reader] = chain.readers;
  while (reader !== undefined) {
    const result = await takeNext(reader);
    if (result.done) break;
    chain.weight -= chain.bounds.weigh(result.value);
    wakeReaders(chain);
    yield result.value;
  }
  chain.readers.shift();
  wakeReaders(chain);
}

function wakeReaders<Item>(chain: Chain<Item>): void {
  for (const reader of chain.readers) if (mayRead(chain, reader)) reader.wake();
}

async function takeNext<Item>(reader: Reader<Item>): Promise<IteratorResult<Item, void>> {
  for (;;) {
    const next = reader.read.shift();
    if (next !== undefined) return next;
    if (reader.failure !== null) throw reader.failure.error;
    await new Promise<void>((resolve) => Object.assign(reader, { landed: resolve }));
  }
}
