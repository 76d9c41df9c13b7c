/**
 * Keepnet's filter groups, orders and pages over plain rows. Each endpoint lists its columns; everything that its table does
 * not know is refused with 400, because a filter that is silently ignored would show too much.
 */
import { Refusal, refuseInput, toCrash } from './answer.js';
import { type DateStyle, readDate, readMonthText } from './dates.js';

type Kind = 'text' | 'texts' | 'number' | 'date' | 'month' | 'set' | 'flag' | 'deleted' | 'none';

export interface Column<Row> {
  readonly kind: Kind;
  readonly read: (row: Row) => string | number | boolean | readonly string[];
  /** Cannot be used in `orderBy`. */
  readonly isUnsortable?: true;
}

/** By lower-case field name. */
export type Columns<Row> = Readonly<Record<string, Column<Row>>>;
/** Keys in lower case, whatever the casing they came in. */
export type Body = Readonly<Record<string, unknown>>;
export type Predicate<Row> = (row: Row) => boolean;

/** Refuses what is no well-formed filter; null means that every row passes. */
export function readFilter<Row>(filter: Body, columns: Columns<Row>, style: DateStyle): Predicate<Row> | null {
  const isAll = readCondition(filter.condition);
  if (typeof filter.searchinputtextvalue !== 'string') refuseInput('SearchInputTextValue is required');
  return joinPredicates(isAll, readGroups(filter.filtergroups, columns, style));
}

/** The filter of a search body. None, or null, is the crash that Keepnet's documentation warns of. */
export function readFilterBody(body: Body): Body {
  if (body.filter === null || body.filter === undefined) throw new Refusal(toCrash());
  return body.filter as Body;
}

/** The text that a filter compares a field with, wherever the item stands; null where there is none. */
export function findValue(node: Body, field: string): string | null {
  for (const group of toBodies(node.filtergroups)) {
    const item = toBodies(group.filteritems).find((each) => String(each.fieldname).toLowerCase() === field);
    const value = item === undefined ? findValue(group, field) : item.value;
    if (typeof value === 'string') return value;
  }
  return null;
}

/** The fields that a filter compares, in lower case, wherever the items stand. */
export function listFields(node: Body): string[] {
  return toBodies(node.filtergroups).flatMap((group) => [
    ...toBodies(group.filteritems).map((each) => String(each.fieldname).toLowerCase()),
    ...listFields(group),
  ]);
}

/** Rows of a page request: 1-based; `orderBy` is checked by `readOrder`. */
export interface PageRequest {
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly orderBy: string;
  readonly isAscending: boolean;
}

const MAX_PAGE_SIZE = 1_000;

export function readPageRequest(body: Body): PageRequest {
  const { pagenumber: pageNumber, pagesize: pageSize, orderby: orderBy } = body;
  if (!isWhole(pageNumber) || pageNumber < 1) return refuseInput('PageNumber should be at least 1');
  if (!isWhole(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    return refuseInput(`PageSize should be between 1 and ${MAX_PAGE_SIZE}`);
  }
  if (typeof orderBy !== 'string') return refuseInput('OrderBy is required');
  return { pageNumber, pageSize, orderBy: orderBy.toLowerCase(), isAscending: body.ascending === true };
}

/** Compares two rows as asked; refuses an unknown column. */
export function readOrder<Row>(page: PageRequest, columns: Columns<Row>): (one: Row, other: Row) => number {
  const column = Object.hasOwn(columns, page.orderBy) ? columns[page.orderBy] : undefined;
  if (column === undefined || column.isUnsortable) return refuseInput('OrderBy is not valid');
  const sign = page.isAscending ? 1 : -1;
  return (one, other) => sign * compare(column.read(one), column.read(other));
}

export function slicePage<Row>(rows: readonly Row[], page: PageRequest): readonly Row[] {
  return rows.slice((page.pageNumber - 1) * page.pageSize, page.pageNumber * page.pageSize);
}

function toBodies(list: unknown): Body[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null) : [];
}

const collator = new Intl.Collator('en');

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'string' && typeof other === 'string') return collator.compare(one, other);
  if (Array.isArray(one) && Array.isArray(other)) return collator.compare(one.join(), other.join());
  return Number(one) - Number(other);
}

