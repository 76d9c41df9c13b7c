/**
 * The one way for a file of Keepnet's: its rows are counted, then circuit, turn, token, request, until the file is there and is
 * one. The turn is held until the body is read. An attempt may be repeated as long as nobody was given a byte; after that an
 * error is the reader's. Files are neither kept nor shared, and never held in memory as a whole.
 */
import type { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Asker } from './answers.js';
import { type AttemptParts, type BareQuestion, judge, pause, repeatUntilDone, sendWithToken } from './attempts.js';
import { learnFrom, toCallError } from './call-error.js';
import type { ByteStream, DownloadBounds } from './download-body.js';
import { type ArrivingFile, FILE_TYPES, isNotReady, type NoFile, receive, toFileFailure } from './download-check.js';
import {
  buildRequest,
  type Call,
  type FileEndpoint,
  type FileFormat,
  type FileInput,
  requireCompany,
  toOperation,
} from './endpoint.js';
import { CallFailure } from './failure.js';
import type { LearnedAccess } from './learned-access.js';
import type { CompanyId } from './rows.js';
import type { KeepnetDownload } from './session.js';

export interface DownloadLimits extends DownloadBounds {
  /** How long after "not ready" Keepnet is asked again; each wait is twice the one before. */
  readonly firstPollMs: number;
  readonly longestPollMs: number;
  /** How long a file may stay "not ready". */
  readonly pollForMs: number;
}

/** Keepnet's own screens wait for 100 seconds. The bounds of the whole are ours: it documents none. */
export const DOWNLOAD_LIMITS: DownloadLimits = {
  headersTimeoutMs: 120_000,
  idleTimeoutMs: 60_000,
  totalTimeoutMs: 15 * 60_000,
  maxBytes: 2 * 1024 ** 3,
  firstPollMs: 2_000,
  longestPollMs: 30_000,
  pollForMs: 15 * 60_000,
};

export interface FileSource {
  /** Null where there is no row. @throws AppError */
  open<Search>(
    asker: Asker,
    endpoint: FileEndpoint<Search>,
    input: FileInput<Search>,
    companyId: CompanyId | null,
  ): Promise<KeepnetDownload | null>;
}

export interface FileParts {
  readonly attempts: AttemptParts;
  callFor(asker: Asker): Call;
  readonly learned: LearnedAccess;
  readonly log: Log;
  readonly limits: DownloadLimits;
}

export function createFileSource(parts: FileParts): FileSource {
  return {
    async open(asker, endpoint, input, companyId) {
      const rows = await countRows(parts.callFor({ ...asker, isFresh: true }), endpoint, input.search, companyId);
      if (rows === 0) return null;
      asker.ledger.spend(companyId);
      const tell = toTeller(parts, asker, endpoint, companyId);
      try {
        const file = await untilReady(parts, asker, toQuestion(asker, endpoint, input, companyId));
        return { rows, body: toBody(file, tell), ...FILE_TYPES[input.format] };
      } catch (thrown) {
        throw tell.failed(thrown);
      }
    },
  };
}

/** By the search that finds the same rows. Keepnet answers an error where an export would be empty. */
async function countRows<Search>(
  call: Call,
  { table }: FileEndpoint<Search>,
  search: Search,
  companyId: CompanyId | null,
): Promise<number> {
  const first = { ...search, pageNumber: 1, pageSize: 1 };
  const page = table.scoped ? await call(table, first, requireCompany(table, companyId)) : await call(table, first);
  return page.totalCount;
}

interface FileQuestion extends BareQuestion {
  readonly format: FileFormat;
}

function toQuestion<Search>(
  asker: Asker,
  endpoint: FileEndpoint<Search>,
  input: FileInput<Search>,
  companyId: CompanyId | null,
): FileQuestion {
  return {
    operation: toOperation(endpoint),
    companyId,
    request: buildRequest(endpoint, input, companyId),
    repeatable: endpoint.repeatable,
    format: input.format,
    turn: { lane: 'exports', callerId: asker.requestId, companyId, deadlineAtMs: asker.deadlineAtMs },
  };
}

/** No turn is held between two questions. */
async function untilReady(parts: FileParts, asker: Asker, question: FileQuestion): Promise<ArrivingFile> {
  const { firstPollMs, longestPollMs, pollForMs } = parts.limits;
  const untilMs = Math.min(asker.deadlineAtMs, Date.now() + pollForMs);
  for (let waitMs = firstPollMs; ; waitMs = Math.min(2 * waitMs, longestPollMs)) {
    const file = await repeatUntilDone(parts.attempts, question, asker, (number) =>
      attempt(parts, asker, question, number),
    );
    if (file !== null) return file;
    if (Date.now() + waitMs > untilMs) throw new CallFailure('TIMEOUT', 'not ready for too long');
    await pause(waitMs, asker.signal);
  }
}

/** Null where it is not ready. */
async function attempt(parts: FileParts, asker: Asker, question: FileQuestion, number: number) {
  const came = await takeTurn(parts, asker, question, number);
  if ('rest' in came) return came;
  if (isNotReady(came.status)) return null;
  throw toFileFailure(came, came.fault);
}

/** Resolves with the first bytes of a file, and gives the turn back with the last. */
function takeTurn(
  { attempts, limits }: FileParts,
  asker: Asker,
  question: FileQuestion,
  number: number,
): Promise<ArrivingFile | NoFile> {
  const { signal, ledger } = asker;
  const { transport, pace } = attempts;
  return new Promise((resolve, reject) => {
    const work = async (waitedMs: number) => {
      ledger.called(question.operation, waitedMs);
      const came = await sendWithToken(attempts.token, question, { number, ...asker }, async (request) =>
        receive(await transport.download(request, { signal, ...limits }), question.format),
      );
      if (!('rest' in came)) return came;
      resolve(came);
      const error = await came.rest.ended;
      if (error !== null) throw error;
      return came;
    };
    pace.run({ signal, repeated: number > 1, ...question.turn }, work, judge).then(resolve, reject);
  });
}

function toBody({ head, rest }: ArrivingFile, teller: Teller): ByteStream {
  const first = [...head];
  return {
    async next() {
      const block = first.shift();
      if (block !== undefined) return { value: block, done: false };
      try {
        return await rest.body.next();
      } catch (thrown) {
        throw teller.failed(thrown);
      }
    },
    return() {
      first.length = 0;
      return rest.body.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

interface Teller {
  /** Logs it, and gives what the caller sees. */
  failed(thrown: unknown): AppError;
}

function toTeller(
  { attempts, learned, log }: FileParts,
  { requestId, signal }: Asker,
  endpoint: { method: string; path: string },
  companyId: CompanyId | null,
): Teller {
  const operation = toOperation(endpoint);
  const startedAt = performance.now();
  return {
    failed(thrown) {
      const failure = thrown instanceof CallFailure ? thrown : null;
      if (failure !== null && companyId !== null) learnFrom(failure, companyId, learned);
      const told = failure === null ? {} : { failure: failure.kind, status: failure.status, detail: failure.message };
      const durationMs = Math.round(performance.now() - startedAt);
      // An export that was called off is no failure of Keepnet's.
      log[signal.aborted ? 'debug' : 'warn'](
        { operation, companyId, durationMs, requestId, ...told },
        'Keepnet file failed',
      );
      return toCallError(thrown, { endpoint, companyId, token: attempts.token, signal });
    },
  };
}
