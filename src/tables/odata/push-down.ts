/**
 * The conditions of a `$filter` as what Keepnet can be asked: values for the filter of the table's list, and companies that need not
 * be asked at all. Promises that no row is missing that holds them. Keepnet may send more, since it does not tell `A` from `a`: so
 * rows are looked at again when they have come.
 */
import { type GraphQLInputField, getNamedType, isEnumType } from 'graphql';
import { badInput } from '../../errors.js';
import type { Column } from '../column.js';
import type { TableCompany } from '../coverage.js';
import type { Capabilities, ColumnInputs } from './capabilities.js';
import { type Condition, holds } from './condition.js';
import type { Operator } from './filter-syntax.js';
import { notPushedDown } from './not-pushed-down.js';

export type FilterValues = Readonly<Record<string, unknown>>;

export interface PushedDown {
  /** For the filter of the list; empty where all rows are wanted. */
  readonly filter: FilterValues;
  /** Whether the company can have rows at all. */
  isWanted(company: TableCompany): boolean;
  /** Whether Keepnet's count is that of the rows which hold. */
  readonly isExact: boolean;
}

/** `given` is what the request asks of the filter beside `$filter`. @throws AppError NOT_PUSHED_DOWN, BAD_USER_INPUT */
export function pushDown(
  conditions: readonly Condition[],
  { filters, companies }: Capabilities,
  given: FilterValues,
): PushedDown {
  const ofCompanies = conditions.filter(({ column }) => companies.has(column.name));
  const ofRows = conditions.filter(({ column }) => !companies.has(column.name));
  for (const { column, operator } of ofCompanies) {
    if (!COMPANY_OPERATORS.has(operator)) throw refuse(column, operator, [...COMPANY_OPERATORS]);
  }
  const wishes = ofRows.map((condition) => {
    const inputs = filters.get(condition.column.name);
    if (inputs !== undefined) return toWish(condition, inputs, given);
    const names = [...companies.keys(), ...filters.keys()].join(', ') || 'none';
    throw notPushedDown('$filter', `Keepnet cannot filter by ${condition.column.name}; it can by ${names}`);
  });
  return {
    filter: wishes.reduce<FilterValues>(join, given),
    isWanted: (company) =>
      ofCompanies.every((each) => holds(each, company[companies.get(each.column.name) ?? 'companyId'])),
    isExact: ofRows.every((each) => isCountedExactly(each, filters.get(each.column.name))),
  };
}

const COMPANY_OPERATORS: ReadonlySet<Operator> = new Set(['eq', 'ne', 'contains', 'startswith', 'endswith']);

/** What a column can be compared by. */
export function operatorsOf(
  column: Column,
  { anyOf, isTrue, partOf, atLeast, atMost }: ColumnInputs,
): readonly Operator[] {
  const isChoice = isTrue !== undefined || isEnumType(getNamedType(anyOf?.type));
  const isBetween = atLeast !== undefined && atMost !== undefined;
  const operators: (Operator | false)[] = [
    (anyOf !== undefined || isTrue !== undefined || partOf !== undefined || isBetween) && 'eq',
    // Where a cell may be empty, what is "not this" is more than all the others.
    isChoice && !column.isNullable && 'ne',
    ...(atLeast ? (['gt', 'ge'] as const) : []),
    ...(atMost ? (['lt', 'le'] as const) : []),
    ...(partOf ? (['contains', 'startswith', 'endswith'] as const) : []),
  ];
  return operators.filter((each) => each !== false);
}

/** Of one condition. */
function toWish(condition: Condition, inputs: ColumnInputs, given: FilterValues): FilterValues {
  const { column, operator, value } = condition;
  const allowed = operatorsOf(column, inputs);
  if (!allowed.includes(operator)) throw refuse(column, operator, allowed);
  const { anyOf, isTrue, partOf, atLeast, atMost } = inputs;
  if (anyOf && (operator === 'eq' || operator === 'ne'))
    return { [anyOf.name]: toChoices(condition, anyOf, given[anyOf.name]) };
  if (isTrue) return { [isTrue.name]: operator === 'eq' ? value : !value };
  if (typeof value !== 'number') return { [partOf?.name ?? '']: value };
  const { least, most } = toBounds(condition, value);
  return Object.fromEntries([
    ...(atLeast && least !== null ? [[atLeast.name, least]] : []),
    ...(atMost && most !== null ? [[atMost.name, most]] : []),
  ]);
}

/** What is not this is what the list holds without `$filter`, but this. */
function toChoices(
  { column, operator, value }: Condition,
  input: GraphQLInputField,
  given: unknown,
): readonly unknown[] {
  const type = getNamedType(input.type);
  if (!isEnumType(type)) return [value];
  const names = type.getValues().map(({ name }) => name);
  if (!names.includes(String(value)))
    throw badInput('$filter', `expected ${column.name} to be one of ${names.join(', ')}`);
  if (operator === 'eq') return [value];
  const usual = (input.defaultValue as readonly unknown[] | undefined)?.map((each) => type.serialize(each));
  const held = (given as readonly unknown[] | undefined) ?? usual ?? names;
  return held.filter((each) => each !== value);
}

const LOWER: ReadonlySet<Operator> = new Set(['eq', 'gt', 'ge']);
const UPPER: ReadonlySet<Operator> = new Set(['eq', 'lt', 'le']);

/** Inclusive, null for none: a row at a bound that is not wanted is left out when it has come. @throws AppError NOT_PUSHED_DOWN */
function toBounds({ column, operator }: Condition, value: number): { least: number | null; most: number | null } {
  const isWhole = column.type === 'INTEGER';
  if (isWhole && operator === 'eq' && !Number.isInteger(value)) {
    throw notPushedDown('$filter', `${column.name} holds whole numbers, got ${value}`);
  }
  if (isWhole && Math.abs(value) >= MAX_INT) {
    throw notPushedDown('$filter', `${column.name} holds whole numbers of 32 bits, got ${value}`);
  }
  const least = operator === 'gt' ? Math.floor(value) + 1 : Math.ceil(value);
  const most = operator === 'lt' ? Math.ceil(value) - 1 : Math.floor(value);
  return {
    least: LOWER.has(operator) ? (isWhole ? least : value) : null,
    most: UPPER.has(operator) ? (isWhole ? most : value) : null,
  };
}

const MAX_INT = 2 ** 31 - 1;

/** Lists are what both allow; anything else must be the same. */
function join(one: FilterValues, other: FilterValues): FilterValues {
  const joined = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = joined[name] ?? value;
    const both = Array.isArray(before) && Array.isArray(value) ? before.filter((each) => value.includes(each)) : before;
    const isPossible = Array.isArray(both) ? both.length > 0 : both === value;
    if (!isPossible) throw notPushedDown('$filter', `Keepnet takes one condition for ${name}, and these are two`);
    joined[name] = both;
  }
  return joined;
}

/** Keepnet does not tell `A` from `a`, and it is not known what it makes of empty cells. */
function isCountedExactly({ column, operator }: Condition, inputs: ColumnInputs | undefined): boolean {
  if (column.isNullable) return false;
  if (isEnumType(getNamedType(inputs?.anyOf?.type))) return true;
  return (
    column.type === 'INTEGER' || column.type === 'BOOLEAN' || (column.type === 'NUMBER' && !/^[gl]t$/.test(operator))
  );
}

function refuse(column: Column, operator: Operator, allowed: readonly Operator[]) {
  return notPushedDown(
    '$filter',
    `Keepnet cannot compare ${column.name} by ${operator}; it can by ${allowed.join(', ')}`,
  );
}
