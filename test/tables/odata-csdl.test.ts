/** `$metadata`, held against the published schemas of CSDL, and read by the converter of the committee that wrote them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { validateXML } from 'xmllint-wasm';
import { buildGraphSchema } from '../../src/schema/build.js';
import { toMetadata } from '../../src/tables/odata/csdl.js';
import { type EntitySet, listEntitySets } from '../../src/tables/odata/entity-set.js';
import { parseTable, type Table } from '../../src/tables/table.js';

const require = createRequire(import.meta.url);
const { xml2json } = require('odata-csdl') as { xml2json(xml: string, options: object): Csdl };

/** As far as it is looked into. */
type Csdl = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

const SHIPPED = ['companies', 'target_users', 'leaderboard', 'user_timeline'];

let schema: GraphQLSchema;
let sets: ReadonlyMap<string, EntitySet>;

beforeAll(async () => {
  schema = await buildGraphSchema();
  sets = listEntitySets(SHIPPED.map(readTable), schema);
});

function readTable(name: string): Table {
  const text = readFileSync(new URL(`../../src/tables/documents/${name}.graphql`, import.meta.url), 'utf8');
  return parseTable(name, text, schema);
}

function readSchema(name: string) {
  return { fileName: name, contents: readFileSync(require.resolve(`odata-csdl/schemas/${name}`), 'utf8') };
}

function toJson(): Csdl {
  const messages: unknown[] = [];
  const json = xml2json(toMetadata(sets.values()), { messages });
  expect(messages).toEqual([]);
  return json;
}

describe('$metadata', () => {
  it('is valid under the schemas that OASIS has published', async () => {
    const xml = { fileName: 'metadata.xml', contents: toMetadata(sets.values()) };
    const schemas = { schema: readSchema('edmx.xsd'), preload: readSchema('edm.xsd') };
    expect(await validateXML({ xml, ...schemas })).toMatchObject({ valid: true, errors: [] });
    const broken = { ...xml, contents: xml.contents.replace('<Key>', '<Lock>').replace('</Key>', '</Lock>') };
    expect(await validateXML({ xml: broken, ...schemas })).toMatchObject({ valid: false });
  });

  it('has an entity type and an entity set for each table that needs nothing to be said', () => {
    const { 'keepnet.tables': tables } = toJson();
    expect(Object.keys(tables ?? {}).filter((name) => /^[a-z]/.test(name))).toEqual([
      'companies',
      'target_users',
      'leaderboard',
    ]);
    expect(tables?.Tables?.leaderboard).toMatchObject({ $Collection: true, $Type: 'keepnet.tables.leaderboard' });
  });

  it('says of each column its type, whether it may be empty, and what it means', () => {
    const { $Key, row_key, rank, performance, email, as_of } = toJson()['keepnet.tables']?.leaderboard ?? {};
    expect($Key).toEqual(['row_key']);
    expect({ row_key, rank, performance, email, as_of }).toEqual({
      row_key: { '@Core.Description': 'Global id of the target user.' },
      rank: { $Type: 'Edm.Int32', '@Core.Description': 'Place, as Keepnet gives it; a filter does not change it.' },
      performance: { $Nullable: true, $Type: 'Edm.Double', '@Core.Description': 'Percent, 0 to 100.' },
      email: { $Nullable: true, '@Core.Description': 'E-mail address.' },
      as_of: {
        $Type: 'Edm.DateTimeOffset',
        $Precision: 3,
        '@Core.Description': 'When the row was read from Keepnet.',
      },
    });
  });

  it('says what can be filtered and sorted by: of several companies, by no more than their order', () => {
    const { Tables: container } = toJson()['keepnet.tables'] ?? {};
    const leaderboard = container?.leaderboard as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    expect(container?.['@Capabilities.FilterFunctions']).toEqual(['contains', 'startswith', 'endswith']);
    expect(leaderboard['@Capabilities.FilterRestrictions']).toEqual({
      Filterable: true,
      NonFilterableProperties: [
        'row_key',
        'rank',
        'target_user_id',
        'display_name',
        'first_name',
        'last_name',
        'as_of',
      ],
      FilterExpressionRestrictions: [
        { Property: 'company_id', AllowedExpressions: 'SingleValue' },
        { Property: 'company_name', AllowedExpressions: 'SingleValue' },
        { Property: 'points', AllowedExpressions: 'SingleRange' },
        { Property: 'performance', AllowedExpressions: 'SingleRange' },
        { Property: 'email', AllowedExpressions: 'SearchExpression' },
        { Property: 'department', AllowedExpressions: 'SearchExpression' },
      ],
    });
    expect(leaderboard['@Capabilities.SortRestrictions']).toMatchObject({
      Sortable: true,
      AscendingOnlyProperties: ['company_id'],
    });
    const companies = container?.companies as Readonly<Record<string, unknown>>;
    const { NonSortableProperties } = companies['@Capabilities.SortRestrictions'] as Record<string, string[]>;
    expect(NonSortableProperties).toContain('tags');
    expect(NonSortableProperties).not.toContain('license_type');
  });
});
