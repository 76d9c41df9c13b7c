/** Values as they stand in an address, read as their type in the schema says. Every refusal names the parameter. */
import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
} from 'graphql';
import { badInput } from '../errors.js';

/** @throws AppError where it was given more than once, or without a value */
export function readText(name: string, written: unknown): string {
  if (typeof written === 'string' && written !== '') return written;
  throw badInput(name, written === '' ? 'expected a value' : 'expected it once');
}

/** As `readText`; null where it was not given. */
export function readOptionalText(name: string, written: unknown): string | null {
  return written === undefined ? null : readText(name, written);
}

/** A scalar, an enum, or a list of these by comma. @throws AppError BAD_USER_INPUT */
export function readValue(name: string, text: string, type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return text.split(',').map((item) => readValue(name, item.trim(), nullable.ofType));
  if (isEnumType(nullable)) return readEnum(name, text, nullable);
  if (!isLeafType(nullable) || text === '') throw badInput(name, `expected ${String(nullable)}, got: ${quote(text)}`);
  const value = (PARSERS[nullable.name] ?? asItIs)(text);
  try {
    nullable.parseValue(value);
  } catch {
    throw badInput(name, `expected ${EXPECTED[nullable.name] ?? nullable.name}, got: ${quote(text)}`);
  }
  return value;
}

/** Undefined where the text is none: no scalar takes that. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  Int: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : undefined),
  Float: (text) => (/^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? Number(text) : undefined),
  Boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : undefined),
};

const asItIs = (text: string) => text;

const EXPECTED: Readonly<Record<string, string>> = {
  Int: 'a whole number',
  Float: 'a number',
  Boolean: 'true or false',
  Date: 'a day, YYYY-MM-DD',
};

function readEnum(name: string, text: string, type: GraphQLEnumType): string {
  if (type.getValue(text)) return text;
  throw badInput(name, `expected one of ${toNames(type)}, got: ${quote(text)}`);
}

/** The input, where it says by what to order and which end comes first, and nothing else; null for any other. */
export function toOrder(type: GraphQLInputType): GraphQLInputObjectType | null {
  const object = getNullableType(type);
  if (!isInputObjectType(object)) return null;
  const { field, direction, ...others } = object.getFields();
  const isOrder = isEnumType(getNamedType(field?.type)) && isEnumType(getNamedType(direction?.type));
  return isOrder && Object.keys(others).length === 0 ? object : null;
}

/** `POINTS` or `POINTS:DESC`. @throws AppError BAD_USER_INPUT */
export function readOrder(name: string, text: string, type: GraphQLInputObjectType): Readonly<Record<string, string>> {
  const fields = type.getFields();
  const [field = '', direction, ...rest] = text.split(':');
  if (rest.length > 0) throw badInput(name, `expected a field, or a field and its direction, got: ${quote(text)}`);
  const by = readEnum(name, field, getNamedType(fields.field?.type) as GraphQLEnumType);
  if (direction === undefined) return { field: by };
  return { field: by, direction: readEnum(name, direction, getNamedType(fields.direction?.type) as GraphQLEnumType) };
}

/** @throws AppError where it is no JSON; whether it is the right one is left to the schema */
export function readJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badInput(name, `expected JSON, got: ${quote(text)}`);
  }
}

/** What a value can be, for whoever writes an address: empty where the type itself says it. */
export function describeValues(type: GraphQLInputType): string {
  const named = getNamedType(type);
  const order = toOrder(type);
  if (order !== null) {
    const { field, direction } = order.getFields();
    const ends = toNames(getNamedType(direction?.type) as GraphQLEnumType);
    return `One of ${toNames(getNamedType(field?.type) as GraphQLEnumType)}; with a direction after a colon: ${ends}.`;
  }
  const byComma = isListType(getNullableType(type)) ? 'Several by comma.' : '';
  return [isEnumType(named) ? `One of ${toNames(named)}.` : '', byComma].filter(Boolean).join(' ');
}

/** Words that a value can be, for whoever offers a choice; an order has each field in each direction. Empty where it is no choice. */
export function listValues(type: GraphQLInputType): readonly string[] {
  const order = toOrder(type);
  if (order === null) return listNames(getNamedType(type));
  const { field, direction } = order.getFields();
  const ends = listNames(getNamedType(direction?.type));
  return listNames(getNamedType(field?.type)).flatMap((name) => ends.map((end) => `${name}:${end}`));
}

function listNames(type: GraphQLNamedType | undefined): readonly string[] {
  return isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
}

function toNames(type: GraphQLEnumType): string {
  return listNames(type).join(', ');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
