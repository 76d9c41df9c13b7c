/**
 * What a call that failed means to others: the error that its caller sees, and what it teaches of the company. Knows neither
 * how the call was made nor what it was to answer.
 */
import { AppError } from '../errors.js';
import type { CallSignal } from './call-signal.js';
import { toOperation } from './endpoint.js';
import { abortReason, CallFailure, toAppError } from './failure.js';
import type { LearnedAccess } from './learned-access.js';
import type { CompanyId } from './rows.js';
import type { TokenSource } from './token.js';

export interface FailedCall {
  readonly endpoint: { readonly method: string; readonly path: string };
  readonly companyId: CompanyId | null;
  readonly token: TokenSource;
  /** Of whoever asked. */
  readonly signal: CallSignal;
}

/** What the caller sees. Anything that is neither a failed call nor already told is a fault of this program: INTERNAL. */
export function toCallError(thrown: unknown, call: FailedCall): AppError {
  const { endpoint, companyId, token, signal } = call;
  if (signal.aborted) return withCompany(abortReason(signal), companyId);
  if (thrown instanceof CallFailure) {
    const permission = `${endpoint.path}|${endpoint.method}`;
    const credential = token.known();
    return toAppError(thrown, { operation: toOperation(endpoint), permission, companyId, credential });
  }
  if (thrown instanceof AppError) return withCompany(thrown, companyId);
  return new AppError('INTERNAL', 'The server failed while asking Keepnet.', { cause: thrown });
}

/** Only the refusals that concern the whole company, not the ones that may concern a single endpoint. */
export function learnFrom({ kind }: CallFailure, companyId: CompanyId, learned: LearnedAccess): void {
  if (kind === 'PRIVACY_DENIED') learned.learn(companyId, 'PRIVACY_DENIED');
  if (kind === 'IP_RESTRICTED') learned.learn(companyId, 'FORBIDDEN');
}

/** What fails calls of many companies alike, such as a token that cannot be had, is told of each of them. */
function withCompany(error: AppError, companyId: CompanyId | null): AppError {
  if (companyId === null || error.companyId !== undefined) return error;
  const { argument, retryAfterMs, upstream } = error;
  return new AppError(error.code, error.message, { companyId, argument, retryAfterMs, upstream, cause: error });
}
