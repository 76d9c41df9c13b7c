/** The tables that are served, those of the server and those of its operator, and what runs their documents. */
import { type Config, ConfigError } from './config.js';
import type { TableCatalogue } from './http/table-request.js';
import { buildGraphSchema } from './schema/build.js';
import { createExecutor, type Executor } from './schema/execute.js';
import { loadTables } from './tables/documents.js';

export interface OpenedTables {
  readonly catalogue: TableCatalogue;
  readonly execute: Executor;
}

/** @throws ConfigError that names each of the operator's documents that is no table */
export async function openTables({ server }: Config): Promise<OpenedTables> {
  const schema = await buildGraphSchema();
  const tables = await loadTables(schema, server.tablesDirectory).catch((error: unknown) => {
    throw new ConfigError([`TABLES_DIR: ${error instanceof Error ? error.message : 'cannot be read'}`]);
  });
  return { catalogue: { tables, schema }, execute: createExecutor(schema) };
}
