/**
 * `$orderby` as what Keepnet can be asked. Rows come company by company, in the order of the companies' ids, and Keepnet orders
 * those of one company by one of its fields; any other order would take all rows at once, and is refused.
 */
import { badInput } from '../../errors.js';
import type { Capabilities } from './capabilities.js';
import { notPushedDown } from './not-pushed-down.js';
import type { OrderItem } from './query-options.js';

export interface OrderQuestion {
  readonly capabilities: Capabilities;
  /** How many companies the rows come from; null for a table that is not per company. */
  readonly companies: number | null;
  /** Of the request, beside `$orderby`. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The variables with the order in them. @throws AppError NOT_PUSHED_DOWN, BAD_USER_INPUT */
export function pushOrder(
  orderBy: readonly OrderItem[],
  { capabilities, companies, variables }: OrderQuestion,
): Readonly<Record<string, unknown>> {
  const { orders, orderVariable, companies: known } = capabilities;
  const comesById = orderBy[0]?.direction === 'ASC' && known.get(orderBy[0].column) === 'companyId';
  const isOneList = companies === null || companies <= 1;
  // Of one company, they are the same in all rows.
  const items = orderBy.filter(({ column }, at) => !known.has(column) || (!isOneList && !(comesById && at === 0)));
  const [item, ...more] = items;
  if (item === undefined) return variables;
  if (!isOneList && !comesById) throw refuse(`rows come company by company: begin with ${toIdName(known)}`);
  const field = orders.get(item.column);
  const names = [...orders.keys()].join(', ') || 'nothing';
  if (more.length > 0) throw refuse(`Keepnet orders by one of its fields, not by ${items.length}`);
  if (field === undefined || orderVariable === null)
    throw refuse(`Keepnet can order by ${names}, not by ${item.column}`);
  if (variables[orderVariable] !== undefined) throw badInput('$orderby', `the request orders by ${orderVariable} too`);
  return { ...variables, [orderVariable]: { field, direction: item.direction } };
}

function refuse(problem: string) {
  return notPushedDown('$orderby', problem);
}

function toIdName(known: Capabilities['companies']): string {
  const [name] = [...known].find(([, told]) => told === 'companyId') ?? ['the id of the company'];
  return name;
}
