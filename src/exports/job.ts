/**
 * What an export job is: its states, their only legal moves, and its parts, which are companies. Types and pure functions; where
 * jobs are kept is the store's affair, who does them the worker's.
 */
import type { CompanyGrant } from '../access/caller.js';
import type { ErrorCode } from '../errors.js';

export type ExportKind = 'LEADERBOARD' | 'USER_TIMELINE' | 'TARGET_USERS' | 'COMPANIES';
export type ExportFormat = 'CSV' | 'XLSX' | 'NDJSON' | 'PDF';
export type ExportLayout = 'COMBINED' | 'ONE_SHEET_PER_COMPANY' | 'ONE_FILE_PER_COMPANY';
/** Already decided: `AUTO` is only an input. */
export type ExportSource = 'KEEPNET_FILE' | 'BUILT';

export type ExportState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED' | 'EXPIRED';
/** `SKIPPED`: the customer closed its data, so that nothing was asked. */
export type PartState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'CANCELLED';

export const FINISHED_STATES = [
  'SUCCEEDED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly ExportState[];

/**
 * The only moves of a job, each with its occasion. A finished job that is asked for again (`retryExport`) waits like a new one; its
 * files are gone from that moment.
 */
export const JOB_MOVES: Moves<ExportState> = {
  QUEUED: { RUNNING: 'taken up', CANCELLED: 'cancelled before it began' },
  RUNNING: {
    SUCCEEDED: 'every part is in its files',
    PARTIAL: 'some parts are missing in its files',
    FAILED: 'there are no files',
    CANCELLED: 'cancelled on its way',
    QUEUED: 'a process ended before it',
  },
  SUCCEEDED: { EXPIRED: 'kept long enough' },
  PARTIAL: { EXPIRED: 'kept long enough', QUEUED: 'what failed is asked for again' },
  FAILED: { EXPIRED: 'kept long enough', QUEUED: 'what failed is asked for again' },
  CANCELLED: { EXPIRED: 'kept long enough' },
  EXPIRED: {},
};

/** The only moves of a part. */
export const PART_MOVES: Moves<PartState> = {
  QUEUED: { RUNNING: 'claimed', CANCELLED: 'its job was cancelled' },
  RUNNING: {
    SUCCEEDED: 'its rows are on disk',
    FAILED: 'its rows cannot be had',
    QUEUED: 'given back, or its process ended',
    CANCELLED: 'its job was cancelled',
  },
  SUCCEEDED: { QUEUED: 'its rows are gone from the disk' },
  FAILED: { QUEUED: 'asked for again' },
  CANCELLED: {},
  SKIPPED: {},
};

export type Moves<State extends string> = Readonly<Record<State, Readonly<Partial<Record<State, string>>>>>;

export function isLegalMove<State extends string>(moves: Moves<State>, from: State, to: State): boolean {
  return moves[from][to] !== undefined;
}

/** @throws Error for the first of `from` that may not become `to`, whoever `who` is: `job 17`, `part 3 of job 17`. */
export function requireLegalMoves<State extends string>(
  moves: Moves<State>,
  who: string,
  from: readonly State[],
  to: State,
): void {
  const wrong = from.find((state) => !isLegalMove(moves, state, to));
  if (wrong === undefined) return;
  const allowed = Object.keys(moves[wrong]).join(', ') || 'nothing';
  throw new Error(`${who}: ${wrong} -> ${to} is no legal move; ${wrong} may become ${allowed}`);
}

/**
 * What its caller might see when he asked. A job is done to its end by these, also where he may see less by then: what it found is
 * his only after his rights have been looked at again, when he asks for a file or a retry.
 */
export interface ExportRights {
  readonly companies: CompanyGrant;
  readonly masksPersonalData: boolean;
}

/** What was asked for, as it is kept: enough to do it again after a restart. */
export interface ExportRequest {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly layout: ExportLayout;
  readonly source: ExportSource;
  /** A byte order mark at the head of CSV, for Excel. */
  readonly bom: boolean;
  /** The variables of the rows' document beside the company: filter, period, order, users. JSON values. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly rights: ExportRights;
}

/** One company of a job; a job over the list of companies itself has the one part `*`. */
export interface ExportTarget {
  /** Keepnet's resource id of the company, or `*`. */
  readonly companyId: string;
  readonly companyName: string;
  /** Why nothing will be asked of it, known before the job begins; null where it will be. */
  readonly skipCode: ErrorCode | null;
}

export interface ExportPart extends ExportTarget {
  readonly jobId: string;
  /** From 0, in the order in which companies stand in the file. */
  readonly position: number;
  readonly state: PartState;
  /** For FAILED and SKIPPED. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly attempts: number;
}

export interface ExportFileRow {
  /** Without path, control and quote characters; unique in its job. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Null where nobody counted: a file of Keepnet's own. */
  readonly rows: number | null;
  readonly sha256: string;
}

export interface ExportJobRow {
  /** 22 or more characters of `[A-Za-z0-9]`, not to be guessed. */
  readonly id: string;
  /** Who asked: only he sees it. */
  readonly callerId: string;
  readonly request: ExportRequest;
  readonly state: ExportState;
  /** For FAILED as a whole, `STORAGE_FULL` for example. */
  readonly code: ErrorCode | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly files: readonly ExportFileRow[];
  /** How many parts are in each state; states without any are absent. */
  readonly partCounts: Readonly<Partial<Record<PartState, number>>>;
  /** Over the parts, as far as they have come. */
  readonly rows: number;
  readonly bytes: number;
}
