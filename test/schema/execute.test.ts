/** Documents that run without a client are held to the same rules: what cannot be meant is refused before anything is asked. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import type { KeepnetSession } from '../../src/keepnet/session.js';
import { buildGraphSchema } from '../../src/schema/build.js';
import { createContext } from '../../src/schema/context.js';
import { createExecutor, type Executor } from '../../src/schema/execute.js';

let execute: Executor;

beforeAll(async () => {
  execute = createExecutor(await buildGraphSchema());
});

const DOCUMENT = parse(`query ($first: Int, $direction: OrderDirection = ASC) {
  companies(first: 1) { nodes { name targetUsers(first: $first) { totalCount } } }
  company(id: "xC5kfGz7w2Nz") { targetUsers(orderBy: { field: EMAIL, direction: $direction }) { totalCount } }
}`);

/** A Keepnet that has no companies, and tells what it was asked. */
function openContext() {
  const asked: string[] = [];
  const keepnet: Partial<KeepnetSession> = {
    searchCompanies: async () => {
      asked.push('searchCompanies');
      return { rows: [], totalCount: 0 };
    },
    directory: async () => {
      asked.push('directory');
      return { companies: [], missing: 0, find: () => undefined };
    },
  };
  const context = createContext({
    keepnet: keepnet as KeepnetSession,
    requestId: 'request-1',
    upstream: 'SIMULATOR',
    signal: new AbortController().signal,
    wantsReceipt: false,
  });
  return { context, asked };
}

describe('the executor', () => {
  it('answers what it can and leaves each error as it was thrown', async () => {
    const { context, asked } = openContext();
    const { data, errors } = await execute(DOCUMENT, { first: 5 }, context);
    expect(data).toEqual({ companies: { nodes: [] }, company: null });
    expect(errors?.map((error) => error.originalError)).toMatchObject([{ code: 'COMPANY_NOT_FOUND' }]);
    expect(asked.sort()).toEqual(['directory', 'searchCompanies']);
  });

  it.each([
    ['an argument that cannot be meant', { first: 500 }, 'first: expected 1 to 100, got: 500'],
    ['a variable of the wrong type', { first: 'many' }, 'Variable "$first" got invalid value "many"'],
    ['an unknown name of an enum', { direction: 'UP' }, 'Value "UP" does not exist in "OrderDirection" enum'],
  ])('refuses %s before anything is asked', async (_name, variables, message) => {
    const { context, asked } = openContext();
    const { data, errors } = await execute(DOCUMENT, variables, context);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.originalError).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(message),
    });
    expect(asked).toEqual([]);
  });
});
