/** The walk through a list that changes, fails or ends where nobody expects it; and reading ahead of whoever takes the rows. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type ExecutionResult, GraphQLError } from 'graphql';
import { AppError } from '../../src/errors.js';
import type { Row } from '../../src/tables/column.js';
import { chain, readAhead } from '../../src/tables/read-ahead.js';
import type { RunDocument } from '../../src/tables/run-document.js';
import { parseTable, type Table } from '../../src/tables/table.js';
import { walkTable } from '../../src/tables/walk.js';

const SCHEMA = buildSchema(`
  type Query { things(first: Int, after: String, color: String): Connection }
  type Connection { totalCount: Int!  pageInfo: PageInfo!  nodes: [Thing!]! }
  type PageInfo { hasNextPage: Boolean!  endCursor: String }
  type Thing { id: ID!  label: String }
`);

let keyed: Table;
let unkeyed: Table;

beforeAll(() => {
  const toText = (nodes: string) => `query($color: String, $first: Int!, $after: String) {
    things(first: $first, after: $after, color: $color) {
      totalCount pageInfo { hasNextPage endCursor } nodes { ${nodes} }
    }
  }`;
  keyed = parseTable('things', toText('row_key: id label'), SCHEMA);
  unkeyed = parseTable('labels', toText('label'), SCHEMA);
});

const CONTEXT = { signal: new AbortController().signal, requestId: 'request-1' };

/** A list of things that pages by number, as Keepnet does. `change` may alter it before each page but the first. */
function listOf(things: string[], change: (pageNumber: number) => void = () => undefined) {
  const asked: Record<string, unknown>[] = [];
  const run: RunDocument = async (_document, variables) => {
    asked.push(variables);
    const offset = Number(variables.after ?? 0);
    if (offset > 0) change(offset / 100 + 1);
    const page = things.slice(offset, offset + 100);
    const end = offset + page.length;
    return toAnswer(page, things.length, end < things.length && page.length > 0 ? String(end) : null);
  };
  return { run, asked };
}

function toAnswer(page: readonly string[], totalCount: number, endCursor: string | null): ExecutionResult {
  const nodes = page.map((label) => ({ row_key: `Thing:${label}`, label }));
  return { data: { things: { totalCount, nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } } } };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `thing ${index}`);
}

async function read(table: Table, run: RunDocument, variables = {}): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of walkTable(table, variables, run, CONTEXT)) rows.push(...page);
  return rows;
}

