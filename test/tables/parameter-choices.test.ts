/** The words that a table offers for a parameter are words that it takes, so that a page can offer them to a person. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { buildGraphSchema } from '../../src/schema/build.js';
import { loadTables } from '../../src/tables/documents.js';
import { listParameters, parseParameters, type TableParameter } from '../../src/tables/parameters.js';
import type { Table } from '../../src/tables/table.js';

let schema: GraphQLSchema;
let tables: readonly Table[];

beforeAll(async () => {
  schema = await buildGraphSchema();
  tables = [...(await loadTables(schema, null)).values()];
});

const wordsOf = (table: Table, name: string) =>
  listParameters(table, schema).find((parameter) => parameter.name === name)?.values;

describe('the words of a parameter', () => {
  it('are taken, each by itself and in a list', () => {
    let taken = 0;
    for (const table of tables) {
      const parameters = listParameters(table, schema);
      const required = Object.fromEntries(
        parameters.filter(({ isRequired }) => isRequired).map(({ name }) => [name, 'x']),
      );
      const offers = parameters.flatMap(({ name, type, values = [] }: TableParameter) => [
        ...values.map((value) => ({ name, value })),
        ...(type.startsWith('[') && values.length > 0 ? [{ name, value: values.join(',') }] : []),
      ]);
      for (const { name, value } of offers) {
        expect(() => parseParameters(table, schema, { ...required, [name]: value })).not.toThrow();
        taken += 1;
      }
    }
    expect(taken).toBeGreaterThan(50);
  });

  it('are those of an enum, and each field of an order in both directions', () => {
    const leaderboard = tables.find(({ name }) => name === 'leaderboard') as Table;
    expect(wordsOf(leaderboard, 'preset')).toContain('LAST_3_MONTHS');
    expect(wordsOf(leaderboard, 'orderBy')).toEqual(expect.arrayContaining(['POINTS:ASC', 'POINTS:DESC']));
    expect(wordsOf(leaderboard, 'search')).toBeUndefined();
    expect(wordsOf(leaderboard, 'companies')).toBeUndefined();
  });
});
