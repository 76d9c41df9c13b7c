/** Checks are found once per document: what a client sends with the same document must still be checked each time. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, parse } from 'graphql';
import { buildGraphSchema } from '../../src/schema/build.js';
import { findWrongArgument } from '../../src/schema/check-arguments.js';

let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildGraphSchema();
});

describe('findWrongArgument', () => {
  it('checks the variables of every request, whichever came first', () => {
    const document = parse('query ($first: Int) { companies(first: $first) { totalCount } }');
    const messageFor = (first: number) => findWrongArgument(schema, document, undefined, { first })?.message;
    expect([5, 0, 7, 101].map(messageFor)).toEqual([
      undefined,
      expect.stringContaining('got: 0'),
      undefined,
      expect.stringContaining('got: 101'),
    ]);
  });

  it('checks the operation that runs, not its neighbours, and the fragments that it reaches', () => {
    const document = parse(`
      query Good { companies(first: 5) { totalCount } }
      query Bad { ...Wrong }
      fragment Wrong on Query { companies(first: 0) { totalCount } }
    `);
    const findIn = (name: string) => findWrongArgument(schema, document, name, {})?.message;
    expect([findIn('Good'), findIn('Bad'), findIn('Good')]).toEqual([
      undefined,
      expect.stringContaining('got: 0'),
      undefined,
    ]);
  });
});