describe('a walk', () => {
  it('goes by cursor from page to page, to the end of the list', async () => {
    const { run, asked } = listOf(names(250));
    const rows = await read(keyed, run, { color: 'red' });
    expect(rows.map(([, label]) => label)).toEqual(names(250));
    expect(asked.map(({ first, after, color }) => [first, after, color])).toEqual([
      [100, undefined, 'red'],
      [100, '100', 'red'],
      [100, '200', 'red'],
    ]);
  });

  it('asks for a page when the one before is taken, and no more once it is left', async () => {
    const { run, asked } = listOf(names(250));
    const pages = walkTable(keyed, {}, run, CONTEXT);
    await pages.next();
    expect(asked).toHaveLength(1);
    await pages.return();
    expect(await pages.next()).toEqual({ done: true, value: undefined });
    expect(asked).toHaveLength(1);
  });

  it('takes a variable that is null for one that is not given', async () => {
    const { run, asked } = listOf(names(1));
    await read(keyed, run, { color: null });
    expect(asked).toEqual([{ first: 100, after: undefined }]);
  });

  it('refuses a variable that the table does not have', async () => {
    const { run, asked } = listOf(names(1));
    await expect(read(keyed, run, { colour: 'red' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'colour',
    });
    await expect(read(keyed, run, { first: 5 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'first' });
    expect(asked).toEqual([]);
  });
});

describe('made keys', () => {
  it('are the same for the same rows, and number those that are equal', async () => {
    const labels = ['a', 'b', 'a', 'a', ...names(200), 'b'];
    const first = await read(unkeyed, listOf(labels).run);
    const again = await read(unkeyed, listOf(labels).run);
    const keys = first.map(([, key]) => String(key));
    expect(again.map(([, key]) => key)).toEqual(keys);
    expect(new Set(keys).size).toBe(labels.length);
    expect([keys[2], keys[3], keys.at(-1)]).toEqual([`${keys[0]}-2`, `${keys[0]}-3`, `${keys[1]}-2`]);
  });
});

describe('what a made key tells', () => {
  const parseNested = () =>
    parseTable(
      'parts',
      `query($company: ID!) { company(id: $company) { company_id: resourceId company_name: name
        rows: boxes { box_id: id title rows: things { label weight count } } } }`,
      buildSchema(`
        type Query { company(id: ID!): Company }
        type Company { resourceId: String!  name: String!  boxes: [Box!] }
        type Box { id: ID!  title: String!  things: [Thing!] }
        type Thing { label: String  weight: Float  count: Int }
      `),
    );
  const toRun = (company: object, box: object, things: readonly object[]): RunDocument => {
    const rows = [{ box_id: 'Box:1', title: 'One', ...box, rows: things }];
    return async () => ({ data: { company: { company_id: 'a1', company_name: 'A', ...company, rows } } });
  };
  const keysOf = async (...answer: Parameters<typeof toRun>) => {
    const table = parseNested();
    const rows: Row[] = [];
    for await (const page of walkTable(table, { company: 'a1' }, toRun(...answer), CONTEXT)) rows.push(...page);
    return rows.map((row) => String(row.at(-1)));
  };
  const thing = { label: 'nut', weight: 1.5, count: 3 };

  it('is what the entry says, the ids around it, and neither numbers nor names around it', async () => {
    const [key] = await keysOf({}, {}, [thing]);
    expect(await keysOf({}, {}, [{ ...thing, weight: 2, count: null }])).toEqual([key]);
    expect(await keysOf({ company_name: 'B' }, { title: 'Two' }, [thing])).toEqual([key]);
    expect(await keysOf({ company_id: 'b2' }, {}, [thing])).not.toEqual([key]);
    expect(await keysOf({}, { box_id: 'Box:2' }, [thing])).not.toEqual([key]);
    expect(await keysOf({}, {}, [{ ...thing, label: 'bolt' }])).not.toEqual([key]);
  });

  it('is numbered where rows are alike, and is never taken for a formula', async () => {
    const keys = await keysOf({}, {}, [thing, { ...thing, count: 4 }, { ...thing, label: 'bolt' }]);
    expect(keys[1]).toBe(`${keys[0]}-2`);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{24}(-2)?$/);
  });
});

describe('a list that changes while it is walked', () => {
  it('is told where an entry went from a page that was read: another one was never read', async () => {
    const things = names(250);
    const { run } = listOf(things, (page) => void (page === 2 && things.splice(50, 1)));
    await expect(read(keyed, run)).rejects.toMatchObject({ code: 'LIST_CHANGED', retryable: true });
  });

  it('is told where an entry came before those that were read: another one was read twice', async () => {
    const things = names(250);
    const { run } = listOf(things, (page) => void (page === 3 && things.unshift('new')));
    await expect(read(keyed, run)).rejects.toMatchObject({ code: 'LIST_CHANGED' });
  });

  it('is told where an entry moved behind, though there are as many as before', async () => {
    const things = names(350);
    const { run } = listOf(things, (page) => void (page === 2 && things.push(...things.splice(10, 1))));
    await expect(read(keyed, run)).rejects.toMatchObject({ code: 'LIST_CHANGED' });
  });

  it('is whole where entries came at its end', async () => {
    const things = names(250);
    const { run } = listOf(things, (page) => void (page === 2 && things.push('new')));
    expect(await read(keyed, run)).toHaveLength(251);
  });

  it('is told where it grew and its entries have no keys to see by', async () => {
    const things = names(250);
    const { run } = listOf(things, (page) => void (page === 2 && things.push('new')));
    await expect(read(unkeyed, run)).rejects.toMatchObject({ code: 'LIST_CHANGED' });
  });

  it('is told where it ends before the rows that were counted', async () => {
    const run: RunDocument = async () => toAnswer(['a'], 2, null);
    await expect(read(keyed, run)).rejects.toMatchObject({ code: 'LIST_CHANGED' });
  });

  it('equal entries without keys are no change', async () => {
    expect(await read(unkeyed, listOf(Array<string>(150).fill('same')).run)).toHaveLength(150);
  });
});

describe('an answer with errors', () => {
  const given = new AppError('UPSTREAM_RATE_LIMITED', 'Too many calls.', {
    companyId: 'company1',
    retryAfterMs: 2_000,
  });

  it('fails with the error as it was thrown, also where only one cell failed', async () => {
    const failed = new GraphQLError('Too many calls.', { path: ['things', 'nodes', 0, 'label'], originalError: given });
    const run: RunDocument = async () => ({ ...toAnswer(['a'], 1, null), errors: [failed] });
    await expect(read(keyed, run)).rejects.toBe(given);
  });

  it('fails as INTERNAL where nobody meant it, and tells nothing', async () => {
    const run: RunDocument = async () => ({
      data: null,
      errors: [new GraphQLError('x', { originalError: new Error('secret') })],
    });
    const error = await read(keyed, run).catch((thrown: AppError) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', cause: { message: 'secret' } });
    expect((error as AppError).message).not.toContain('secret');
  });

  it('fails where there is no list and no error', async () => {
    const run: RunDocument = async () => ({ data: { things: null } });
    await expect(read(keyed, run)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('no things'),
    });
  });

  it('says what there is not, and that the company may be the wrong one', async () => {
    const run: RunDocument = async () => ({ data: { company: { person: null } } });
    const table = { ...keyed, listPath: ['company', 'person', 'timeline'] };
    await expect(read(table, run)).rejects.toThrow(/^There is no person .*`companies`/);
  });
});

function createGate() {
  let open: () => void = () => undefined;
  let refuse: (reason: Error) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    refuse = reject;
  });
  return { promise, open, refuse };
}

