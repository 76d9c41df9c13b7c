/**
 * Whether a list stayed the same while it was read. Keepnet pages by number, so an entry that comes or goes on an earlier page
 * shifts all later ones: a row is read twice, or never. What gives that away is looked for here; beginning again is left to
 * whoever writes the rows, and can still throw them away.
 */
import { AppError } from '../errors.js';
import { ROW_KEY, type Table } from './table.js';
import type { TablePage } from './table-page.js';

export interface ListCheck {
  /** Each page, in order. @throws AppError LIST_CHANGED; with the last page also where there were fewer or more rows than Keepnet counted */
  see(page: TablePage): void;
}

/** What an earlier reader saw of the list: a reader that comes back for the rest begins with it. */
export interface SeenList {
  /** How many rows are on the pages before. */
  readonly rowsBefore: number;
  /** How many rows the list had; null where nobody has seen it yet. */
  readonly totalCount: number | null;
}

export const UNSEEN: SeenList = { rowsBefore: 0, totalCount: null };

/** Whether the rows of a list can be told apart by an id of their own, wherever they stand. */
export function hasOwnKeys({ columns }: Table): boolean {
  return columns.some(({ name, from }) => name === ROW_KEY && from === 'row');
}

export function createListCheck(table: Table, seen: SeenList = UNSEEN): ListCheck {
  return table.rows === 'PAGED' ? createPagesCheck(table, seen) : createWholeCheck(seen);
}

/**
 * Remembers every key: some 85 bytes a row, and no longer than one company's list is read. The last page alone would not do,
 * since a user who falls on the leaderboard comes again anywhere.
 */
function createPagesCheck(table: Table, { rowsBefore, totalCount }: SeenList): ListCheck {
  const keyAt = hasOwnKeys(table) ? table.columns.findIndex(({ name }) => name === ROW_KEY) : -1;
  const keys = new Set<unknown>();
  let rows = 0;
  let counted = totalCount;
  return {
    see(page) {
      // An entry that is added is harmless at the end, where it will be read. Elsewhere it pushes a key to where it is seen again.
      const grewUnseen = keyAt < 0 && counted !== null && page.totalCount > counted;
      if (grewUnseen || page.totalCount < (counted ?? 0)) throw listChanged();
      counted = page.totalCount;
      rows += page.rows.length;
      if (keyAt >= 0) for (const row of page.rows) keys.add(row[keyAt]);
      if (keyAt >= 0 && keys.size < rows) throw listChanged();
      if (page.next === null && rowsBefore + rows !== counted) throw listChanged();
    },
  };
}

/** A list that comes at once has an order that nobody knows: for whoever comes back for the rest it must not have grown either. */
function createWholeCheck({ totalCount }: SeenList): ListCheck {
  return {
    see(page) {
      if (totalCount !== null && page.totalCount !== totalCount) throw listChanged();
    },
  };
}

function listChanged(): AppError {
  return new AppError('LIST_CHANGED', 'The list changed while it was read: rows would be missing, or there twice.');
}
