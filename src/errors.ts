/**
 * Everything that can go wrong and be told to a client: one closed list of codes, and the one error class that carries them.
 * Other rooms throw `AppError`; `schema/format-error.ts` and `http/server.ts` turn it into its public face.
 * The table is also the source of the README's error reference (`test/readme.test.ts` compares both ways).
 */

export interface ErrorCodeEntry {
  /** HTTP status where the error ends a request that is not GraphQL. */
  readonly httpStatus: number;
  /** Whether asking again later, unchanged, can succeed. */
  readonly retryable: boolean;
  /** What happened, in a sentence for the reference table. */
  readonly meaning: string;
  /** What the reader can do about it. */
  readonly whatToDo: string;
}

export const ERROR_CODES = {
  BAD_USER_INPUT: {
    httpStatus: 400,
    retryable: false,
    meaning: 'An argument has a value that cannot be used; the message names the argument.',
    whatToDo: 'Correct the argument. No Keepnet call was made for it.',
  },
  UNAUTHENTICATED: {
    httpStatus: 401,
    retryable: false,
    meaning: 'The request carries no credential, or one that is not accepted: unknown, expired, revoked or malformed.',
    whatToDo:
      'Send `authorization: Bearer` with an API key (`keepnet-graph key create`) or a JWT, and only one credential.',
  },
  IDENTITY_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    meaning: 'The public keys of the JWT issuer cannot be fetched now, so that a token could not be checked.',
    whatToDo: 'Ask again later; JWT_JWKS_URL names where the keys are.',
  },
  RATE_LIMITED: {
    httpStatus: 429,
    retryable: true,
    meaning: 'More was asked, or more wrong credentials were tried, than one caller may in a minute.',
    whatToDo: 'Wait `retryAfterMs`, then ask again.',
  },
  OPERATION_NOT_TRUSTED: {
    httpStatus: 403,
    retryable: false,
    meaning: 'The server answers registered operations only, and this is none of them.',
    whatToDo: 'Ask the operator to add the document to TRUSTED_OPERATIONS_DIR.',
  },
  FORBIDDEN: {
    httpStatus: 403,
    retryable: false,
    meaning:
      "You may not do this, as the message says; or Keepnet refuses this company's data to the server (not managed by the credential, or an IP restriction).",
    whatToDo:
      'Ask whoever gave you the key; or ask the customer to allow the server (Company Settings, IP Restrictions), or check who manages the company.',
  },
  COMPANY_NOT_FOUND: {
    httpStatus: 404,
    retryable: false,
    meaning: 'No company with this id is among the companies that you may see.',
    whatToDo: 'Take the id from `companies { nodes { id } }`.',
  },
  COMPANY_PRIVACY_DENIED: {
    httpStatus: 403,
    retryable: false,
    meaning: 'The customer has closed its data to the reseller. No scoped call is made.',
    whatToDo: 'Ask the customer to open it (Account Privacy); `Company.access` shows the state.',
  },
  MISSING_PERMISSION: {
    httpStatus: 403,
    retryable: false,
    meaning: "The Keepnet credential's role or permissions do not cover the call.",
    whatToDo: 'Use a REST API client whose Client Role is Reseller.',
  },
  UPSTREAM_UNAUTHENTICATED: {
    httpStatus: 502,
    retryable: false,
    meaning: 'Keepnet does not accept the credential or its token.',
    whatToDo: 'Check KEEPNET_CLIENT_ID and KEEPNET_CLIENT_SECRET.',
  },
  UPSTREAM_RATE_LIMITED: {
    httpStatus: 503,
    retryable: true,
    meaning: 'Keepnet answers that too many calls were made.',
    whatToDo: 'Wait `retryAfterMs` where it is given, then ask again.',
  },
  UPSTREAM_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    meaning: 'Keepnet did not finish its answer within the time of one call.',
    whatToDo: 'Ask again, for less; KEEPNET_CALL_TIMEOUT_SECONDS sets the time.',
  },
  UPSTREAM_UNAVAILABLE: {
    httpStatus: 502,
    retryable: true,
    meaning: 'Keepnet cannot be reached or answers with a server error.',
    whatToDo: 'Ask again later.',
  },
  UPSTREAM_REJECTED: {
    httpStatus: 502,
    retryable: false,
    meaning: 'Keepnet refused the request as invalid.',
    whatToDo: 'Check filters and order values, above all inside `where`.',
  },
  UPSTREAM_BAD_RESPONSE: {
    httpStatus: 502,
    retryable: false,
    meaning:
      'Keepnet answered with something that is not what it promises (shape, content type, a date that cannot be read).',
    whatToDo: 'Report it with the request id. A date may need KEEPNET_DATE_FORMAT.',
  },
  RESPONSE_TOO_LARGE: {
    httpStatus: 502,
    retryable: false,
    meaning: "Keepnet's answer is larger than the server accepts.",
    whatToDo: 'Ask for a smaller page.',
  },
  LIST_CHANGED: {
    httpStatus: 503,
    retryable: true,
    meaning: 'A list changed while all its pages were read, so that rows would be missing or there twice.',
    whatToDo: 'Ask again, best at a quiet hour; an export has begun the list anew three times by then.',
  },
  DEADLINE_EXCEEDED: {
    httpStatus: 504,
    retryable: true,
    meaning: 'The operation ran out of its time; what had arrived is answered.',
    whatToDo: 'Ask for fewer companies at once; OPERATION_TIMEOUT_SECONDS sets the time.',
  },
  BUDGET_EXCEEDED: {
    httpStatus: 422,
    retryable: false,
    meaning: 'The operation needs more Keepnet calls than it may make; what was answered is kept.',
    whatToDo: 'Ask for fewer companies or fields at once, page by page; OPERATION_MAX_CALLS sets the bound.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    httpStatus: 409,
    retryable: false,
    meaning: 'The idempotency key was used for another export before.',
    whatToDo: 'Take a new key for a new export; repeat the old input to get the old job.',
  },
  TABLE_NOT_FOUND: {
    httpStatus: 404,
    retryable: false,
    meaning: 'There is no table, and no operation to stream, of this name.',
    whatToDo: 'Take the name from `/tables`; the format is its ending: .csv, .json, .ndjson or .xlsx.',
  },
  TABLE_INCOMPLETE: {
    httpStatus: 503,
    retryable: true,
    meaning:
      'Some companies cannot be read, and the request wants them all: `require=complete`, or OData; the message says how many.',
    whatToDo:
      'Ask again later, or name the companies that can be read, or take what there is: `require` left out, or `require=any` of OData.',
  },
  NOT_PUSHED_DOWN: {
    httpStatus: 501,
    retryable: false,
    meaning:
      'OData allows what was asked, and Keepnet cannot answer it: it would have to be read whole and sifted here.',
    whatToDo:
      'Ask for what the message names, or filter and sort what was read. `/odata/$metadata` says what can be asked.',
  },
  EXPORT_NOT_FOUND: {
    httpStatus: 404,
    retryable: false,
    meaning: 'No export of yours has this id, or no file of it has this name.',
    whatToDo: 'Take the id from `exportJobs { nodes { id } }`, the address of a file from `files { url }`.',
  },
  EXPORT_NOT_READY: {
    httpStatus: 409,
    retryable: true,
    meaning: 'The export is still being made.',
    whatToDo: 'Ask for the job again after `pollAfterMs`.',
  },
  LINK_INVALID: {
    httpStatus: 403,
    retryable: false,
    meaning: 'The address of the file is not as this server gave it out.',
    whatToDo: 'Take the whole address from `files { url }`, every character of it.',
  },
  LINK_EXPIRED: {
    httpStatus: 410,
    retryable: false,
    meaning: 'The address of the file was good for a quarter of an hour, and that is over.',
    whatToDo: 'Ask for the export again: `files { url }` is a new address each time.',
  },
  OVERLOADED: {
    httpStatus: 503,
    retryable: true,
    meaning: 'The server is doing as much of this as it can.',
    whatToDo: 'Ask again after the seconds of the header `retry-after`.',
  },
  STORAGE_FULL: {
    httpStatus: 507,
    retryable: true,
    meaning: 'The server has no room left for the file or the job.',
    whatToDo: 'Make room in DATA_DIR, or in the database; then retry the export.',
  },
  STORE_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    meaning: 'The database that keeps export jobs cannot be used now.',
    whatToDo: 'Ask again later; DATABASE_URL or DATA_DIR names the database.',
  },
  INTERNAL: {
    httpStatus: 500,
    retryable: false,
    meaning: 'A fault of this server. Nothing more is told; the request id leads to the log.',
    whatToDo: 'Report it with the request id.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Which Keepnet call failed, in Keepnet's own path and with its HTTP status; never a host or a piece of its body. */
export interface UpstreamFailure {
  /** For example `POST target-users/search`. */
  readonly operation: string;
  /** HTTP status, or null where no answer came. */
  readonly status: number | null;
}

export interface AppErrorDetails {
  /** The raw Keepnet resource id of the company that the failure belongs to. */
  companyId?: string;
  /** The GraphQL argument that is wrong, for BAD_USER_INPUT. */
  argument?: string;
  retryAfterMs?: number;
  upstream?: UpstreamFailure;
  /** For the log only; never shown to a client. */
  cause?: unknown;
}

/**
 * An error that is an answer: it says what happened, and where it was made helps nobody. So it has no stack. A client that goes
 * away ends hundreds of calls at one moment, and taking their stacks would hold up everybody else.
 */
export class ForeseenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A failure with a code. `message` is written for the client: never put upstream text, hosts or secrets into it. */
export class AppError extends ForeseenError {
  readonly code: ErrorCode;
  readonly companyId: string | undefined;
  readonly argument: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly upstream: UpstreamFailure | undefined;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.companyId = details.companyId;
    this.argument = details.argument;
    this.retryAfterMs = details.retryAfterMs;
    this.upstream = details.upstream;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** A wrong argument: the message starts with its name, so that a reader of the bare message can act. */
export function badInput(argument: string, problem: string): AppError {
  return new AppError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}

/** What the failure of a company makes of it where an answer spans companies. */
export type GapKind = 'restricted' | 'failed' | 'skipped';

export function toGapKind(code: ErrorCode): GapKind {
  if (code === 'COMPANY_PRIVACY_DENIED') return 'restricted';
  return isUsedUp(code) ? 'skipped' : 'failed';
}

/** Whether the calls or the time of the request are used up, or the caller's calls of this minute: nobody's fault at Keepnet. */
export function isUsedUp(code: ErrorCode): boolean {
  return code === 'BUDGET_EXCEEDED' || code === 'DEADLINE_EXCEEDED' || code === 'RATE_LIMITED';
}
