/**
 * One condition of a `$filter` on a column of the table: its value has the type of the column. Says whether a row holds it, as OData
 * means it: texts are compared as they are, case included, and nothing is known of an empty cell.
 */
import { badInput } from '../../errors.js';
import type { Cell, Column } from '../column.js';
import { type Operator, TEXT_FUNCTIONS, type WrittenCondition } from './filter-syntax.js';
import type { Literal } from './filter-tokens.js';
import { notPushedDown } from './not-pushed-down.js';

export interface Condition {
  readonly column: Column;
  readonly operator: Operator;
  readonly value: string | number | boolean;
}

/** @throws AppError BAD_USER_INPUT, or NOT_PUSHED_DOWN for what OData allows and no table can answer */
export function toCondition(
  { column: name, operator, literal }: WrittenCondition,
  columns: readonly Column[],
): Condition {
  const column = columns.find((each) => each.name === name);
  if (column === undefined) throw badInput('$filter', `there is no column ${name}`);
  if (literal.kind === 'NULL')
    throw notPushedDown('$filter', `whether ${name} is null cannot be pushed down to Keepnet`);
  const expected = LITERALS[column.type];
  if (literal.kind !== expected) throw badInput('$filter', `expected ${NAMES[expected]} for ${name}`);
  const isText = TEXT_FUNCTIONS.some((each) => each === operator);
  if (isText && expected !== 'TEXT') throw badInput('$filter', `${operator} is for texts, and ${name} is none`);
  const value = toValue(literal);
  if (typeof value === 'number' && !Number.isFinite(value)) throw badInput('$filter', `${literal.text} is too large`);
  return { column, operator, value };
}

/** Whether a row with this cell is in the answer. */
export function holds({ operator, value }: Condition, cell: Cell): boolean {
  if (operator === 'ne') return cell !== value;
  return cell !== null && TESTS[operator](cell, value);
}

type Test = (cell: NonNullable<Cell>, value: Condition['value']) => boolean;

const TESTS: Readonly<Record<Exclude<Operator, 'ne'>, Test>> = {
  eq: (cell, value) => cell === value,
  gt: (cell, value) => cell > value,
  ge: (cell, value) => cell >= value,
  lt: (cell, value) => cell < value,
  le: (cell, value) => cell <= value,
  contains: (cell, value) => String(cell).includes(String(value)),
  startswith: (cell, value) => String(cell).startsWith(String(value)),
  endswith: (cell, value) => String(cell).endsWith(String(value)),
};

const LITERALS: Readonly<Record<Column['type'], Exclude<Literal['kind'], 'NULL' | 'OTHER'>>> = {
  TEXT: 'TEXT',
  ID: 'TEXT',
  INTEGER: 'NUMBER',
  NUMBER: 'NUMBER',
  BOOLEAN: 'BOOLEAN',
  DATE: 'DATE',
  DATE_TIME: 'DATE',
};

const NAMES = {
  TEXT: "a text in ' '",
  NUMBER: 'a number',
  BOOLEAN: 'true or false',
  DATE: 'a date, such as 2026-01-31 or 2026-01-31T09:00:00Z',
} as const;

function toValue({ kind, text }: Literal): Condition['value'] {
  if (kind === 'NUMBER') return Number(text);
  return kind === 'BOOLEAN' ? text === 'true' : text;
}
