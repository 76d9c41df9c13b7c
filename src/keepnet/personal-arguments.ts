/**
 * Questions by which a caller could guess what is masked for him: a filter that finds one address tells that it is there, an order
 * by name tells which comes first. Says which argument of a search is such a question.
 */
import { AppError } from '../errors.js';
import type { WhereFilter } from './rows.js';

/** A search of people, or the variables of one: the same names. */
export interface PeopleSearch {
  readonly filter?: { readonly where?: WhereFilter | null } | null;
  readonly order?: { readonly field: string } | null;
}

/** @throws AppError FORBIDDEN that names the argument */
export function refusePersonalArguments({ filter, order }: PeopleSearch): void {
  const given = (filter ?? {}) as Readonly<Record<string, unknown>>;
  const asked = PERSONAL_FILTERS.find((name) => given[name] !== undefined && given[name] !== null);
  if (asked !== undefined) throw refuse(`filter.${asked}`);
  if (order && PERSONAL_ORDERS.includes(order.field)) throw refuse('orderBy.field');
  const items = (filter?.where?.groups ?? []).flatMap((group) => group.items);
  if (items.some(({ field }) => !HARMLESS_FIELDS.has(field.toLowerCase())))
    throw refuse('filter.where.groups.items.field');
}

const PERSONAL_FILTERS = ['search', 'email', 'emails'];
const PERSONAL_ORDERS = ['FIRST_NAME', 'LAST_NAME', 'EMAIL'];

/** Keepnet's names in lower case. What is not in this list may be a name, an address, or a field of the company's own. */
const HARMLESS_FIELDS: ReadonlySet<string> = new Set([
  'createtime',
  'department',
  'isdeleted',
  'monthlyactiveuser',
  'performance',
  'points',
  'preferredlanguageid',
  'priority',
  'rank',
  'status',
  'timezoneid',
  'updatetime',
]);

function refuse(argument: string): AppError {
  const message = `${argument}: personal data is masked for you, so that you cannot filter or order by it.`;
  return new AppError('FORBIDDEN', message, { argument });
}