function readGroups<Row>(groups: unknown, columns: Columns<Row>, style: DateStyle): Predicate<Row>[] {
  if (groups === undefined || groups === null) return [];
  if (!Array.isArray(groups)) return refuseInput('FilterGroups is not valid');
  return groups.flatMap((group: Body) => {
    const isAll = readCondition(group?.condition);
    const items = group.filteritems ?? [];
    if (!Array.isArray(items)) return refuseInput('FilterItems is not valid');
    const parts = items.map((item: Body) => readItem(item, columns, style));
    return joinPredicates(isAll, [...parts, ...readGroups(group.filtergroups, columns, style)]) ?? [];
  });
}

function joinPredicates<Row>(isAll: boolean, parts: Predicate<Row>[]): Predicate<Row> | null {
  if (parts.length === 0) return null;
  if (parts.length === 1) return parts[0] ?? null;
  return isAll ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
}

function readCondition(condition: unknown): boolean {
  const text = typeof condition === 'string' ? condition.toUpperCase() : '';
  if (text !== 'AND' && text !== 'OR') return refuseInput('Condition should be AND or OR');
  return text === 'AND';
}

function readItem<Row>(item: Body, columns: Columns<Row>, style: DateStyle): Predicate<Row> {
  const field = String(item?.fieldname ?? '').toLowerCase();
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (column === undefined) return refuseInput('FieldName is not valid');
  const operator = String(item.operator ?? '').toLowerCase();
  const value = item.value;
  if (column.kind === 'deleted') return readDeleted(column, operator, value);
  if (typeof value !== 'string') return refuseInput('Value is required');
  return READERS[column.kind](column, operator, value, style) ?? refuseInput('Operator is not valid for this field');
}

type Reader = <Row>(column: Column<Row>, operator: string, value: string, style: DateStyle) => Predicate<Row> | null;

const READERS: Record<Exclude<Kind, 'deleted'>, Reader> = {
  text: (column, operator, value) => {
    const matches = toTextMatch(operator, value);
    return matches && ((row) => matches(fold(String(column.read(row)))));
  },
  texts: (column, operator, value) => {
    const matches = toTextMatch(operator === '!=' ? '=' : operator, value);
    if (matches === null) return null;
    const isWanted = operator !== '!=';
    return (row) => (column.read(row) as readonly string[]).some((text) => matches(fold(text))) === isWanted;
  },
  number: (column, operator, value) => {
    if (operator === 'contains') return (row) => String(column.read(row)).includes(value.trim());
    const bound = Number(value);
    if (value.trim() === '' || Number.isNaN(bound)) return refuseInput('Value should be a number');
    const holds = COMPARISONS[operator];
    return holds === undefined ? null : (row) => holds(Number(column.read(row)), bound);
  },
  date: (column, operator, value, style) => {
    const date = readDate(value, style) ?? refuseInput('Value should be a date');
    if (operator === '=' && date.isDay) {
      return (row) => Math.floor((Number(column.read(row)) - date.timeMs) / 86_400_000) === 0;
    }
    const holds = COMPARISONS[operator];
    return holds === undefined ? null : (row) => holds(Number(column.read(row)), date.timeMs);
  },
  set: (column, operator, value) => {
    const wanted = new Set(value.split(',').map((part) => fold(part.trim())));
    return operator === 'include' ? (row) => wanted.has(fold(String(column.read(row)))) : null;
  },
  month: (column, operator, value) => {
    const month = readMonthText(value);
    if (operator !== '=') return null;
    return (row) => Number(column.read(row)) >= month.fromMs && Number(column.read(row)) <= month.toMs;
  },
  flag: (column, operator, value) => (operator === '=' ? (row) => String(column.read(row)) === fold(value) : null),
  none: (_column, operator) => (operator === '=' ? () => true : null),
};

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '=': (one, other) => one === other,
  '!=': (one, other) => one !== other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
};

/** `IsDeleted` alone takes a JSON boolean, and with `Contains`. */
function readDeleted<Row>(column: Column<Row>, operator: string, value: unknown): Predicate<Row> {
  if (operator !== 'contains') return refuseInput('Operator is not valid for this field');
  const isWanted = fold(String(value));
  if (isWanted !== 'true' && isWanted !== 'false') return refuseInput('Value should be true or false');
  return (row) => String(column.read(row)) === isWanted;
}

function toTextMatch(operator: string, value: string): ((text: string) => boolean) | null {
  const wanted = fold(value);
  if (operator === 'contains') return (text) => text.includes(wanted);
  if (operator === '=') return (text) => text === wanted;
  return operator === '!=' ? (text) => text !== wanted : null;
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}
