/** What can be streamed: the tables that are served, and the operations that the operator trusts. */
import { ConfigError } from './config.js';
import { createStreamOperations, type StreamOperations } from './http/stream-operations.js';
import type { TableCatalogue } from './http/table-request.js';
import type { OperationTrust } from './schema/trusted-operations-plugin.js';

/** @throws ConfigError that names each trusted operation which is called like a table */
export function openStreams(catalogue: TableCatalogue, trust: OperationTrust | null): StreamOperations {
  try {
    return createStreamOperations({ catalogue, trusted: trust?.operations.all ?? [] });
  } catch (error) {
    throw new ConfigError([`TRUSTED_OPERATIONS_DIR: ${error instanceof Error ? error.message : 'cannot be streamed'}`]);
  }
}
