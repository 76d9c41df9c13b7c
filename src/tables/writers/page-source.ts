/**
 * Pages of rows that are read in several goes, because one sheet may not hold them all. Holds what is left of one page.
 */
import type { Row } from '../column.js';

export interface PageSource {
  /** The next rows, `limit` at most. Read it to its end before anything else is asked. */
  take(limit: number): AsyncIterable<readonly Row[]>;
  hasMore(): Promise<boolean>;
  /** Ends the pages, read or not. */
  close(): Promise<void>;
}

export function createPageSource(pages: AsyncIterable<readonly Row[]>): PageSource {
  const iterator = pages[Symbol.asyncIterator]();
  let rest: readonly Row[] = [];
  const hasMore = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await iterator.next();
      if (next.done) return false;
      rest = next.value;
    }
    return true;
  };
  return {
    hasMore,
    async *take(limit) {
      let left = limit;
      while (left > 0 && (await hasMore())) {
        const page = rest.slice(0, left);
        rest = rest.slice(page.length);
        left -= page.length;
        yield page;
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}
