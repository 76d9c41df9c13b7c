/**
 * One question to every company of a portfolio. Promises that each company is either among the answers or in the coverage with
 * the reason; one that fails fails nobody else. How many calls may be made, and how long, the session says.
 */
import { AppError, type GapKind, toGapKind } from '../../errors.js';
import type { CompanyRow } from '../../keepnet/rows.js';
import type { LoadedCompanies } from '../company/load-companies.js';
import { type Coverage, type MissingCompany, toCoverageGap } from '../coverage.type.js';
import { toCompanyGlobalId } from '../ids.js';

export interface CompanyAnswer<Answer> {
  readonly row: CompanyRow;
  readonly answer: Answer;
}

export interface PortfolioAnswers<Answer> {
  /** In the order of the companies. */
  readonly answers: readonly CompanyAnswer<Answer>[];
  readonly coverage: Coverage;
}

/** `atOnce`: so many companies at a time, where one is asked in several calls: the last one pays for nothing if it is not made. */
export async function askCompanies<Answer>(
  { rows, missing }: LoadedCompanies,
  ask: (row: CompanyRow) => Promise<Answer>,
  { atOnce = rows.length }: { readonly atOnce?: number } = {},
): Promise<PortfolioAnswers<Answer>> {
  const settled = await settleAll(rows, atOnce, ask);
  const answers = settled.flatMap((each) => (each.error === null ? [each] : []));
  const gaps = settled.flatMap((each) => (each.error === null ? [] : [toMissing(each.row, each.error)]));
  return { answers, coverage: toCoverage({ answered: answers.length, gaps, missing }) };
}

/** Of what the list alone tells: restricted customers are in it like the others. */
export function toListCoverage({ rows, missing }: LoadedCompanies): Coverage {
  return toCoverage({ answered: rows.length, gaps: [], missing });
}

type Settled<Answer> =
  | { readonly row: CompanyRow; readonly answer: Answer; readonly error: null }
  | { readonly row: CompanyRow; readonly error: AppError };

/** In the order of `rows`. The next one begins when one is done. */
async function settleAll<Answer>(
  rows: readonly CompanyRow[],
  atOnce: number,
  ask: (row: CompanyRow) => Promise<Answer>,
): Promise<readonly Settled<Answer>[]> {
  const waiting = rows.entries();
  const settled: Settled<Answer>[] = [];
  const askOneByOne = async () => {
    for (const [place, row] of waiting) settled[place] = await settle(row, ask);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, rows.length) }, askOneByOne));
  return settled;
}

/** Anything but an `AppError` is a fault of this program, and no gap. */
async function settle<Answer>(row: CompanyRow, ask: (row: CompanyRow) => Promise<Answer>): Promise<Settled<Answer>> {
  try {
    return { row, answer: await ask(row), error: null };
  } catch (error) {
    if (error instanceof AppError) return { row, error };
    throw error;
  }
}

function toMissing({ companyId, name }: CompanyRow, { code, message }: AppError): MissingCompany {
  const advice = code === 'BUDGET_EXCEEDED' ? ' Narrow the portfolio by its filter, or raise OPERATION_MAX_CALLS.' : '';
  return { companyId: toCompanyGlobalId(companyId), companyName: name, code, message: message + advice };
}

/** Those that can be mended first: a long list of skipped ones must not hide them. */
const GAP_ORDER: readonly GapKind[] = ['failed', 'restricted', 'skipped'];

interface Covered {
  readonly answered: number;
  readonly gaps: readonly MissingCompany[];
  /** Companies that Keepnet did not even list. */
  readonly missing: number;
}

function toCoverage({ answered, gaps, missing }: Covered): Coverage {
  const list: MissingCompany = { companyId: null, companyName: 'Companies', code: 'LIST_CHANGED', message: null };
  const listed = GAP_ORDER.flatMap((kind) => gaps.filter(({ code }) => toGapKind(code) === kind));
  const told = missing > 0 ? [list, ...listed] : listed;
  const count = (kind: GapKind) => gaps.filter(({ code }) => toGapKind(code) === kind).length;
  return {
    companiesInScope: answered + gaps.length + missing,
    answered,
    restricted: count('restricted'),
    failed: count('failed') + missing,
    skipped: count('skipped'),
    complete: told.length === 0,
    loadGaps: async (first) => told.slice(0, first).map(toCoverageGap),
  };
}
