/**
 * Which companies are granted, as it is written on the command line and in tokens: `all`, ids, or tags as `tag:NAME`. What a grant
 * selects is left to `scope.ts`.
 */
import { badInput } from '../errors.js';
import type { CompanyGrant } from './caller.js';

/** `all` has to be said on its own: a list is always ids or tags. @throws AppError BAD_USER_INPUT that names `argument`. */
export function parseGrant(argument: string, written: 'all' | readonly string[]): CompanyGrant {
  if (written === 'all') return { kind: 'ALL' };
  const areTags = written.length > 0 && written.every((entry) => entry.startsWith(TAG_PREFIX));
  const grant: CompanyGrant = areTags
    ? { kind: 'TAGS', tags: written.map((entry) => entry.slice(TAG_PREFIX.length)) }
    : { kind: 'IDS', ids: written.map((entry) => entry.replace(/^Company:/, '')) };
  checkGrant(argument, grant);
  return grant;
}

/** The form alone: whether such companies are there is Keepnet's to know. @throws AppError BAD_USER_INPUT that names `argument`. */
export function checkGrant(argument: string, grant: CompanyGrant): void {
  if (grant.kind === 'ALL') return;
  const [entries, form] = grant.kind === 'IDS' ? [grant.ids, COMPANY_ID] : [grant.tags, TAG];
  if (entries.length > MAX_ENTRIES) {
    throw badInput(argument, `expected at most ${MAX_ENTRIES} ids or tags, got ${entries.length}`);
  }
  const wrong = entries.find((entry) => !form.test(entry));
  if (wrong === undefined) return;
  const expected = 'company ids (6 to 64 letters and digits), or tags alone, each as tag:NAME; or all, alone';
  throw badInput(argument, `expected ${expected}; got ${JSON.stringify(wrong.slice(0, 100))}`);
}

/** As it is written: the reverse of `parseGrant`. */
export function toWrittenGrant(grant: CompanyGrant): 'all' | readonly string[] {
  if (grant.kind === 'ALL') return 'all';
  return grant.kind === 'IDS' ? grant.ids : grant.tags.map((tag) => TAG_PREFIX + tag);
}

const TAG_PREFIX = 'tag:';
const COMPANY_ID = /^[A-Za-z0-9]{6,64}$/;
const TAG = /^[^\p{Cc}]{1,100}$/u;
const MAX_ENTRIES = 10_000;
