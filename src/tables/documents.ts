/**
 * The tables that there are: those that the server comes with, one document each in `documents/`, which the build copies beside this
 * file's own output, and those of an operator's own directory. The one place that reads them.
 */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { toCoverageTable } from './coverage-table.js';
import { listParameters } from './parameters.js';
import { parseTable, type Table } from './table.js';

export const SHIPPED_TABLES = [
  'companies',
  'coverage',
  'executive_reports',
  'leaderboard',
  'monthly_active_users',
  'target_users',
  'user_counts',
  'user_timeline',
  'widget_points',
] as const;
export type ShippedTable = (typeof SHIPPED_TABLES)[number];

/** @throws Error where a document is not there or no table under this schema: a fault of this server */
export function parseShippedTables(schema: GraphQLSchema): Readonly<Record<ShippedTable, Table>> {
  const tables = SHIPPED_TABLES.map((name) => {
    const text = readFileSync(new URL(`./documents/${name}.graphql`, import.meta.url), 'utf8');
    const table = parseTable(name, text, schema);
    return [name, name === 'coverage' ? toCoverageTable(table) : table] as const;
  });
  return Object.fromEntries(tables) as Record<ShippedTable, Table>;
}

/**
 * All tables by their names: the shipped ones, and one for each `.graphql` file of the directory. Other files are left alone.
 * @throws Error that names every file that is no table, and why
 */
export async function loadTables(schema: GraphQLSchema, directory: string | null): Promise<ReadonlyMap<string, Table>> {
  const tables = new Map<string, Table>(Object.entries(parseShippedTables(schema)));
  for (const table of tables.values()) listParameters(table, schema);
  if (directory === null) return tables;
  const files = (await readNames(directory)).filter((name) => name.endsWith(EXTENSION)).sort();
  const problems: string[] = [];
  for (const file of files) {
    try {
      const table = parseOwnTable(file, await readFile(join(directory, file), 'utf8'), schema);
      tables.set(table.name, table);
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  }
  if (files.length === 0) problems.push(`expected ${EXTENSION} files, got: none`);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return tables;
}

const EXTENSION = '.graphql';
const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
/** What every table of companies promises, so that any two of them can be joined. */
const COMPANY_COLUMNS = ['company_id', 'company_name'];

function parseOwnTable(file: string, text: string, schema: GraphQLSchema): Table {
  const name = file.slice(0, -EXTENSION.length);
  if (!SNAKE_CASE.test(name)) throw new Error('expected a name in snake_case, for example `click_rates.graphql`');
  if (SHIPPED_TABLES.some((shipped) => shipped === name)) throw new Error('the server has a table of this name itself');
  const table = parseTable(name, text, schema);
  const lacking = COMPANY_COLUMNS.filter((wanted) => !table.columns.some((column) => column.name === wanted));
  if (table.per === 'COMPANY' && lacking.length > 0) throw new Error(`expected the columns ${lacking.join(', ')}`);
  listParameters(table, schema);
  return table;
}

async function readNames(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`expected a directory that can be read, got: ${code}`, { cause: error });
  }
}
