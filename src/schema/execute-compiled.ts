/**
 * Runs operations. One that comes again is compiled to a function of its own, which spares a wide list most of the work that
 * graphql-js does anew for each field of each row; one that comes once is not worth compiling, and one that cannot be compiled,
 * or changes something, stays with graphql-js. Answers and errors are the same either way (`test/schema/compiled-answers.test.ts`).
 */
import {
  type DefinitionNode,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { coerceVariables } from './coerce-variables.js';
import type { GraphContext } from './context.js';
import { resolveLazyFields } from './lazy-field.js';
import { MAX_ERRORS } from './limits.js';
import { resolveNodeTypeAtOnce } from './node/node.type.js';
import { JsonScalar } from './scalars.js';

export interface Execution {
  /** Valid against the schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As they came from the client. */
  readonly variables: Record<string, unknown> | undefined;
  readonly context: GraphContext;
}

/** Never rejects for what a resolver throws: that is an error in the result, as graphql-js would write it. */
export type CompiledExecutor = (execution: Execution) => Promise<ExecutionResult>;

/** Compiling takes a tenth of a millisecond for each field, fragments spread, and its function a kilobyte. */
const MAX_FIELDS = 500;
const MAX_FIELDS_KEPT = 20_000;

/** Prepares `schema`, a newly built one, for compiling; it answers graphql-js as before. */
export function createCompiledExecutor(schema: GraphQLSchema): CompiledExecutor {
  resolveLazyFields(schema);
  resolveNodeTypeAtOnce(schema);
  const compiled = new LRUCache<OperationDefinitionNode, Compiled>({ maxSize: MAX_FIELDS_KEPT });

  function find(document: DocumentNode, operation: OperationDefinitionNode): Compiled {
    const known = compiled.get(operation);
    if (known !== undefined && known !== 'SEEN_ONCE') return known;
    const found = known === undefined ? 'SEEN_ONCE' : compile(schema, document, operation);
    const size = typeof found === 'string' ? 1 : countFields(document, operation);
    compiled.set(operation, found, { size });
    return found;
  }

  return async ({ document, operation, variables, context }) => {
    const run = find(document, operation);
    const coerced = coerceVariables(context, { schema, operation, given: variables });
    // Where they cannot be coerced, graphql-js says so in the words that clients know.
    if (typeof run === 'string' || coerced === undefined) {
      const result = await execute({
        schema,
        document,
        contextValue: context,
        variableValues: variables,
        operationName: operation.name?.value,
        options: { maxCoercionErrors: MAX_ERRORS - 1 },
      });
      return coerced === undefined ? { errors: result.errors?.map(toInputError) } : result;
    }
    return withErrorsOfGraphql(await run(undefined, context, coerced));
  };
}

type Compiled = CompiledQuery['query'] | 'SEEN_ONCE' | 'NOT_COMPILED';

/** With each fragment wherever it is spread, since that is how it is compiled; counts no further than one too many. */
function countFields({ definitions }: DocumentNode, operation: OperationDefinitionNode): number {
  const fragments = new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );
  let count = 0;
  const walk = (selections: readonly SelectionNode[]) => {
    for (const selection of selections) {
      if (count > MAX_FIELDS) return;
      if (selection.kind === Kind.FIELD) count += 1;
      const below = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      walk(below?.selectionSet?.selections ?? []);
    }
  };
  walk(operation.selectionSet.selections);
  return count;
}

function compile(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Compiled {
  if (operation.operation !== 'query' || countFields(document, operation) > MAX_FIELDS) return 'NOT_COMPILED';
  const toTaken = (each: DefinitionNode) => (each === operation ? takeVariablesAsTheyAre(operation) : each);
  const taken = { ...document, definitions: document.definitions.map(toTaken) };
  const made = compileQuery(schema, taken, operation.name?.value, { disablingCapturingStackErrors: true });
  return isCompiledQuery(made) ? made.query : 'NOT_COMPILED';
}

/**
 * graphql-jit coerces variables too, and not as graphql-js does: what graphql-js has coerced goes through it as any JSON, so that
 * nothing is read twice (an enum's value is not its name) and no default comes again.
 */
function takeVariablesAsTheyAre({ variableDefinitions = [], ...operation }: OperationDefinitionNode) {
  const type: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: JsonScalar.name } };
  const definitions = variableDefinitions.map(({ kind, variable }) => ({ kind, variable, type }));
  return { variableDefinitions: definitions, ...operation };
}

/** Apollo knows a wrong variable by its place in the document, which the last of too many errors has not. */
function toInputError(error: GraphQLError): GraphQLError {
  if (error.nodes !== undefined) return error;
  return new GraphQLError(error.message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** graphql-jit's errors look like those of graphql-js and lack what Apollo expects of them, such as `extensions`. */
function withErrorsOfGraphql(result: ExecutionResult): ExecutionResult {
  return result.errors === undefined ? result : { errors: result.errors.map(toGraphqlError), data: result.data };
}

function toGraphqlError({ message, path, locations, originalError }: GraphQLError): GraphQLError {
  const error = new GraphQLError(message, {
    ...(path && { path }),
    ...(originalError instanceof Error && { originalError }),
  });
  return locations !== undefined && locations.length > 0 ? Object.assign(error, { locations }) : error;
}
