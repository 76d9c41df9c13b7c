/** Which companies are in an answer, and which are missing and why. */
import type { ErrorCode } from '../errors.js';

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
  readonly restricted: number;
  readonly failed: number;
  readonly skipped: number;
  readonly complete: boolean;
  readonly gaps: readonly TableGap[];
}