/** Tells when each item is asked for; holds it back until it is given. */
function heldList(label: string, count: number, told: string[]) {
  const gates = Array.from({ length: count }, createGate);
  async function* items() {
    for (const [index, gate] of gates.entries()) {
      told.push(`${label}${index}`);
      await gate.promise;
      yield `${label}${index}`;
    }
  }
  return {
    items: items(),
    give: (index: number) => gates[index]?.open(),
    fail: (index: number) => gates[index]?.refuse(new Error(label)),
  };
}

describe('reading ahead', () => {
  it('asks for one item at once, and for one more with each that is taken', async () => {
    const told: string[] = [];
    const list = heldList('a', 3, told);
    const reader = readAhead(list.items)[Symbol.asyncIterator]();
    expect(told).toEqual(['a0']);
    for (const index of [0, 1, 2]) list.give(index);
    expect(await reader.next()).toMatchObject({ value: 'a0' });
    await new Promise(setImmediate);
    expect(told).toEqual(['a0', 'a1']);
    const rest = [(await reader.next()).value, (await reader.next()).value, (await reader.next()).done];
    expect(rest).toEqual(['a1', 'a2', true]);
  });

  it('begins so many lists ahead, and gives them in order', async () => {
    const told: string[] = [];
    const lists = new Map(['a', 'b', 'c', 'd'].map((label) => [label, heldList(label, 2, told)]));
    const listOfKey = (key: string) => lists.get(key) as ReturnType<typeof heldList>;
    const taken: string[] = [];
    const reading = (async () => {
      for await (const item of chain(lists.keys(), (key) => listOfKey(key).items, 2)) taken.push(item);
    })();
    await new Promise(setImmediate);
    expect(told).toEqual(['a0', 'b0', 'c0']);
    for (const label of ['d', 'c', 'b']) for (const index of [0, 1]) listOfKey(label).give(index);
    await new Promise(setImmediate);
    expect(taken).toEqual([]);
    for (const index of [0, 1]) listOfKey('a').give(index);
    await reading;
    expect(taken).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1', 'd0', 'd1']);
  });

  it('tells a failure where its turn comes, and not before', async () => {
    const lists = { a: heldList('a', 1, []), b: heldList('b', 1, []) };
    const items = chain(['a', 'b'] as const, (key) => lists[key].items, 2);
    const first = items.next();
    await new Promise(setImmediate);
    lists.b.fail(0);
    await new Promise(setImmediate);
    lists.a.give(0);
    expect(await first).toMatchObject({ value: 'a0' });
    await expect(items.next()).rejects.toThrow('b');
  });
});
