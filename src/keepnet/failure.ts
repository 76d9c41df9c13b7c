/**
 * Why one Keepnet call failed, and the public error that follows. Everything below the client throws a `CallFailure`, which
 * knows no company and no wording; `toAppError` adds both. Messages are written here and never quote Keepnet.
 */
import { AppError, type ErrorCode, ForeseenError } from '../errors.js';
import type { CallSignal } from './call-signal.js';
import type { CredentialInfo } from './session.js';

export type FailureKind =
  /** The client id and secret got no token. */
  | 'CREDENTIAL_REFUSED'
  | 'UNAUTHENTICATED'
  | 'PRIVACY_DENIED'
  | 'IP_RESTRICTED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'REJECTED'
  /** Well-formed, HTTP 2xx, and says that the operation failed. */
  | 'FAILED'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'BAD_RESPONSE'
  | 'TOO_LARGE';

export class CallFailure extends ForeseenError {
  readonly kind: FailureKind;
  /** HTTP status, or null where no whole answer came. */
  readonly status: number | null;
  readonly retryAfterMs: number | undefined;

  /** `detail` is for the log: our own words, no piece of an answer. */
  constructor(
    kind: FailureKind,
    detail: string,
    more: { status?: number | null; retryAfterMs?: number | undefined } = {},
  ) {
    super(detail);
    this.name = 'CallFailure';
    this.kind = kind;
    this.status = more.status ?? null;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** A connection that had carried answers before ended without one to this request: it may well have been dead for long. */
export class StaleConnection extends CallFailure {
  constructor() {
    super('UNAVAILABLE', 'connection: dead since its last answer');
    this.name = 'StaleConnection';
  }
}

/** What broke below HTTP; what is told already stays as it is. */
export function toConnectionFailure(error: unknown): CallFailure | AppError {
  if (error instanceof CallFailure || error instanceof AppError) return error;
  const { code } = error as { code?: unknown };
  return new CallFailure('UNAVAILABLE', `connection: ${typeof code === 'string' ? code : 'failed'}`);
}

/** What the message of a failed call may speak of. */
export interface CallContext {
  /** For example `POST target-users/search`. */
  readonly operation: string;
  /** As Keepnet's token lists it: `target-users/search|POST`. */
  readonly permission: string;
  /** The company of a scoped call, null for a call that answers for the credential. */
  readonly companyId: string | null;
  /** What the token told, null where there was no token yet. */
  readonly credential: CredentialInfo | null;
}

export function toAppError(failure: CallFailure, call: CallContext): AppError {
  const [code, message] = failure.kind === 'FORBIDDEN' ? explainForbidden(call) : EXPLANATIONS[failure.kind](call);
  return new AppError(code, message, {
    ...(call.companyId === null ? {} : { companyId: call.companyId }),
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    upstream: { operation: call.operation, status: failure.status },
    cause: failure,
  });
}

/** The error of a request that ended: the reason that its owner gave, where that is one of ours. */
export function abortReason(signal: CallSignal): AppError {
  return signal.reason instanceof AppError
    ? signal.reason
    : new AppError('DEADLINE_EXCEEDED', 'The request ended before Keepnet had answered.', { cause: signal.reason });
}

type Explanation = readonly [code: ErrorCode, message: string];

const EXPLANATIONS: Record<Exclude<FailureKind, 'FORBIDDEN'>, (call: CallContext) => Explanation> = {
  CREDENTIAL_REFUSED: () => [
    'UPSTREAM_UNAUTHENTICATED',
    'Keepnet does not accept the credential. Check KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET, and that the REST API client is active.',
  ],
  UNAUTHENTICATED: ({ operation }) => [
    'UPSTREAM_UNAUTHENTICATED',
    `Keepnet refuses ${operation} even with a new token. Check KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET, and that the REST API client is active.`,
  ],
  PRIVACY_DENIED: () => [
    'COMPANY_PRIVACY_DENIED',
    'The customer has closed its data to the reseller. Ask the customer to open it (Account Privacy).',
  ],
  IP_RESTRICTED: ({ companyId }) => [
    'FORBIDDEN',
    `${companyId === null ? "The credential's company" : 'The customer'} accepts calls from listed IP addresses only, and this server is not among them. Have it added (Company Settings, IP Restrictions).`,
  ],
  NOT_FOUND: ({ operation, companyId }) =>
    companyId === null
      ? ['UPSTREAM_BAD_RESPONSE', `Keepnet does not know ${operation}. Check KEEPNET_BASE_URL.`]
      : ['COMPANY_NOT_FOUND', `Keepnet knows nothing under ${operation} for this company and credential.`],
  REJECTED: ({ operation }) => [
    'UPSTREAM_REJECTED',
    `Keepnet refused ${operation} as invalid. Check filters and order values, above all inside \`where\`.`,
  ],
  FAILED: ({ operation }) => [
    'UPSTREAM_REJECTED',
    `Keepnet received ${operation} and answered that it failed. Asking again unchanged is unlikely to help.`,
  ],
  RATE_LIMITED: ({ operation }) => ['UPSTREAM_RATE_LIMITED', `Keepnet answered ${operation} with "too many calls".`],
  TIMEOUT: ({ operation }) => [
    'UPSTREAM_TIMEOUT',
    `Keepnet did not finish its answer to ${operation} within the time of one call.`,
  ],
  UNAVAILABLE: ({ operation }) => [
    'UPSTREAM_UNAVAILABLE',
    `Keepnet could not be reached for ${operation}, or answered with a server error.`,
  ],
  BAD_RESPONSE: ({ operation }) => [
    'UPSTREAM_BAD_RESPONSE',
    `Keepnet's answer to ${operation} is not what Keepnet promises.`,
  ],
  TOO_LARGE: ({ operation }) => [
    'RESPONSE_TOO_LARGE',
    `Keepnet's answer to ${operation} is larger than the server accepts. Ask for a smaller page.`,
  ],
};

/** Permissions and role only explain a refusal that Keepnet has already given. */
function explainForbidden({ operation, permission, companyId, credential }: CallContext): Explanation {
  if (companyId === null) {
    const role = credential?.role == null ? '' : ` (it is ${credential.role})`;
    return [
      'MISSING_PERMISSION',
      `Keepnet refuses ${operation}: the role of the REST API client must be Reseller${role}. Set its Client Role, or use another client.`,
    ];
  }
  if (credential?.permissions != null && !credential.permissions.includes(permission)) {
    return ['MISSING_PERMISSION', `The Keepnet credential has no permission for ${operation}.`];
  }
  return [
    'FORBIDDEN',
    `Keepnet refuses ${operation} for this company: it is not managed by the credential, or the credential lacks a permission.`,
  ];
}
