/**
 * The Keepnet client. One call goes one way: place in line, token, request, one repetition after a 401, envelope, decoding;
 * whatever fails on it leaves as an `AppError` that names the call and the company. Sessions and the directory sit on top.
 */
import { setMaxListeners } from 'node:events';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import { createDateReader, type DateFormat, type DateReader } from './dates.js';
import { createDirectorySource } from './directory.js';
import { buildRequest, type Call, type Endpoint, ShapeError, toOperation } from './endpoint.js';
import { isUnauthenticated, parseAnswer } from './envelope.js';
import { abortReason, CallFailure, toAppError } from './failure.js';
import { createLearnedAccess, type LearnedAccess } from './learned-access.js';
import { createLedger } from './ledger.js';
import { openSession } from './open-session.js';
import { createPace, type Pace } from './pace.js';
import type { CompanyId } from './rows.js';
import type { CredentialInfo, KeepnetSession } from './session.js';
import { createTokenSource, type TokenSource } from './token.js';
import { createTransport, type HttpAnswer, type HttpRequest, type Transport } from './transport.js';

export interface KeepnetClientConfig {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** IANA zone that Keepnet's dates are written in. */
  readonly timeZone: string;
  readonly dateFormat: DateFormat;
  readonly maxInFlight: number;
  /** For one call, headers and body; waiting for a place in line does not count. */
  readonly callTimeoutMs: number;
  /** How long the directory of companies is kept; 0 for not at all. */
  readonly cacheTtlMs: number;
}

export interface KeepnetClient {
  /** For one operation; its calls end when `signal` fires, with the signal's reason where that is an AppError. */
  openSession(options: { signal: AbortSignal; requestId: string }): KeepnetSession;
  /** Asks for a token and nothing else. @throws AppError, UPSTREAM_UNAUTHENTICATED for a wrong credential */
  checkCredential(signal: AbortSignal): Promise<CredentialInfo>;
  /** Ends what is under way and closes every socket. The client cannot be used again. */
  stop(): void;
}

export function createKeepnetClient(config: KeepnetClientConfig, { log }: { log: Log }): KeepnetClient {
  const { clientId, clientSecret, callTimeoutMs: timeoutMs, maxInFlight, baseUrl } = config;
  // One more than the calls: asking for a token must not wait for a call to end.
  const transport = createTransport({ baseUrl, maxSockets: maxInFlight + 1 });
  const parts: CallParts = {
    transport,
    token: createTokenSource({ transport, clientId, clientSecret, timeoutMs }),
    pace: createPace(maxInFlight),
    learned: createLearnedAccess(),
    dates: createDateReader(config),
    timeoutMs,
    log,
  };
  const directory = createDirectorySource({
    callWith: (signal) => createCall(parts, { signal, requestId: null }),
    keptMs: config.cacheTtlMs,
    // Two rounds of calls: the first page, then the rest side by side.
    timeoutMs: 2 * timeoutMs,
    onShort: (counts) => log.warn(counts, 'the directory holds fewer companies than Keepnet counts'),
  });
  const { token, learned, pace } = parts;
  return {
    openSession: (options) =>
      openSession({
        ledger: createLedger(Number.POSITIVE_INFINITY),
        signal: options.signal,
        call: createCall(parts, options),
        token,
        directory,
        learned,
      }),
    checkCredential: async (signal) => (await token.current(signal)).credential,
    stop() {
      pace.stop();
      transport.stop();
    },
  };
}

interface CallParts {
  readonly transport: Transport;
  readonly token: TokenSource;
  readonly pace: Pace;
  readonly learned: LearnedAccess;
  readonly dates: DateReader;
  readonly timeoutMs: number;
  readonly log: Log;
}

interface Asker {
  readonly signal: AbortSignal;
  readonly requestId: string | null;
}

