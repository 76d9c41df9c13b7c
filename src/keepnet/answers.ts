/**
 * From a question to its decoded answer. The same question is asked once at a time, whoever asks; its answer is kept for a
 * short while, and longer for when Keepnet cannot give a newer one. Keys carry credential, company, endpoint and body.
 */
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Span } from '../telemetry-tracing.js';
import { type AnswerKey, toAnswerKey, toCredentialKey } from './answer-key.js';
import { type AttemptParts, askUntilAnswered, type Question } from './attempts.js';
import type { AnswerCache, Kept } from './cache.js';
import { learnFrom, toCallError } from './call-error.js';
import type { CallSignal } from './call-signal.js';
import type { DateReader } from './dates.js';
import { buildRequest, type Call, type Endpoint, ShapeError, toOperation } from './endpoint.js';
import { parseAnswer } from './envelope.js';
import { CallFailure } from './failure.js';
import type { LearnedAccess } from './learned-access.js';
import type { Ledger } from './ledger.js';
import type { CompanyId } from './rows.js';
import { createSharedFlights, type SharedFlights } from './shared-flights.js';
import type { Lane } from './turns.js';

/** Who asks: one operation. */
export interface Asker {
  readonly signal: CallSignal;
  readonly requestId: string;
  readonly deadlineAtMs: number;
  readonly lane: Lane;
  readonly ledger: Ledger;
  /** Of the operation: its calls are told as parts of it. A call that others join is the first asker's. */
  readonly span: Span;
  /** Ask Keepnet even where an answer is kept. */
  readonly isFresh: boolean;
  /** False: takes no kept answer and keeps none, not even for bad times. */
  readonly usesCache?: boolean | undefined;
}

export interface AnswerSource {
  callFor(asker: Asker): Call;
}

interface AnswerConfig {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly callTimeoutMs: number;
  readonly cacheTtlMs: number;
}

interface AnswerParts {
  readonly attempts: AttemptParts;
  readonly cache: AnswerCache;
  readonly learned: LearnedAccess;
  readonly dates: DateReader;
  readonly log: Log;
}

/** How much longer an answer is kept for when Keepnet cannot give a newer one. */
const STALE_FACTOR = 10;

export function createAnswerSource(config: AnswerConfig, parts: AnswerParts): AnswerSource {
  const credential = toCredentialKey(config);
  const shared = { ...parts, flights: createSharedFlights() };

  return {
    callFor:
      (asker) =>
      async <Input, Output>(endpoint: Endpoint<Input, Output>, input: Input, company?: CompanyId) => {
        const companyId = endpoint.scoped ? (company ?? null) : null;
        try {
          return await answer(shared, asker, toPlan({ config, credential, asker }, endpoint, input, companyId));
        } catch (thrown) {
          throw toCallError(thrown, { endpoint, companyId, token: parts.attempts.token, signal: asker.signal });
        }
      },
  };
}

/** A question with all that is needed to answer it from anywhere. */
interface Plan<Output> {
  readonly key: AnswerKey<Output>;
  /** 0: not kept. */
  readonly ttlMs: number;
  readonly question: Question;
  decode(data: unknown, context: Parameters<Endpoint<never, Output>['decode']>[1]): Output;
}

const CATALOGUE_TTL_MS = 600_000;

function toPlan<Input, Output>(
  { config, credential, asker }: { config: AnswerConfig; credential: string; asker: Asker },
  endpoint: Endpoint<Input, Output>,
  input: Input,
  companyId: CompanyId | null,
): Plan<Output> {
  const operation = toOperation(endpoint);
  const request = buildRequest(endpoint, input, companyId);
  const isKept = asker.usesCache !== false && endpoint.repeatable && config.cacheTtlMs > 0;
  return {
    key: toAnswerKey({ credential, companyId, operation, request }),
    ttlMs: isKept ? (endpoint.isCatalogue ? Math.max(CATALOGUE_TTL_MS, config.cacheTtlMs) : config.cacheTtlMs) : 0,
    question: {
      operation,
      companyId,
      request,
      repeatable: endpoint.repeatable,
      absentIsNull: endpoint.absentIsNull ?? false,
      timeoutMs: endpoint.timeoutMs ?? config.callTimeoutMs,
      turn: { lane: asker.lane, callerId: asker.requestId, companyId, deadlineAtMs: asker.deadlineAtMs },
    },
    decode: (data, context) => endpoint.decode(data, context),
  };
}

