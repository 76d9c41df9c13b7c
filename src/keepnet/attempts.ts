/**
 * One question to Keepnet, asked until it is answered or not worth asking again: circuit, turn, token, exchange, envelope, and
 * the wait before the next attempt. What the answer's `data` means is left to the endpoint's decoder.
 */
import type { Span, SpanAttributes } from '../telemetry-tracing.js';
import type { CallSignal } from './call-signal.js';
import type { Circuit } from './circuit.js';
import { isUnauthenticated, parseAnswer, toRetryAfterMs } from './envelope.js';
import { abortReason, CallFailure } from './failure.js';
import type { Ledger } from './ledger.js';
import type { Outcome, Pace, PaceReport, Turn } from './pace.js';
import { type RetryBudget, toRetryWaitMs } from './retry.js';
import type { CompanyId } from './rows.js';
import type { TokenSource } from './token.js';
import type { HttpAnswer, HttpRequest, Transport } from './transport.js';

export interface AttemptParts {
  readonly transport: Transport;
  readonly token: TokenSource;
  readonly pace: Pace;
  readonly circuit: Circuit;
  readonly retryBudget: RetryBudget;
}

/** What is asked, and by whom. */
export interface BareQuestion {
  /** For example `POST target-users/search`. */
  readonly operation: string;
  readonly companyId: CompanyId | null;
  readonly request: HttpRequest;
  readonly repeatable: boolean;
  readonly turn: Omit<Turn, 'signal' | 'repeated'>;
}

/** Its answer is an envelope, read whole. */
export interface Question extends BareQuestion {
  readonly absentIsNull: boolean;
  /** Of one attempt, headers and body; waiting for a turn does not count. */
  readonly timeoutMs: number;
}

/** For whom it is asked. */
export interface AttemptAsker {
  readonly signal: CallSignal;
  readonly ledger: Ledger;
  readonly span: Span;
}

/** One of the attempts that it takes. */
export interface Attempt extends AttemptAsker {
  /** 1 for the first. */
  readonly number: number;
}

export interface Answered {
  /** The envelope's `data`, undecoded. */
  readonly data: unknown;
  readonly answer: HttpAnswer;
}

/** @throws CallFailure of the last attempt, or an AppError: out of time, or no turn to be had. */
export async function askUntilAnswered(
  parts: AttemptParts,
  question: Question,
  asker: AttemptAsker,
): Promise<Answered> {
  return repeatUntilDone(parts, question, asker, async (number) => {
    const answer = await takeTurn(parts, question, { number, ...asker });
    return { data: question.absentIsNull && answer.status === 404 ? null : parseAnswer(answer), answer };
  });
}

/** `attempt`, again where it failed in a way that may pass. @throws what the last one threw */
export async function repeatUntilDone<Done>(
  parts: AttemptParts,
  question: BareQuestion,
  { signal, ledger }: AttemptAsker,
  attempt: (number: number) => Promise<Done>,
): Promise<Done> {
  // Only first attempts are refused: calls that failed together in one short moment open the circuit too, and their
  // repetitions, of which the budget lets few through, are what finds out that it is over.
  parts.circuit.enter(question.operation);
  parts.retryBudget.earn();
  for (let number = 1; ; ) {
    try {
      const done = await attempt(number);
      tellAnswered(parts, question);
      return done;
    } catch (error) {
      tellFailed(parts, question, error);
      number = await waitForNext(parts.retryBudget, question, { number, error }, signal);
      ledger.count('retried');
    }
  }
}

function takeTurn(parts: AttemptParts, question: Question, attempt: Attempt): Promise<HttpAnswer> {
  const { operation, timeoutMs } = question;
  const { signal, ledger, number } = attempt;
  const repeated = number > 1;
  const onSentAgain = () => countRepetition(ledger, operation);
  // Once for a call: that it met two dead connections is unlikely, that something else breaks them is not.
  const mayBeSentAgain = question.repeatable && !repeated;
  const limits = mayBeSentAgain ? { signal, timeoutMs, onSentAgain } : { signal, timeoutMs };
  const work = (waitedMs: number) => {
    ledger.called(operation, waitedMs);
    return sendWithToken(parts.token, question, attempt, (request) => parts.transport.send(request, limits));
  };
  return parts.pace.run({ signal, repeated, ...question.turn }, work, judge);
}