function createCall(parts: CallParts, asker: Asker): Call {
  // Every call that waits listens to it, so that Node's warning about many listeners would tell of no leak.
  setMaxListeners(0, asker.signal);
  return async <Input, Output>(endpoint: Endpoint<Input, Output>, input: Input, company?: CompanyId) => {
    const startedAt = performance.now();
    const companyId = endpoint.scoped ? (company ?? null) : null;
    const operation = toOperation(endpoint);
    const line = () => ({
      operation,
      companyId,
      durationMs: Math.round(performance.now() - startedAt),
      requestId: asker.requestId,
    });
    try {
      const request = buildRequest(endpoint, input, companyId);
      const timeoutMs = endpoint.timeoutMs ?? parts.timeoutMs;
      const answer = await parts.pace.run(asker.signal, () => exchange(parts, request, asker.signal, timeoutMs));
      const output = decode(parts, endpoint, answer, { operation, companyId });
      parts.log.debug({ ...line(), status: answer.status }, 'Keepnet call');
      return output;
    } catch (thrown) {
      if (companyId !== null && thrown instanceof CallFailure) learnFrom(thrown, companyId, parts.learned);
      const error = toCallError(thrown, parts.token, endpoint, companyId, asker.signal);
      const detail = thrown instanceof CallFailure ? thrown.message : undefined;
      const failure = { ...line(), status: error.upstream?.status ?? null, code: error.code, detail };
      // An operation that ended is no failure of Keepnet's.
      parts.log[asker.signal.aborted ? 'debug' : 'warn'](failure, 'Keepnet call failed');
      throw error;
    }
  };
}

/** A token may die before its time. A 401 means that nothing was done, so once it is worth a new token, whatever the call. */
async function exchange({ token, transport }: CallParts, request: HttpRequest, signal: AbortSignal, timeoutMs: number) {
  const attempt = (accessToken: string) =>
    transport.send(
      { ...request, headers: { ...request.headers, authorization: `Bearer ${accessToken}` } },
      { signal, timeoutMs },
    );
  const { accessToken } = await token.current(signal);
  const answer = await attempt(accessToken);
  if (!isUnauthenticated(answer.status)) return answer;
  token.invalidate(accessToken);
  const renewed = await token.current(signal);
  return attempt(renewed.accessToken);
}

function decode<Input, Output>(
  { dates }: CallParts,
  endpoint: Endpoint<Input, Output>,
  answer: HttpAnswer,
  { operation, companyId }: { operation: string; companyId: CompanyId | null },
): Output {
  const { status } = answer;
  const data = endpoint.absentIsNull && status === 404 ? null : parseAnswer(answer);
  let unreadable: AppError | undefined;
  // One for all the dates of an answer: a wrong format spoils hundreds at once.
  const unreadableDate = () => {
    unreadable ??= new AppError(
      'UPSTREAM_BAD_RESPONSE',
      'A date that Keepnet sent cannot be read. Check KEEPNET_DATE_FORMAT.',
      { ...(companyId === null ? {} : { companyId }), upstream: { operation, status } },
    );
    return unreadable;
  };
  try {
    return endpoint.decode(data, { dates, nowMs: Date.now(), unreadableDate });
  } catch (error) {
    throw error instanceof ShapeError ? new CallFailure('BAD_RESPONSE', error.message, { status }) : error;
  }
}

/** Only the refusals that concern the whole company, not the ones that may concern a single endpoint. */
function learnFrom({ kind }: CallFailure, companyId: CompanyId, learned: LearnedAccess): void {
  if (kind === 'PRIVACY_DENIED') learned.learn(companyId, 'PRIVACY_DENIED');
  if (kind === 'IP_RESTRICTED') learned.learn(companyId, 'FORBIDDEN');
}

/** What the caller sees. Anything that is neither a failed call nor already told is a fault of this program: INTERNAL. */
function toCallError<Input, Output>(
  thrown: unknown,
  token: TokenSource,
  endpoint: Endpoint<Input, Output>,
  companyId: CompanyId | null,
  signal: AbortSignal,
): AppError {
  if (signal.aborted) return abortReason(signal);
  if (thrown instanceof CallFailure) {
    const permission = `${endpoint.path}|${endpoint.method}`;
    return toAppError(thrown, { operation: toOperation(endpoint), permission, companyId, credential: token.known() });
  }
  if (thrown instanceof AppError) return withCompany(thrown, companyId);
  return new AppError('INTERNAL', 'The server failed while asking Keepnet.', { cause: thrown });
}

/** A token that cannot be had fails calls of many companies; each says which it was. */
function withCompany(error: AppError, companyId: CompanyId | null): AppError {
  if (companyId === null || error.companyId !== undefined) return error;
  const { argument, retryAfterMs, upstream } = error;
  return new AppError(error.code, error.message, { companyId, argument, retryAfterMs, upstream, cause: error });
}
