/**
 * Which companies are in an answer, and which are missing and why. A gap is one company's trouble; what the caller himself did wrong,
 * or has used up, is none, and refuses the whole request.
 */
import { AppError, type ErrorCode, toGapKind } from '../errors.js';

/** A company whose rows are asked for. */
export interface TableCompany {
  /** Raw. */
  readonly companyId: string;
  readonly companyName: string;
}

/** A company without rows because its first page could not be read. */
export interface TableGap {
  /** Raw; null for the list of companies itself. */
  readonly companyId: string | null;
  readonly companyName: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly message: string;
}

/** `answered`, `restricted`, `failed` and `skipped` make up `companiesInScope`. */
export interface TableCoverage {
  readonly companiesInScope: number;
  readonly answered: number;
  /** Closed to the reseller; nothing was asked of them. */
  readonly restricted: number;
  readonly failed: number;
  /** Not come to. */
  readonly skipped: number;
  readonly complete: boolean;
  readonly gaps: readonly TableGap[];
}

/** @throws AppError as it came, where it is no trouble of this company */
export function toGap({ companyId, companyName }: TableCompany, error: AppError): TableGap {
  const { code, retryable, message } = error;
  // An argument that the caller may not use is refused at every company alike.
  const isHisOwn = code === 'RATE_LIMITED' || code === 'BAD_USER_INPUT';
  if (isHisOwn || (code === 'FORBIDDEN' && error.argument !== undefined)) throw error;
  return { companyId, companyName, code, retryable, message };
}

/** How companies were answered so far. */
export interface Tally {
  readonly answered: number;
  readonly restricted: number;
  readonly failed: number;
}

export interface CoverageCount {
  answered(companies: number): void;
  missing(gap: TableGap): void;
  readonly tally: Tally;
  /** What is in neither was skipped. */
  read(companiesInScope: number): TableCoverage;
}

/** Goes on from what was counted before. */
export function createCoverageCount(
  { answered, restricted, failed }: Tally,
  known: readonly TableGap[] = [],
): CoverageCount {
  const tally = { answered, restricted, failed };
  const gaps = [...known];
  return {
    tally,
    answered(companies) {
      tally.answered += companies;
    },
    missing(gap) {
      const kind = toGapKind(gap.code);
      if (kind !== 'skipped') tally[kind] += 1;
      gaps.push(gap);
    },
    read(companiesInScope) {
      const known = tally.answered + tally.restricted + tally.failed;
      const skipped = Math.max(0, companiesInScope - known);
      return { companiesInScope, ...tally, skipped, complete: tally.answered === companiesInScope, gaps: [...gaps] };
    },
  };
}

/** Companies that Keepnet counted and did not list: nobody knows their names, but they are missing. */
export function toUnlisted(missing: number): { readonly tally: Tally; readonly gaps: readonly TableGap[] } {
  const gap = toListGap(`The list of companies changed while it was read: ${missing} of them cannot be told.`);
  return { tally: { answered: 0, restricted: 0, failed: missing }, gaps: missing > 0 ? [gap] : [] };
}

/** The list of companies itself has changed. */
export function toListGap(text: string): TableGap {
  const { code, message, retryable } = new AppError('LIST_CHANGED', text);
  return { companyId: null, companyName: 'Companies', code, message, retryable };
}
