/**
 * What a request of OData says beside its query options: the version that its client reads, how large a page may be, which companies
 * may be missing; and the addresses that an answer sends him on to.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError, badInput } from '../errors.js';
import { MAX_PAGE_ROWS } from '../tables/feed-page.js';
import type { MayMiss } from '../tables/odata/entity-page.js';
import type { EntitySet } from '../tables/odata/entity-set.js';
import { notPushedDown } from '../tables/odata/not-pushed-down.js';
import { readOptionalText } from '../tables/parameter-values.js';
import { DEFAULT_PAGE_ROWS } from './table-request.js';

export type Query = Readonly<Record<string, unknown>>;

/** @throws AppError TABLE_NOT_FOUND; NOT_PUSHED_DOWN for one row by its key */
export function findEntitySet(sets: ReadonlyMap<string, EntitySet>, name: string): EntitySet {
  const set = sets.get(name);
  if (set !== undefined) return set;
  if (sets.has(name.split('(', 1)[0] ?? '')) throw notPushedDown(name, 'one row by its key is not answered');
  throw new AppError(
    'TABLE_NOT_FOUND',
    `There is no entity set of this name. There are: ${[...sets.keys()].join(', ')}.`,
  );
}

/** @throws AppError BAD_USER_INPUT for a client that reads older versions only */
export function checkVersion({ 'odata-maxversion': newest }: IncomingHttpHeaders): void {
  if (typeof newest !== 'string' || Number(newest) >= 4) return;
  throw badInput('OData-MaxVersion', 'this server speaks OData 4.0');
}

export interface PagePreference {
  readonly rows: number;
  /** Whether the client has asked for it. */
  readonly isApplied: boolean;
}

/** `Prefer: odata.maxpagesize=500`, or `maxpagesize`. What cannot be read is no preference, as HTTP has it. */
export function readPagePreference({ prefer }: IncomingHttpHeaders): PagePreference {
  const [, written = '0'] = /(?:^|[,;\s])(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})\b/i.exec(String(prefer ?? '')) ?? [];
  const rows = Math.min(Number(written), MAX_PAGE_ROWS);
  return rows > 0 ? { rows, isApplied: true } : { rows: DEFAULT_PAGE_ROWS, isApplied: false };
}

/** `require` of the query, and what is left of it. @throws AppError BAD_USER_INPUT */
export function parseRequire({ require: written, ...rest }: Query): {
  readonly mayMiss: MayMiss;
  readonly rest: Query;
} {
  const choice = readOptionalText('require', written);
  if (choice === null) return { mayMiss: 'SHUT', rest };
  if (choice === 'any' || choice === 'complete') return { mayMiss: choice === 'any' ? 'ANY' : 'NONE', rest };
  throw badInput('require', 'expected any or complete');
}

/** The same question from another row on: what is skipped and counted was, on the first page. */
export function toNextAddress(address: string, query: Query, next: { skipToken: string; top: number | null }): string {
  const { $skip, $count, $top, $skiptoken, ...same } = query;
  const pairs = { ...same, ...(next.top !== null && { $top: next.top }), $skiptoken: next.skipToken };
  const written = Object.entries(pairs).map(
    ([name, value]) => `${encodeURIComponent(name).replace('%24', '$')}=${encodeURIComponent(String(value))}`,
  );
  return `${address}?${written.join('&')}`;
}
