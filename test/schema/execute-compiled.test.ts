/** When an operation is compiled, and what becomes of nulls that may not be. */
import { describe, expect, it } from '@jest/globals';
import { buildSchema, execute, type GraphQLObjectType, type GraphQLSchema, parse } from 'graphql';
import { AppError } from '../../src/errors.js';
import type { GraphContext } from '../../src/schema/context.js';
import { createCompiledExecutor } from '../../src/schema/execute-compiled.js';
import { askThrice, operationOf, toSeen } from '../support/executors.js';

/** The resolvers here look at nothing in it. */
const context = {} as GraphContext;

describe('a compiled operation', () => {
  it('is not made of what is asked once, of what is too large to compile, or of a mutation', async () => {
    const doubled = Array.from(
      { length: 9 },
      (_, n) => `fragment F${n + 1} on Item { a: item { ...F${n} } b: item { ...F${n} } }`,
    );
    const large = `{ item { ...F9 } } fragment F0 on Item { fine } ${doubled.join(' ')}`;
    for (const [text, times, isCompiled] of [
      ['{ item { fine } }', 1, false],
      ['{ item { fine } }', 2, true],
      [large, 3, false],
      ['mutation { item { fine } }', 3, false],
    ] as const) {
      const document = parse(text);
      const run = createCompiledExecutor(createStrictSchema());
      const answers: Awaited<ReturnType<typeof run>>[] = [];
      while (answers.length < times) {
        answers.push(await run({ document, operation: operationOf(document), variables: {}, context }));
      }
      expect(answers.at(-1)?.errors).toBeUndefined();
      // graphql-js alone makes answers without a prototype.
      expect(Object.getPrototypeOf(answers.at(-1)?.data) === Object.prototype).toBe(isCompiled);
    }
  });

  it.each([
    ['thrown', '{ items { value: thrown } }'],
    ['rejected', '{ items { value: rejected } item { rejected } }'],
    ['null', '{ items { value: nothing } item { nothing } }'],
    ['an error', '{ items { value: failed } item { failed } }'],
    ['of the wrong type', '{ items { value: text } item { text } }'],
    ['rejected above all', '{ sure { rejected } items { value: fine } }'],
  ])('takes away as much where what must not be null is %s', async (_name, query) => {
    const strict = createStrictSchema();
    const document = parse(query);
    const expected = toSeen(await execute({ schema: strict, document, contextValue: context }));
    expect(expected.errors.length).toBeGreaterThan(0);
    const run = createCompiledExecutor(strict);
    expect(toSeen(await askThrice(run, () => ({ document, variables: {}, context })))).toEqual(expected);
  });
});

/** Fields that must not be null, and are, each in its own way: Keepnet's answers cannot bring ours to it. */
function createStrictSchema(): GraphQLSchema {
  const strict = buildSchema(`
    type Query { items: [Item] item: Item sure: Item! }
    type Mutation { item: Item }
    type Item { item: Item fine: Int! thrown: Int! rejected: Int! nothing: Int! failed: Int! text: Int! }
    scalar JSON
  `);
  const item = strict.getType('Item') as GraphQLObjectType;
  const resolvers = {
    thrown: () => {
      throw new AppError('INTERNAL', 'thrown');
    },
    rejected: () => Promise.reject(new AppError('FORBIDDEN', 'rejected', { companyId: 'company0001' })),
  };
  for (const [name, resolve] of Object.entries(resolvers)) Object.assign(item.getFields()[name] ?? {}, { resolve });
  const source: Record<string, unknown> = {
    fine: 1,
    nothing: null,
    failed: new AppError('UPSTREAM_BAD_RESPONSE', 'failed'),
    text: 'text',
  };
  source.item = source;
  const { items, item: one, sure } = (strict.getQueryType() as GraphQLObjectType).getFields();
  Object.assign(items ?? {}, { resolve: async () => [source, source] });
  const { item: changed } = (strict.getMutationType() as GraphQLObjectType).getFields();
  for (const field of [one, sure, changed]) Object.assign(field ?? {}, { resolve: async () => source });
  return strict;
}
