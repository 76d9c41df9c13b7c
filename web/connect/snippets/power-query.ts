/**
 * Queries in M, the language of Power Query: for Power BI and for Excel. The server stands in them as a plain text and nothing is put
 * together from parts, because Power BI's scheduled refresh has to know before it runs which server a query asks.
 */
import type { TableColumn } from '../wire.js';
import { type Parameter, type Reading, toODataQuery, toPath, toQuery } from './reading.js';

/** By CSV. Types are given by us: those that Power Query guesses follow the language of whoever opens the file. */
export function toWebQuery(reading: Reading): string {
  const options = [`RelativePath = ${toText(toPath(reading, 'csv'))}`, ...toQueryOption(toQuery(reading))];
  return `let
  File = Web.Contents(${toText(reading.origin)}, [
    ${options.join(',\n    ')}
  ]),
  Lines = Csv.Document(File, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),
  Rows = Table.PromoteHeaders(Lines, [PromoteAllScalars = true]),
  Cells = Table.ReplaceValue(Rows, "", null, Replacer.ReplaceValue, Table.ColumnNames(Rows)),
  Typed = Table.TransformColumnTypes(Cells, {
    ${reading.columns.map(toTypedColumn).join(',\n    ')}
  }, "en-US")
in
  Typed
`;
}

/** By OData, which brings types along. A long list of companies makes an address that is longer than Power Query takes unless told. */
export function toODataFeed(reading: Reading): string {
  const query = toQueryOption(toODataQuery(reading));
  const options = ['Implementation = "2.0"', ...(query.length > 0 ? ['MaxUriLength = 16000', ...query] : [])];
  return `let
  Rows = OData.Feed(${toText(`${reading.origin}/odata/${reading.table}`)}, null, [
    ${options.join(',\n    ')}
  ])
in
  Rows
`;
}

function toQueryOption(query: readonly Parameter[]): string[] {
  if (query.length === 0) return [];
  const fields = query.map(([name, value]) => `${toName(name)} = ${toText(value)}`);
  return [`Query = [${fields.join(', ')}]`];
}

const TYPES: Readonly<Record<TableColumn['type'], string>> = {
  TEXT: 'type text',
  ID: 'type text',
  INTEGER: 'Int64.Type',
  NUMBER: 'type number',
  BOOLEAN: 'type logical',
  DATE: 'type date',
  DATE_TIME: 'type datetimezone',
};

function toTypedColumn({ name, type }: TableColumn): string {
  return `{${toText(name)}, ${TYPES[type]}}`;
}

/** A text of M: quotes are doubled, `#(` begins an escape, and a line ends where the text ends. */
function toText(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '"': '""',
    '#(': '#(#)(',
    '\r': '#(cr)',
    '\n': '#(lf)',
    '\t': '#(tab)',
  };
  return `"${text.replace(/"|#\(|\r|\n|\t/g, (found) => escapes[found] ?? found)}"`;
}

/** A name of M, which may be anything behind `#`. */
function toName(name: string): string {
  const isPlain = /^[a-z][a-z0-9_]*$/i.test(name) && !WORDS_OF_M.has(name);
  return isPlain ? name : `#${toText(name)}`;
}

const WORDS_OF_M = new Set(
  'and as each else error false if in is let meta not null or otherwise section shared then true try type'.split(' '),
);
