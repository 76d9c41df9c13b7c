/** The example tabs of GraphiQL are documents of this schema: what a first visitor plays must not be refused. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, type DocumentNode, Kind, parse, validate } from 'graphql';

const root = join(import.meta.dirname, '..');
const directory = join(root, 'web/graphiql/tabs');
const names = readdirSync(directory).sort();
const tabs = names.map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));

describe('the example tabs', () => {
  it('are at least four, numbered in their order', () => {
    expect(names.length).toBeGreaterThanOrEqual(4);
    expect(names.map((name) => Number.parseInt(name, 10))).toEqual(names.map((_, index) => index + 1));
  });

  it.each(tabs)('$name is valid', ({ text }) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
  });

  it.each(tabs)(
    '$name says in two lines what it shows and what it costs, and asks nothing of the reader',
    ({ text }) => {
      const [shows, costs, query] = text.split('\n');
      expect(shows).toMatch(/^# .+\.$/);
      expect(costs).toMatch(/^# Costs .*Keepnet call/);
      expect(query).toMatch(/^query \w+ \{$/);
    },
  );

  it('have one operation each, all with names of their own', () => {
    const operations = tabs.map(({ text }) => operationNames(parse(text)));
    expect(operations.map((each) => each.length)).toEqual(tabs.map(() => 1));
    expect(new Set(operations.flat()).size).toBe(tabs.length);
  });
});

function operationNames({ definitions }: DocumentNode): string[] {
  return definitions.flatMap(
    (definition) => (definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value) || [],
  );
}
