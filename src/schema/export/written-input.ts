/**
 * What a client wrote, got back from what graphql-js made of it: the names of enum values instead of what they stand for, so
 * that it can be a variable of another operation; defaults filled in, properties in the order of the alphabet, null left out, so
 * that the same wish is the same text.
 */
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

export type WrittenInput = Readonly<Record<string, unknown>>;

/** `input` is what the input object `type` was coerced to. The answer is JSON. */
export function toWrittenInput(input: object, type: GraphQLInputObjectType): WrittenInput {
  const fields = type.getFields();
  const entries = Object.keys(fields)
    .sort()
    .map((name) => [name, toWritten((input as WrittenInput)[name], fields[name]?.type)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function toWritten(value: unknown, type: GraphQLInputType | undefined): unknown {
  if (type === undefined || value === null || value === undefined) return undefined;
  if (isNonNullType(type)) return toWritten(value, type.ofType);
  if (isListType(type)) return (value as unknown[]).map((item) => toWritten(item, type.ofType) ?? null);
  if (isInputObjectType(type)) return toWrittenInput(value, type);
  return type.serialize(value);
}
