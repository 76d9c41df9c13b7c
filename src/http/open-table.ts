/**
 * What reading a table takes, of one request: the companies that it is about, and a way to run its document that takes what it
 * costs from the caller's allowance. Every page is an operation of its own on the graph, under the caller's rights and limits.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.js';
import { loadCompanyScope } from '../schema/company/company-scope.js';
import type { CallerAllowance, GraphContext } from '../schema/context.js';
import type { Executor } from '../schema/execute.js';
import { predictCalls } from '../schema/price.js';
import type { FeedOptions } from '../tables/feed.js';
import type { TableQuery } from '../tables/parameters.js';
import type { RunDocument } from '../tables/run-document.js';
import type { Table } from '../tables/table.js';
import type { OpenedRequest } from './open-request.js';
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
  const calls = predictCalls(catalogue.schema, table.document, undefined, { ...variables, first: PAGE_SIZE });
  const pay = await toPayment(allowance, { calls, firstPages: scope?.companies.length ?? 1, opened });
  const run: RunDocument = async (document, given) => {
    await pay();
    // A context remembers what it loaded, so each page has one of its own.
    const context = openContext(opened);
    const result = await execute(document, given, context);
    const { oldestAnswerAtMs } = context.receipt();
    return { ...result, asOfMs: oldestAnswerAtMs ?? Date.now() };
  };
  const { signal, requestId } = opened;
  const { companies = null, missing = 0 } = scope ?? {};
  return { table, variables, companies, missing, run, context: { signal, requestId } };
}

const PAGE_SIZE = 100;

interface Payment {
  /** Of one page. */
  readonly calls: number;
  readonly firstPages: number;
  readonly opened: OpenedRequest;
}

/** What to await before each page. */
async function toPayment(
  allowance: CallerAllowance | null,
  { calls, firstPages, opened }: Payment,
): Promise<() => Promise<void>> {
  if (allowance === null) return async () => undefined;
  if (!opened.isBulk) return () => allowance.spend(calls);
  await allowance.spend(calls * firstPages);
  let paidPages = firstPages;
  return async () => {
    if (paidPages > 0) paidPages -= 1;
    else await spendInTime(allowance, calls, opened.signal);
  };
}

/** Waits out the minute, and the next: rows were sent already, and a refusal would spoil them. */
async function spendInTime(allowance: CallerAllowance, calls: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await allowance.spend(calls);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'RATE_LIMITED') throw error;
      await sleep(error.retryAfterMs ?? 1_000, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
}
