/**
 * What a request asks of an entity set, put together: the variables of the document with what is pushed down in them, the companies,
 * the columns that must be read, and what is looked at again in every row.
 */
import { AppError } from '../../errors.js';
import type { Cell, Column, Row } from '../column.js';
import type { TableCompany } from '../coverage.js';
import type { TableQuery } from '../parameters.js';
import { holds } from './condition.js';
import type { EntitySet } from './entity-set.js';
import { notPushedDown } from './not-pushed-down.js';
import { pushOrder } from './order.js';
import { type FilterValues, type PushedDown, pushDown } from './push-down.js';
import type { QueryOptions } from './query-options.js';

export interface EntityQuery {
  /** For the document, without `company` and without the order. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Names of the columns to read: those that are shown, and those that are looked at again. Null for all. */
  readonly columns: readonly string[] | null;
  /** The rows that hold the filter, of rows with these columns. */
  select(rows: readonly Row[], columns: readonly Column[]): readonly Row[];
  readonly isWanted: PushedDown['isWanted'];
  readonly isExact: boolean;
  /** The variables with the order in them, once it is known how many companies there are. @throws AppError NOT_PUSHED_DOWN */
  order(companies: readonly TableCompany[] | null): Readonly<Record<string, unknown>>;
  /** What was refused below as a wrong argument, told of the option that it came from. */
  toRefusal(error: unknown): unknown;
}

/** @throws AppError NOT_PUSHED_DOWN or BAD_USER_INPUT that names the option */
export function toEntityQuery(
  { columns, capabilities }: EntitySet,
  { filter: conditions, select, orderBy }: QueryOptions,
  { variables: given }: TableQuery,
): EntityQuery {
  const { filterVariable } = capabilities;
  const before = (filterVariable === null ? {} : (given[filterVariable] ?? {})) as FilterValues;
  const { filter, isWanted, isExact } = pushDown(conditions, capabilities, before);
  const isFiltered = filterVariable !== null && Object.keys(filter).length > 0;
  const variables = isFiltered ? { ...given, [filterVariable]: filter } : given;
  const pushed = Object.keys(filter).filter((name) => before[name] === undefined);
  const needed = new Set([...(select ?? []), ...conditions.map(({ column }) => column.name)]);
  return {
    variables,
    columns: select === null ? null : columns.map(({ name }) => name).filter((name) => needed.has(name)),
    select(rows, shown) {
      const checks = conditions.map((each) => ({ each, at: shown.findIndex(({ name }) => name === each.column.name) }));
      return rows.filter((row) => checks.every(({ each, at }) => holds(each, (row[at] ?? null) as Cell)));
    },
    isWanted,
    isExact,
    order: (companies) => pushOrder(orderBy, { capabilities, companies: companies?.length ?? null, variables }),
    toRefusal: (error) => toRefusal(error, pushed),
  };
}

/** The graph refuses values that Keepnet cannot be asked, such as `isOverLimit: false`. */
function toRefusal(error: unknown, pushed: readonly string[]): unknown {
  if (!(error instanceof AppError) || error.code !== 'BAD_USER_INPUT') return error;
  if (error.argument === 'cursor') {
    return new AppError('BAD_USER_INPUT', error.message.replace(/^cursor/, '$skiptoken'), { argument: '$skiptoken' });
  }
  const isPushed = pushed.some((name) => error.argument === `filter.${name}`);
  return isPushed ? notPushedDown('$filter', error.message.replace(/\.$/, '')) : error;
}
