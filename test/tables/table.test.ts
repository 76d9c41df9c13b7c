/** What a query must be to be a table, and what is read out of it. A small schema stands in for the graph. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { parseTable } from '../../src/tables/table.js';

let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildSchema(`
    scalar Date
    scalar DateTime
    scalar Anything
    enum Color { RED GREEN }
    type Query { shop(id: ID!): Shop  shops(first: Int, after: String): ShopConnection!  version: String!  any: Any }
    interface Any { id: ID! }
    type Shop implements Any {
      id: ID!
      "Name of the shop."
      name: String!
      owner: Owner
      home: Home!
      things(first: Int, after: String, color: Color): ThingConnection
    }
    type Home { country: String!  city: String }
    type Owner { name: String!  since: Date }
    type ShopConnection { nodes: [Shop!]!  pageInfo: PageInfo!  totalCount: Int! }
    type ThingConnection { nodes: [Thing!]!  pageInfo: PageInfo!  totalCount: Int! }
    type PageInfo { hasNextPage: Boolean!  endCursor: String }
    type Thing {
      id: ID!
      label: String!
      "Which one."
      color: Color
      price: Float!
      count: Int
      isNew: Boolean!
      madeAt: DateTime
      extra: Anything
      "Words."
      tags: [String!]!
      owner: Owner!
      buyer: Owner
      parts: [Owner!]
    }
  `);
});

const PAGE = 'totalCount pageInfo { hasNextPage endCursor }';

/** A query over the things of a shop; each piece can be replaced. */
function things({
  variables = '$shop: ID!, $color: Color, $first: Int!, $after: String',
  list = 'things(color: $color, first: $first, after: $after)',
  above = 'shop_id: id shop_name: name',
  page = PAGE,
  nodes = 'row_key: id label',
} = {}): string {
  return `query Things(${variables}) { shop(id: $shop) { ${above} ${list} { ${page} nodes { ${nodes} } } } }`;
}

function parse(text: string) {
  return parseTable('things', text, schema);
}

describe('a table', () => {
  it('has the leaves as columns, in the order of the document, above the list and in it', () => {
    const { columns, listPath, name } = parse(things({ nodes: 'row_key: id label made_at: madeAt' }));
    expect(name).toBe('things');
    expect(listPath).toEqual(['shop', 'things']);
    expect(columns.map((column) => [column.name, column.from, column.path.join('.')])).toEqual([
      ['shop_id', 'above', 'shop.shop_id'],
      ['shop_name', 'above', 'shop.shop_name'],
      ['row_key', 'row', 'row_key'],
      ['label', 'row', 'label'],
      ['made_at', 'row', 'made_at'],
    ]);
  });

  it('has a list at the top too', () => {
    const text = `query($first: Int!, $after: String) { shops(first: $first, after: $after) { ${PAGE} nodes { row_key: id } } }`;
    expect(parse(text)).toMatchObject({ listPath: ['shops'], variables: [], columns: [{ name: 'row_key' }] });
  });

  it.each([
    ['id: id', 'ID', false],
    ['label', 'TEXT', false],
    ['color', 'TEXT', true],
    ['price', 'NUMBER', false],
    ['count', 'INTEGER', true],
    ['is_new: isNew', 'BOOLEAN', false],
    ['made_at: madeAt', 'DATE_TIME', true],
    ['extra', 'TEXT', true],
    ['tags', 'TEXT', false],
    ['owner { since }', 'DATE', true],
    ['owner { name }', 'TEXT', false],
    ['buyer { name }', 'TEXT', true],
    ['parts { name since }', 'TEXT', true],
  ])('%s is a column of type %s', (leaf, type, isNullable) => {
    const { columns } = parse(things({ nodes: `row_key: id ${leaf}` }));
    expect(columns.at(-1)).toMatchObject({ type, isNullable, from: 'row' });
  });

  it('may lack what stands beside the way to the list, and nothing on it', () => {
    const { columns } = parse(things({ above: 'id name owner { owner_name: name } home { country city }' }));
    const nullable = columns.filter(({ isNullable }) => isNullable).map(({ name }) => name);
    expect(nullable).toEqual(['owner_name', 'city']);
  });

  it('tells what the schema tells of a column, the values of an enum, and that a list is JSON', () => {
    const { columns } = parse(things({ nodes: 'row_key: id color tags' }));
    expect(columns.map(({ description }) => description)).toEqual([
      '',
      'Name of the shop.',
      '',
      'Which one. One of RED, GREEN.',
      'Words. As JSON.',
    ]);
  });

  it('tells what may and what must be given, but for the page', () => {
    const variables = '$shop: ID! = "one", $color: Color!, $first: Int!, $after: String';
    expect(parse(things()).variables).toEqual([
      { name: 'shop', type: 'ID!', isRequired: true },
      { name: 'color', type: 'Color', isRequired: false },
    ]);
    expect(parse(things({ variables })).variables).toEqual([
      { name: 'shop', type: 'ID!', isRequired: false },
      { name: 'color', type: 'Color!', isRequired: true },
    ]);
  });

  it('gets a key at its end where the document names none', () => {
    const { columns } = parse(things({ nodes: 'label' }));
    expect(columns.at(-1)).toMatchObject({ name: 'row_key', type: 'ID', from: 'content', isNullable: false });
  });
});

