/**
 * The tables that the server comes with: one document each in `documents/`, which the build copies beside this file's own
 * output. The one place that reads them.
 */
import { readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { parseTable, type Table } from './table.js';

export const SHIPPED_TABLES = ['companies', 'leaderboard', 'target_users', 'user_timeline'] as const;
export type ShippedTable = (typeof SHIPPED_TABLES)[number];

/** @throws Error where a document is not there or no table under this schema: a fault of this server */
export function parseShippedTables(schema: GraphQLSchema): Readonly<Record<ShippedTable, Table>> {
  const tables = SHIPPED_TABLES.map((name) => {
    const text = readFileSync(new URL(`./documents/${name}.graphql`, import.meta.url), 'utf8');
    return [name, parseTable(name, text, schema)] as const;
  });
  return Object.fromEntries(tables) as Record<ShippedTable, Table>;
}