/** What is kept, what is on its way for somebody else, or an answer of its own; in bad times an older one. */
async function answer<Output>(
  parts: AnswerParts & { readonly flights: SharedFlights },
  asker: Asker,
  plan: Plan<Output>,
): Promise<Output> {
  const { key, question } = plan;
  const kept = asker.isFresh ? undefined : parts.cache.peek(key, plan.ttlMs);
  if (kept !== undefined) {
    asker.ledger.count('cached');
    asker.ledger.answered(Date.now() - kept.ageMs);
    return kept.value;
  }
  if (parts.flights.isUnderWay(key)) asker.ledger.count('shared');
  else asker.ledger.spend(question.companyId);
  try {
    const fetching = parts.flights.join(key, asker.signal, (signal) => fetchAndKeep(parts, asker, plan, signal));
    const { value, ageMs } = await fetching.promise;
    asker.ledger.answered(Date.now() - ageMs);
    return value;
  } catch (thrown) {
    const stale = isPassing(thrown) ? parts.cache.peek(key, plan.ttlMs * STALE_FACTOR) : undefined;
    if (stale === undefined) throw thrown;
    const { operation, companyId } = question;
    asker.ledger.stale({ operation, companyId, ageSeconds: Math.round(stale.ageMs / 1000) });
    asker.ledger.answered(Date.now() - stale.ageMs);
    return stale.value;
  }
}

/** Runs under the signal of the shared flight, which ends when the last of its askers has left. */
async function fetchAndKeep<Output>(
  parts: AnswerParts,
  asker: Asker,
  plan: Plan<Output>,
  signal: CallSignal,
): Promise<Kept<Output>> {
  const { operation, companyId } = plan.question;
  const startedAt = performance.now();
  const toLine = () => ({
    operation,
    companyId,
    durationMs: Math.round(performance.now() - startedAt),
    requestId: asker.requestId,
  });
  try {
    const mayBeKept = parts.cache.isShared && !asker.isFresh;
    const kept = mayBeKept ? await parts.cache.get(plan.key, toKeptQuestion(parts.dates, plan, signal)) : undefined;
    if (kept !== undefined) {
      asker.ledger.count('cached');
      return kept;
    }
    const { ledger, span } = asker;
    const { data, answer } = await askUntilAnswered(parts.attempts, plan.question, { signal, ledger, span });
    const output = decode(parts.dates, plan, data, answer.status);
    parts.cache.put(plan.key, output, { body: answer.body, keepMs: plan.ttlMs * STALE_FACTOR });
    parts.log.debug({ status: answer.status, ...toLine() }, 'Keepnet call');
    return { value: output, ageMs: 0 };
  } catch (thrown) {
    if (companyId !== null && thrown instanceof CallFailure) learnFrom(thrown, companyId, parts.learned);
    const told =
      thrown instanceof CallFailure ? { failure: thrown.kind, status: thrown.status, detail: thrown.message } : {};
    // An operation that ended is no failure of Keepnet's.
    parts.log[signal.aborted ? 'debug' : 'warn']({ ...told, ...toLine() }, 'Keepnet call failed');
    throw thrown;
  }
}

/** A shared store keeps answers as they came; only answers that had been read once are put there. */
function toKeptQuestion<Output>(dates: DateReader, plan: Plan<Output>, signal: CallSignal) {
  const status = 200;
  return {
    maxAgeMs: plan.ttlMs,
    signal,
    decode: (body: string) => decode(dates, plan, parseAnswer({ status, body, retryAfter: null }), status),
  };
}

function decode<Output>(dates: DateReader, plan: Plan<Output>, data: unknown, status: number): Output {
  const { operation, companyId } = plan.question;
  let unreadable: AppError | undefined;
  // One for all the dates of an answer: a wrong format spoils hundreds at once.
  const unreadableDate = () => {
    unreadable ??= new AppError(
      'UPSTREAM_BAD_RESPONSE',
      'A date that Keepnet sent cannot be read. Check KEEPNET_DATE_FORMAT.',
      { ...(companyId !== null && { companyId }), upstream: { operation, status } },
    );
    return unreadable;
  };
  try {
    return plan.decode(data, { dates, nowMs: Date.now(), unreadableDate });
  } catch (error) {
    throw error instanceof ShapeError ? new CallFailure('BAD_RESPONSE', error.message, { status }) : error;
  }
}

/** Trouble that an older answer can stand in for. */
function isPassing(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.code === 'UPSTREAM_RATE_LIMITED';
  return thrown instanceof CallFailure && ['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'].includes(thrown.kind);
}