/** A token may die before its time. A 401 means that nothing was done, so once it is worth a new token, whatever the call. */
export async function sendWithToken<Answer extends { readonly status: number }>(
  token: TokenSource,
  question: BareQuestion,
  attempt: Attempt,
  send: (request: HttpRequest) => Promise<Answer>,
): Promise<Answer> {
  const { method, path, headers, body } = question.request;
  const { signal, ledger } = attempt;
  const sendBy = (accessToken: string) =>
    timed(question, attempt, (traceparent) => {
      const sent: Record<string, string> = { authorization: `Bearer ${accessToken}`, ...headers };
      if (traceparent !== null) sent.traceparent = traceparent;
      return send({ method, path, body, headers: sent });
    });
  const { accessToken } = await token.current(signal);
  const answer = await sendBy(accessToken);
  if (!isUnauthenticated(answer.status)) return answer;
  token.invalidate(accessToken);
  const renewed = await token.current(signal);
  countRepetition(ledger, question.operation);
  return sendBy(renewed.accessToken);
}

/** Tells the ledger and the trace how an exchange ended, and after how long. */
async function timed<Answer extends { readonly status: number }>(
  { operation, companyId }: BareQuestion,
  { ledger, span: asking, number }: Attempt,
  exchange: (traceparent: string | null) => Promise<Answer>,
): Promise<Answer> {
  const startedAtMs = performance.now();
  const span = asking.startCall(operation, toCallAttributes(companyId, number));
  let outcome = 'abandoned';
  try {
    const answer = await exchange(span.traceparent);
    outcome = String(answer.status);
    return answer;
  } catch (error) {
    if (error instanceof CallFailure) outcome = error.kind.toLowerCase();
    throw error;
  } finally {
    ledger.ended(operation, outcome, performance.now() - startedAtMs);
    span.end({ failed: !outcome.startsWith('2'), attributes: { 'keepnet.outcome': outcome } });
  }
}

function toCallAttributes(companyId: CompanyId | null, number: number): SpanAttributes {
  const attempt = { 'keepnet.attempt': number };
  return companyId === null ? attempt : { 'keepnet.company_id': companyId, ...attempt };
}

/** Of a call that is made again at once, in the turn that it has. */
function countRepetition(ledger: Ledger, operation: string): void {
  ledger.called(operation, 0);
  ledger.count('retried');
}

/** What an outcome says of the pace: only a refusal for too many calls and a lack of answer speak against it. */
export function judge(outcome: Outcome<Pick<HttpAnswer, 'status' | 'retryAfter'>>): PaceReport {
  if ('error' in outcome) {
    const isTimeout = outcome.error instanceof CallFailure && outcome.error.kind === 'TIMEOUT';
    return { kind: isTimeout ? 'timeout' : 'other' };
  }
  const { status, retryAfter } = outcome.value;
  if (status === 429) {
    return { kind: 'rate-limited', retryAfterMs: toRetryAfterMs(retryAfter) ?? null };
  }
  if (status === 408) return { kind: 'timeout' };
  return { kind: status < 500 ? 'ok' : 'other' };
}

function tellAnswered({ circuit, retryBudget }: AttemptParts, { operation }: BareQuestion): void {
  circuit.succeeded(operation);
  retryBudget.answered(operation);
}

/** A company's refusal shows that the endpoint is well; an operation that ended shows nothing. */
function tellFailed(parts: AttemptParts, question: BareQuestion, error: unknown): void {
  const { operation, companyId } = question;
  if (!(error instanceof CallFailure)) parts.circuit.abandoned(operation);
  else if (error.kind === 'UNAVAILABLE' || error.kind === 'TIMEOUT') parts.circuit.failed(operation, companyId);
  else if (error.kind === 'RATE_LIMITED') parts.circuit.abandoned(operation);
  else tellAnswered(parts, question);
}

/**
 * The number of the next attempt, when it is time for it. One that the budget cannot pay for by then is left out: at the time
 * of the one after it Keepnet may answer again. @throws `error` where no attempt is left
 */
async function waitForNext(
  budget: RetryBudget,
  question: BareQuestion,
  { number, error }: { readonly number: number; readonly error: unknown },
  signal: CallSignal,
): Promise<number> {
  const failedAtMs = performance.now();
  for (let next = number + 1; ; next += 1) {
    const waitMs = signal.aborted ? null : findWaitMs(question, next - 1, error);
    if (waitMs === null) throw error;
    await pause(waitMs, signal);
    // A refusal for too many calls cost Keepnet nothing, and the whole line waits it out: it needs no budget.
    const isFree = error instanceof CallFailure && error.kind === 'RATE_LIMITED';
    if (isFree || budget.spend(question.operation, failedAtMs)) return next;
  }
}

function findWaitMs(question: BareQuestion, attempt: number, error: unknown): number | null {
  if (!(error instanceof CallFailure)) return null;
  return toRetryWaitMs({
    failure: error,
    attempt,
    repeatable: question.repeatable,
    nowMs: Date.now(),
    deadlineAtMs: question.turn.deadlineAtMs,
    random: Math.random(),
  });
}

export async function pause(waitMs: number, signal: CallSignal): Promise<void> {
  if (waitMs <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const arrive = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const timer = setTimeout(arrive, waitMs);
    signal.addEventListener('abort', leave, { once: true });
  });
}
