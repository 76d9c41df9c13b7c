/** The reseller tree of `companies/my`, turned so that a company finds its parent, its children and its opening time. */
import type { Instant, MyCompanyRow } from '../keepnet/rows.js';

export interface AccountTreeEntry {
  readonly parentId: string | null;
  readonly childIds: readonly string[];
  readonly openUntil: Instant;
}

export type AccountTree = ReadonlyMap<string, AccountTreeEntry>;

export function toAccountTree(roots: readonly MyCompanyRow[]): AccountTree {
  const tree = new Map<string, AccountTreeEntry>();
  const waiting = roots.map((row) => ({ row, parentId: null as string | null }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { row, parentId } = next;
    const childIds = row.children.map((child) => child.resourceId);
    tree.set(row.resourceId, { parentId, childIds, openUntil: row.openUntil });
    for (const child of row.children) waiting.push({ row: child, parentId: row.resourceId });
  }
  return tree;
}
