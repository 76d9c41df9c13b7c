/**
 * The two shapes of DataLoader that scoped fields need. Both live for one request, refuse a company that is closed before
 * any call is made, and answer the same question once, however many aliases or siblings ask it.
 */
import DataLoader from 'dataloader';
import { AppError } from '../errors.js';
import type { CompanyId, CompanyRow } from '../keepnet/rows.js';

/** Answers one question about one company. Rejects with an `AppError` that carries the company's id. */
export type ScopedLoad<Input, Output> = (company: CompanyRow, input: Input) => Promise<Output>;

/** Throws where a call to the company is known to be in vain. */
export type AccessGuard = (company: CompanyRow) => void;

/**
 * One call per distinct (company, input). Batching is off on purpose: Keepnet takes one company per call, so a batch would
 * save nothing and would hold every customer's answer until the slowest one has come.
 */
export function createCallLoader<Input, Output>(
  guard: AccessGuard,
  call: (companyId: CompanyId, input: Input) => Promise<Output>,
): ScopedLoad<Input, Output> {
  let loader: DataLoader<Question<Input>, Output, string> | undefined;
  return async (company, input) => {
    guard(company);
    // Made at the first question: a request has sixteen of these loaders and uses two or three.
    loader ??= new DataLoader(([question]) => settleOne(question, call), {
      batch: false,
      cacheKeyFn: ({ companyId, input: asked }) => `${companyId} ${toKey(asked)}`,
    });
    return loader.load({ companyId: company.companyId, input });
  };
}

interface Question<Input> {
  readonly companyId: CompanyId;
  readonly input: Input;
}

async function settleOne<Input, Output>(
  question: Question<Input> | undefined,
  call: (companyId: CompanyId, input: Input) => Promise<Output>,
): Promise<(Output | Error)[]> {
  if (question === undefined) return [];
  return [await call(question.companyId, question.input)];
}

/** What is asked for by id, and merged: `group` keeps apart what one call cannot carry together (a period, say). */
export interface MergedQuestion<Group> {
  readonly group: Group;
  readonly id: string;
}

/** Keepnet documents no limit for lists of ids; a hundred is the page size that is certainly safe. */
const MAX_IDS_PER_CALL = 100;

/**
 * One call per company and group for all the ids that are asked for in the same turn; each id is matched by id, never by
 * place. An id that Keepnet does not answer is null. Companies do not wait for each other.
 */
export function createMergedLoader<Group, Row>(
  guard: AccessGuard,
  call: (companyId: CompanyId, group: Group, ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): ScopedLoad<MergedQuestion<Group>, Row | null> {
  const loaders = new Map<string, DataLoader<string, Row | null>>();
  return async (company, { group, id }) => {
    guard(company);
    const key = `${company.companyId} ${toKey(group)}`;
    let loader = loaders.get(key);
    if (loader === undefined) {
      loader = createIdLoader((ids) => call(company.companyId, group, ids), idOf);
      loaders.set(key, loader);
    }
    return loader.load(id);
  };
}

function createIdLoader<Row>(
  call: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): DataLoader<string, Row | null> {
  return new DataLoader<string, Row | null>(
    async (ids) => {
      const rowById = new Map((await call(ids)).map((row) => [idOf(row), row]));
      return ids.map((id) => rowById.get(id) ?? null);
    },
    { maxBatchSize: MAX_IDS_PER_CALL },
  );
}

/** A question as text. Null and absent mean the same in every filter, so they make the same key. */
export function toKey(input: unknown): string {
  return JSON.stringify(input, (_name, value) => (value === null ? undefined : value)) ?? '';
}

/** A guard over what the list row and earlier refusals tell. */
export function createAccessGuard(
  learnedAccess: (companyId: CompanyId) => 'PRIVACY_DENIED' | 'FORBIDDEN' | null,
): AccessGuard {
  return (company) => {
    const learned = learnedAccess(company.companyId);
    if (company.isOpen === false || learned === 'PRIVACY_DENIED') {
      throw new AppError('COMPANY_PRIVACY_DENIED', 'The customer has closed its data to the reseller.', {
        companyId: company.companyId,
      });
    }
    if (learned === 'FORBIDDEN') {
      throw new AppError('FORBIDDEN', 'Keepnet refused this company a moment ago; it is asked again in a minute.', {
        companyId: company.companyId,
      });
    }
  };
}
