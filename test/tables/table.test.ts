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
    type Query { boxes: [Box!]  things(count: Int): Thing  tags: [String!]!  shop(id: ID!): Shop  shops(first: Int, after: String): ShopConnection!  version: String!  any: Any }
    interface Any { id: ID! }
    type Shop implements Any {
      id: ID!
      "Name of the shop."
      name: String!
      owner: Owner
      home: Home!
      things(first: Int, after: String, color: Color): ThingConnection
    }
    type Home { country: String!  city: String  rooms: [Room!] }
    type Room { name: String! }
    type Box { id: ID!  lid: Lid  parts: [Part!] }
    type Lid { colour: String!  hinges: [Hinge!]! }
    type Hinge { name: String!  screws: [Screw!] }
    type Part { size: Int!  screws: [Screw!] }
    type Screw { size: Int! }
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

describe('where rows come from', () => {
  it.each([
    ['a list in pages', things(), 'PAGED', ['shop', 'things'], []],
    ['a list that is called rows', '{ rows: boxes { id } }', 'LISTED', ['rows'], []],
    [
      'a list inside an object',
      '{ shop(id: "1") { id home { rows: rooms { name } } } }',
      'LISTED',
      ['shop', 'home', 'rows'],
      [],
    ],
    [
      'lists in lists',
      '{ rows: boxes { box_id: id lid { rows: hinges { name rows: screws { size } } } } }',
      'LISTED',
      ['rows'],
      [['lid', 'rows'], ['rows']],
    ],
    [
      'the first entries of a list in pages',
      '{ shop(id: "1") { id things(first: 3) { rows: nodes { label } } } }',
      'LISTED',
      ['shop', 'things', 'rows'],
      [],
    ],
    ['one object', 'query($shop: ID!) { shop(id: $shop) { row_key: id name } }', 'SINGLE', ['shop'], []],
  ] as const)('%s', (_name, text, rows, listPath, innerPaths) => {
    expect(parse(text)).toMatchObject({ rows, listPath, innerPaths });
  });

  it('columns know how many lists are around them, and whether they make the row', () => {
    const { columns } = parse(
      '{ rows: boxes { box_id: id lid { colour rows: hinges { name rows: screws { size } } } } }',
    );
    expect(
      columns.map(({ name, from, level, path, isNullable }) => [name, from, level, path.join('.'), isNullable]),
    ).toEqual([
      ['box_id', 'above', 1, 'box_id', false],
      ['colour', 'above', 1, 'lid.colour', false],
      ['name', 'above', 2, 'name', false],
      ['size', 'row', 3, 'size', false],
      ['row_key', 'content', 0, '', false],
    ]);
  });

  it('the one object is there where there is a row; what is in it may be missing', () => {
    const { columns } = parse('query($shop: ID!) { shop(id: $shop) { row_key: id home { country } owner { since } } }');
    expect(columns.map(({ name, from, isNullable }) => [name, from, isNullable])).toEqual([
      ['row_key', 'row', false],
      ['country', 'row', false],
      ['since', 'row', true],
    ]);
  });

  it('is asked of each company where the document has its variable', () => {
    expect(parse('query($company: ID!) { shop(id: $company) { row_key: id } }').per).toBe('COMPANY');
    expect(parse('query($company: ID! = "a") { shop(id: $company) { row_key: id } }').per).toBe('COMPANY');
    expect(parse('query($company: Int) { things(count: $company) { row_key: id } }').per).toBe('LIST');
    expect(parse(things()).per).toBe('LIST');
  });

  it('is told in the words before the query', () => {
    const text = `# The things of a shop.\n  #   1 call each.\n\n# And more.\n${things({ nodes: 'row_key: id # no\n' })}`;
    expect(parse(text).description).toBe('The things of a shop. 1 call each. And more.');
    expect(parse(things()).description).toBe('');
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
    ['{ rows: version }', 'rows: expected a list of objects, got: String!'],
    ['{ rows: tags }', 'rows: expected a list of objects, got: [String!]!'],
    ['{ boxes { rows: parts { size } } }', 'boxes: expected an object, got: [Box!]'],
    [
      '{ rows: boxes { rows: parts { size } lid { rows: hinges { name } } } }',
      'expected one list, got: rows, rows.rows',
    ],
    [`{ rows: boxes { id } shops(first: 3) { ${PAGE} nodes { id } } }`, 'expected one list, got: shops, rows'],
    ['{ rows: boxes { rows: parts { rows: screws { size } } size: id } }', 'two columns are named size'],
    ['{ rows: boxes { id as_of: id } }', 'as_of: this column is added to every table'],
    ['{ rows: boxes { rows: parts { screws { size } } row_key: id } }', 'row_key: expected a field of the entry'],
    [things({ nodes: '__typename' }), '__typename cannot be a column'],
    [things({ nodes: 'row_key: count' }), 'row_key: expected a field of the entry that is never null'],
    [things({ above: 'row_key: id', nodes: 'label' }), 'row_key: expected a field of the entry that is never null'],
  ])('%s', (text, problem) => {
    expect(() => parse(text)).toThrow(problem);
    expect(() => parse(text)).toThrow(/^Table things: /);
  });
});
