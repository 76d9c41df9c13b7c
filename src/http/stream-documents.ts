/**
 * One document asked for every company: an answer for each, as `/graphql` would give it, in the order in which they land. Promises
 * that whatever is wrong with the question is refused before anything is sent, and that the coverage, which comes last, names every
 * company whose answer has errors.
 */
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import { AppError, badInput } from '../errors.js';
import { findWrongArgument } from '../schema/check-arguments.js';
import { loadCompanyScope } from '../schema/company/company-scope.js';
import { withDirectoryOf } from '../schema/context.js';
import { findOrigin, formatError } from '../schema/format-error.js';
import { predictCalls } from '../schema/price.js';
import { createCoverageCount, type TableCompany, type TableGap, toUnlisted } from '../tables/coverage.js';
import { merge } from '../tables/merge.js';
import { parseParameters, type TableQuery } from '../tables/parameters.js';
import { COMPANY_VARIABLE } from '../tables/table.js';
import type { OpenedRequest } from './open-request.js';
import type { TableParts } from './open-table.js';
import { prepay } from './payment.js';
import { type StreamLine, toCompanyRef } from './stream-lines.js';
import type { CompanyDocument } from './stream-operations.js';

export interface DocumentStreamParts extends TableParts {
  readonly opened: OpenedRequest;
  readonly query: Readonly<Record<string, unknown>>;
  /** The most Keepnet calls that the engine makes at once. */
  readonly callsAtOnce: number;
  /** Told of every error that is a fault of this server. */
  onInternalError(error: unknown): void;
}

/**
 * Companies that are asked, or whose answers wait to be sent: so many that there are twice as many calls to make as can be made at
 * once. With fewer, turns at Keepnet would be left unused; with more, all companies would land late and together, since they take turns.
 */
const AT_ONCE = { least: 4, most: 32 };

function toWidth(callsOfOne: number, callsAtOnce: number): number {
  const companies = Math.ceil((2 * callsAtOnce) / Math.max(1, callsOfOne));
  return Math.min(AT_ONCE.most, Math.max(AT_ONCE.least, companies));
}

/** @throws AppError BAD_USER_INPUT, COMPANY_NOT_FOUND, RATE_LIMITED, and what reading the directory throws */
export async function openDocumentStream(
  companyDocument: CompanyDocument,
  { opened, query, catalogue, callsAtOnce, execute, openContext, onInternalError }: DocumentStreamParts,
): Promise<AsyncIterable<StreamLine>> {
  const { schema } = catalogue;
  const { document, operation } = companyDocument;
  const { variables, companyIds } = parseParameters(companyDocument, schema, query);
  const coerced = checkVariables(schema, companyDocument, variables);
  const graph = openContext(opened);
  const { companies, missing } = await loadCompanyScope(companyIds, graph.loaders);
  const allowance = graph.caller?.allowance ?? null;
  const calls = predictCalls(schema, document, operation.name?.value, coerced, graph.mostCompanies);
  const pay = await prepay({ allowance, calls, operations: companies.length, signal: opened.signal });
  const ask = async (company: TableCompany): Promise<ExecutionResult> => {
    try {
      await pay();
      const context = withDirectoryOf(graph, openContext(opened));
      return await execute(document, { ...variables, [COMPANY_VARIABLE]: company.companyId }, context);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { data: null, errors: [new GraphQLError(error.message, { originalError: error })] };
    }
  };
  const toErrors = (errors: readonly GraphQLError[]) =>
    errors.map((error) => toPublicError(error, { requestId: opened.requestId, onInternalError }));
  return toLines(companies, { missing, width: toWidth(calls, callsAtOnce), ask, toErrors });
}

interface Asking {
  readonly missing: number;
  readonly width: number;
  ask(company: TableCompany): Promise<ExecutionResult>;
  toErrors(errors: readonly GraphQLError[]): readonly GraphQLFormattedError[];
}

async function* toLines(
  companies: readonly TableCompany[],
  { missing, width, ask, toErrors }: Asking,
): AsyncGenerator<StreamLine, void, undefined> {
  const unlisted = toUnlisted(missing);
  const count = createCoverageCount(unlisted.tally, unlisted.gaps);
  const askOne = async function* (company: TableCompany) {
    yield { company, result: await ask(company) };
  };
  for await (const { company, result } of merge(companies, askOne, width)) {
    const { data = null, errors } = result;
    const [first] = errors ?? [];
    if (first === undefined) count.answered(1);
    else count.missing(toGap(company, toFailure(first)));
    yield {
      event: 'company',
      data: { company: toCompanyRef(company), data, ...(errors && { errors: toErrors(errors) }) },
    };
  }
  yield { event: 'done', data: { coverage: count.read(companies.length + missing) } };
}

/** Whatever it is: what was wrong with the question itself was refused before. */
function toGap({ companyId, companyName }: TableCompany, { code, retryable, message }: AppError): TableGap {
  return { companyId, companyName, code, retryable, message };
}

/** With any company in the place of those that will be asked. */
function checkVariables(
  schema: GraphQLSchema,
  { document, operation }: CompanyDocument,
  variables: TableQuery['variables'],
): Record<string, unknown> {
  const given = { ...variables, [COMPANY_VARIABLE]: ANY_COMPANY };
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given, { maxErrors: 1 });
  if (coerced === undefined) throw badInput('variables', errors?.[0]?.message ?? 'cannot be read');
  const wrong = findWrongArgument(schema, document, operation.name?.value, coerced);
  if (wrong !== undefined) throw toFailure(wrong);
  return coerced;
}

const ANY_COMPANY = 'anyCompany';

/** As a client may see it. */
function toFailure(error: GraphQLError): AppError {
  const origin = findOrigin(error);
  return origin instanceof AppError ? origin : new AppError('INTERNAL', 'Internal error.', { cause: error });
}

interface Telling {
  readonly requestId: string;
  onInternalError(error: unknown): void;
}

/** As `/graphql` answers it. */
function toPublicError(error: GraphQLError, { requestId, onInternalError }: Telling): GraphQLFormattedError {
  const told = formatError(error.toJSON(), error);
  if (told.extensions?.code !== 'INTERNAL') return told;
  onInternalError(findOrigin(error));
  return { ...told, extensions: { ...told.extensions, requestId } };
}
