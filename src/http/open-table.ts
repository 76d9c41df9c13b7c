/**
 * What reading a table takes, of one request: the companies that it is about, and a way to run its document that takes what it
 * costs from the caller's allowance. Every page is an operation of its own on the graph, under the caller's rights and limits.
 */
import { loadCompanyScope } from '../schema/company/company-scope.js';
import { type GraphContext, withDirectoryOf } from '../schema/context.js';
import type { Executor } from '../schema/execute.js';
import { predictCalls } from '../schema/price.js';
import type { FeedOptions } from '../tables/feed.js';
import type { TableQuery } from '../tables/parameters.js';
import type { RunDocument } from '../tables/run-document.js';
import { COMPANY_VARIABLE, type Table } from '../tables/table.js';
import { PAGE_SIZE } from '../tables/walk.js';
import type { OpenedRequest } from './open-request.js';
import { prepay } from './payment.js';
import type { TableCatalogue } from './table-request.js';

export interface TableParts {
  readonly catalogue: TableCatalogue;
  readonly execute: Executor;
  openContext(request: OpenedRequest): GraphContext;
}

/** What a feed needs to know, but for the rows that are wanted of it. */
export type OpenedTable = Pick<FeedOptions, 'table' | 'variables' | 'companies' | 'missing' | 'run' | 'context'>;

/**
 * Where the request is a bulk one, the first page of each company is paid for here, and later ones wait for the caller's next
 * minute; otherwise each page is refused that is beyond it.
 * @throws AppError COMPANY_NOT_FOUND for a company that the caller does not see, RATE_LIMITED, and what reading the directory throws
 */
export async function openTable(
  table: Table,
  { variables, companyIds }: TableQuery,
  { opened, catalogue, execute, openContext }: TableParts & { readonly opened: OpenedRequest },
): Promise<OpenedTable> {
  const graph = openContext(opened);
  const allowance = graph.caller?.allowance ?? null;
  const scope = table.per === 'COMPANY' ? await loadCompanyScope(companyIds, graph.loaders) : null;
  const ofOnePage = { ...variables, [COMPANY_VARIABLE]: '', first: PAGE_SIZE };
  const calls = predictCalls(catalogue.schema, table.document, undefined, ofOnePage, graph.mostCompanies);
  const { signal, requestId, isBulk } = opened;
  const operations = scope?.companies.length ?? 1;
  const spend = async () => allowance?.spend(calls);
  const pay = isBulk ? await prepay({ allowance, calls, operations, signal }) : spend;
  const run: RunDocument = async (document, given) => {
    await pay();
    // A context remembers what it loaded, so each page has one of its own.
    const context = withDirectoryOf(graph, openContext(opened));
    const result = await execute(document, given, context);
    const { oldestAnswerAtMs } = context.receipt();
    return { ...result, asOfMs: oldestAnswerAtMs ?? Date.now() };
  };
  const { companies = null, missing = 0 } = scope ?? {};
  return { table, variables, companies, missing, run, context: { signal, requestId } };
}