describe('what is no table', () => {
  it.each([
    ['{ shop(', 'Syntax Error'],
    ['{ version', 'Syntax Error'],
    ['{ nothing }', 'Cannot query field "nothing"'],
    ['{ version }', 'expected a list with nodes, pageInfo and totalCount, or one that is called rows, or one object'],
    ['mutation { version }', 'expected one query and nothing beside it'],
    ['query A { version } query B { version }', 'expected one query and nothing beside it'],
    [`${things({ nodes: '...Row' })} fragment Row on Thing { id }`, 'expected one query and nothing beside it'],
    [things({ nodes: 'row_key: id ... on Thing { label }' }), 'expected fields only, got the fragment'],
    [things({ nodes: 'row_key: id label @skip(if: true)' }), 'label: expected no directive, got: @skip(if: true)'],
    [
      things({ above: 'id other: things(first: 3) { nodes { label } }' }),
      'expected one list, got: shop.other, shop.things',
    ],
    [
      things({ variables: '$shop: ID!, $color: Color, $first: Int, $after: String' }),
      'expected a variable $first: Int!, got: Int',
    ],
    [
      things({ variables: '$shop: ID!, $color: Color, $first: Int!', list: 'things(color: $color, first: $first)' }),
      'expected the argument after: $after, got: none',
    ],
    [
      things({
        variables: '$shop: ID!, $color: Color, $after: String',
        list: 'things(color: $color, first: 20, after: $after)',
      }),
      'expected the argument first: $first, got: 20',
    ],
    [
      things({ page: 'totalCount' }),
      'shop.things: expected nodes, pageInfo, totalCount, without aliases, got: totalCount, nodes',
    ],
    [
      things({ page: 'totalCount pageInfo { hasNextPage }' }),
      'expected hasNextPage, endCursor, without aliases, got: hasNextPage',
    ],
    [things({ page: `${PAGE} total: totalCount` }), 'got: totalCount, pageInfo, total: totalCount, nodes'],
    [things({ nodes: 'row_key: id isNew' }), 'isNew: expected a name in snake_case, for example `is_new: isNew`'],
    [things({ nodes: 'row_key: id Label: label' }), 'Label: expected a name in snake_case'],
    [things({ nodes: 'row_key: id owner { name } buyer { name }' }), 'two columns are named name'],
    [things({ above: 'label: name' }), 'two columns are named label'],
    [things({ nodes: '__typename' }), '__typename cannot be a column'],
    [things({ nodes: 'row_key: count' }), 'row_key: expected a field of the entry that is never null'],
    [things({ above: 'row_key: id', nodes: 'label' }), 'row_key: expected a field of the entry that is never null'],
  ])('%s', (text, problem) => {
    expect(() => parse(text)).toThrow(problem);
    expect(() => parse(text)).toThrow(/^Table things: /);
  });
});
