/** Where the bounds of documents and variables lie: what is just allowed, and what is one too much. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { buildGraphSchema } from '../../src/schema/build.js';
import { boundDocumentRule, findVariableExcess } from '../../src/schema/limits.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildGraphSchema();
});

const refusalsOf = (text: string) =>
  validate(schema, parse(text), [...specifiedRules, boundDocumentRule]).map(({ message }) => message);
const times = (count: number, toText: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => toText(index)).join(' ');

/** Levels above and below are four. */
const deep = (pairs: number, leaf: string) =>
  `{ companies { nodes { ${'targetUsers { nodes { company { '.repeat(pairs)} ${leaf} ${'} } }'.repeat(pairs)} } } }`;

describe('a document', () => {
  it.each([
    [
      'levels of fields: at most 10',
      deep(2, 'license { seats }'),
      deep(2, 'details { industry { name } }').replace('industry', 'country'),
    ],
    [
      'aliases: at most 30',
      `{ companies { nodes { ${times(30, (index) => `a${index}: id`)} } } }`,
      `{ companies { nodes { ${times(31, (index) => `a${index}: id`)} } } }`,
    ],
    [
      'fields at its root: at most 20',
      `{ ${times(20, () => '__typename')} }`,
      `{ ${times(20, () => '__typename')} ... { __typename } }`,
    ],
    [
      'fields: at most 500',
      `{ companies { nodes { ${times(498, () => 'id')} } } }`,
      `{ companies { nodes { ${times(499, () => 'id')} } } }`,
    ],
    [
      'directives: at most 50',
      `{ companies { nodes { ${times(50, () => 'id @skip(if: true)')} } } }`,
      `{ companies { nodes { ${times(51, () => 'id @skip(if: true)')} } } }`,
    ],
  ])('may have so many %s', (wording, allowed, tooMuch) => {
    expect(refusalsOf(allowed)).toEqual([]);
    expect(refusalsOf(tooMuch)).toEqual([
      expect.stringContaining(`The operation has too many ${wording} are allowed.`),
    ]);
  });

  it('is told nothing else where it is too much, and everything where it is not', () => {
    expect(refusalsOf(`{ nothing ${times(31, (index) => `a${index}: __typename`)} }`)).toHaveLength(1);
    expect(refusalsOf('{ nothing nowhere }')).toHaveLength(2);
  });

  it('counts a fragment wherever it is spread, and each operation by itself', () => {
    const fragment = `fragment Ids on Company { ${times(100, () => 'id')} }`;
    const spread = (count: number) => `{ companies { nodes { ${times(count, () => '... { ...Ids }')} } } }`;
    expect(refusalsOf(`${spread(4)} ${fragment}`)).toEqual([]);
    expect(refusalsOf(`${spread(5)} ${fragment}`)).toEqual([expect.stringContaining('fields: at most 500')]);
    expect(refusalsOf(`query A ${spread(3)} query B ${spread(3)} ${fragment}`)).toEqual([]);
  });

  it('is measured in fragments that nothing spreads, which are compared as well', () => {
    const unused = `fragment Unused on Company { ${times(501, () => 'id')} }`;
    expect(refusalsOf(`{ companies { totalCount } } ${unused}`)).toEqual([
      expect.stringContaining('The fragment has too many fields'),
    ]);
  });

  it('is not too much for being a cycle: that has words of its own', () => {
    expect(refusalsOf('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }')).toEqual([
      expect.stringContaining('within itself'),
    ]);
  });
});

describe('variables', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { below: nested(levels - 1) });

  it('may be twenty levels deep', () => {
    expect(findVariableExcess({ deep: nested(19) })).toBeUndefined();
    expect(findVariableExcess({ deep: nested(20) })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'variables' });
  });

  it('may name ten thousand companies, and not everything there is', () => {
    const ids = (count: number) => ({ ids: Array.from({ length: count }, () => 'xC5kfGz7w2Nz') });
    expect(findVariableExcess(ids(10_000))).toBeUndefined();
    expect(findVariableExcess(ids(20_000))?.message).toContain('at most 20000 values');
  });

  it('may be missing', () => expect(findVariableExcess(undefined)).toBeUndefined());
});
