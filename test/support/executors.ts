/** For comparing executors of operations: what they answered, as a client sees it. */
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
} from 'graphql';
import type { CompiledExecutor, Execution } from '../../src/schema/execute-compiled.js';
import { formatError } from '../../src/schema/format-error.js';

/** The only operation of a document. */
export function operationOf(document: DocumentNode): OperationDefinitionNode {
  const found = document.definitions.find((each) => each.kind === 'OperationDefinition');
  if (found?.kind !== 'OperationDefinition') throw new Error('expected an operation');
  return found;
}

/** The third time that it comes, so that it is a compiled function that answers for the second time. */
export async function askThrice(
  run: CompiledExecutor,
  open: () => Omit<Execution, 'operation'>,
): Promise<ExecutionResult> {
  const ask = () => {
    const execution = open();
    return run({ operation: operationOf(execution.document), ...execution });
  };
  await ask();
  await ask();
  return ask();
}

/** The order of errors says only which answer of Keepnet came first. */
export function toSeen({ data, errors = [] }: ExecutionResult) {
  const seen = errors.map((error) => ({
    isGraphql: error instanceof GraphQLError,
    locations: error.locations,
    path: error.path,
    extensions: error.extensions,
    face: toTimeless(formatError(error.toJSON(), error)),
  }));
  const toPlace = ({ path }: (typeof seen)[number]) => JSON.stringify(path);
  return { data, errors: seen.sort((one, other) => (toPlace(one) < toPlace(other) ? -1 : 1)) };
}

/** How long to wait is another with every millisecond; that it is told is not. */
function toTimeless({ extensions, ...face }: GraphQLFormattedError) {
  const tellsWait = extensions?.retryAfterMs !== undefined;
  return { ...face, extensions: { ...extensions, ...(tellsWait && { retryAfterMs: 'some' }) } };
}
