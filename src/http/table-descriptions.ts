/** What `/tables` and `/tables/{name}/schema` say: which tables there are, what each takes and how its columns are called. */
import { listColumns } from '../tables/feed-columns.js';
import { listParameters, type TableParameter } from '../tables/parameters.js';
import type { Table } from '../tables/table.js';
import { TABLE_FORMATS, type TableCatalogue } from './table-request.js';

export function describeTables({ tables, schema }: TableCatalogue) {
  return {
    tables: [...tables.values()].map((table) => ({
      name: table.name,
      description: table.description,
      per: table.per,
      parameters: listParameters(table, schema),
      formats: TABLE_FORMATS,
      links: {
        schema: `/tables/${table.name}/schema`,
        ...Object.fromEntries(TABLE_FORMATS.map((format) => [format, `/tables/${table.name}.${format}`])),
      },
    })),
    everyTableTakes: COMMON_PARAMETERS,
  };
}

export function describeTable(table: Table, { schema }: TableCatalogue) {
  return {
    name: table.name,
    description: table.description,
    columns: listColumns(table).map(({ name, type, description, isNullable }) => {
      return { name, type, description, isNullable };
    }),
    parameters: listParameters(table, schema),
  };
}

const COMMON_PARAMETERS: readonly TableParameter[] = [
  toParameter('columns', '[String!]', 'Names of columns, separated by commas; all unless told.'),
  toParameter(
    'limit',
    'Int',
    'Rows at most: 1 to 10,000 for .json, 1,000 unless told; any number for the others, all unless told.',
  ),
  toParameter('cursor', 'String', '`next` of the page before; .json only.'),
  toParameter('require', 'String', '`complete`: no rows at all, and 503, where a company cannot be read.'),
  toParameter('bom', 'Int', '1: with a byte order mark, by which Excel knows UTF-8; .csv only.'),
];

function toParameter(name: string, type: string, description: string): TableParameter {
  return { name, type, description, isRequired: false };
}
