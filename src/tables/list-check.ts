/**
 * Whether a list stayed the same while it was read. Keepnet pages by number, so an entry that comes or goes on an earlier page
 * shifts all later ones: a row is read twice, or never. What gives that away is looked for here; beginning again is left to
 * whoever writes the rows, and can still throw them away.
 */
import { AppError } from '../errors.js';
import { ROW_KEY, type TableColumn } from './table.js';
import type { TablePage } from './table-page.js';

export interface ListCheck {
  /** Each page, in order. @throws AppError LIST_CHANGED */
  see(page: TablePage): void;
  /** After the last page. @throws AppError LIST_CHANGED where there were fewer or more rows than Keepnet counted */
  end(): void;
}

/**
 * Remembers every key: some 85 bytes a row, and no longer than one company's list is read. The last page alone would not do,
 * since a user who falls on the leaderboard comes again anywhere.
 */
export function createListCheck(columns: readonly TableColumn[]): ListCheck {
  const keyAt = columns.findIndex(({ name, from }) => name === ROW_KEY && from === 'row');
  const keys = new Set<unknown>();
  let rows = 0;
  let counted: number | null = null;
  return {
    see(page) {
      // An entry that is added is harmless at the end, where it will be read. Elsewhere it pushes a key to where it is seen again.
      const grewUnseen = keyAt < 0 && counted !== null && page.totalCount > counted;
      if (grewUnseen || page.totalCount < (counted ?? 0)) throw listChanged();
      counted = page.totalCount;
      rows += page.rows.length;
      if (keyAt < 0) return;
      for (const row of page.rows) keys.add(row[keyAt]);
      if (keys.size < rows) throw listChanged();
    },
    end() {
      if (rows !== counted) throw listChanged();
    },
  };
}

function listChanged(): AppError {
  return new AppError('LIST_CHANGED', 'The list changed while it was read: rows would be missing, or there twice.');
}
