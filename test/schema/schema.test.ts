/** What the schema promises as a whole, read off the schema itself. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type GraphQLField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { buildGraphSchema, toSchemaText } from '../../src/schema/build.js';
import { argumentCheckOf } from '../../src/schema/check-arguments.js';

let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildGraphSchema();
});

/** Arguments that any value of their type suits. */
const UNCHECKED: string[] = [];

describe('the schema', () => {
  it('is the one in schema.graphql', async () => {
    expect(toSchemaText(schema)).toBe(await readFile('schema.graphql', 'utf8'));
  });

  it('describes every type, field, argument and enum value', () => {
    const seen = listDescriptions(schema);
    expect(seen.length).toBeGreaterThan(300);
    expect(seen.filter(([, description]) => !description).map(([name]) => name)).toEqual([]);
  });

  it('checks the arguments of every field that takes any before the operation runs', () => {
    const withArguments = listFields(schema).filter(([, field]) => field.args.length > 0);
    expect(withArguments.length).toBeGreaterThan(15);
    const unchecked = withArguments.filter(([, field]) => argumentCheckOf(field) === undefined).map(([name]) => name);
    expect(unchecked).toEqual(UNCHECKED);
  });

  it('lets every field that costs a Keepnet call be null, so that one failure costs one field', () => {
    const priced = listFields(schema).filter(([, { description }]) =>
      /\bcalls? per\b|`companies\/my` call/.test(description ?? ''),
    );
    expect(priced.length).toBeGreaterThan(20);
    const fatal = priced.filter(([, field]) => isNonNullType(field.type)).map(([name]) => name);
    expect(fatal).toEqual([]);
  });
});

function listFields(of: GraphQLSchema): [string, GraphQLField<unknown, unknown>][] {
  return Object.values(of.getTypeMap())
    .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type))
    .flatMap((type) =>
      isObjectType(type) || isInterfaceType(type)
        ? Object.values(type.getFields()).map((field): [string, GraphQLField<unknown, unknown>] => [
            `${type.name}.${field.name}`,
            field,
          ])
        : [],
    );
}

type Description = [name: string, description: string | null | undefined];

function listDescriptions(of: GraphQLSchema): Description[] {
  const own = Object.values(of.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const types = own
    .filter((type) => !['Query', 'Mutation'].includes(type.name))
    .map((type): Description => [type.name, type.description]);
  const fields = listFields(of).flatMap(([name, field]): Description[] => [
    [name, field.description],
    ...field.args.map((arg): Description => [`${name}(${arg.name}:)`, arg.description]),
  ]);
  const inner = own.flatMap((type): Description[] => {
    if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value.description]);
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field.description]);
    }
    return [];
  });
  return [...types, ...fields, ...inner];
}
