/**
 * Recognises what an HTTP answer of Keepnet means, in every shape that is known: the envelope, its PascalCase twin, RFC 7807
 * problems, failures with HTTP 200, HTML, half JSON and nothing at all. Success is a 2xx, a `status` that is absent or
 * `SUCCESS`, and a `data` key; what `data` holds is the endpoint's own business.
 */
import { CallFailure, type FailureKind } from './failure.js';
import type { HttpAnswer } from './transport.js';

/**
 * The `data` of a successful answer, undecoded; null where Keepnet says SUCCESS and sends none.
 * @throws CallFailure for every other answer.
 */
export function parseAnswer(answer: HttpAnswer): unknown {
  if (answer.status < 200 || answer.status > 299) throw toStatusFailure(answer);
  const body = parseJsonObject(answer.body);
  if (body === null) throw new CallFailure('BAD_RESPONSE', 'not a JSON object', { status: answer.status });
  const status = body.status ?? body.Status;
  if (status !== undefined && status !== null && status !== 'SUCCESS') throw toEnvelopeFailure(status, answer);
  if (!('data' in body) && status !== 'SUCCESS') {
    throw new CallFailure('BAD_RESPONSE', 'no data and no status', { status: answer.status });
  }
  return body.data ?? null;
}

/** Keepnet's older gateway says 306 where it means 401. */
export function isUnauthenticated(status: number): boolean {
  return status === 401 || status === 306;
}

/** The failure that a status outside 2xx stands for. The body is read for the two refusals that only it can tell apart. */
export function toStatusFailure(answer: HttpAnswer): CallFailure {
  const { status } = answer;
  if (status === 403) return new CallFailure(toRefusal(answer.body), 'refused', { status });
  if (status === 429) {
    return new CallFailure('RATE_LIMITED', 'too many calls', {
      status,
      retryAfterMs: toRetryAfterMs(answer.retryAfter),
    });
  }
  return new CallFailure(toKind(status), 'an error status', { status });
}

function toKind(status: number): FailureKind {
  if (isUnauthenticated(status)) return 'UNAUTHENTICATED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 408) return 'TIMEOUT';
  if (status === 429) return 'RATE_LIMITED';
  if (status >= 500) return 'UNAVAILABLE';
  // What remains below 400 are redirects. They are not followed: the company headers must not travel to another host.
  return status >= 400 ? 'REJECTED' : 'BAD_RESPONSE';
}

function toRefusal(body: string): FailureKind {
  const parsed = parseJsonObject(body);
  const status = parsed?.status ?? parsed?.Status;
  return REFUSALS.get(status) ?? 'FORBIDDEN';
}

const REFUSALS: ReadonlyMap<unknown, FailureKind> = new Map([
  ['PRIVACY_ERROR', 'PRIVACY_DENIED'],
  ['IP_RESTRICTED', 'IP_RESTRICTED'],
]);

/** A failure that came with a 2xx. A problem's number is an HTTP status; of the texts, unknown ones are as `FAILED`. */
function toEnvelopeFailure(envelopeStatus: unknown, { status }: HttpAnswer): CallFailure {
  if (typeof envelopeStatus === 'number') {
    const kind = envelopeStatus >= 400 && envelopeStatus <= 599 ? toKind(envelopeStatus) : 'BAD_RESPONSE';
    return new CallFailure(kind, `a problem with number ${envelopeStatus}`, { status });
  }
  if (typeof envelopeStatus !== 'string') return new CallFailure('BAD_RESPONSE', 'an unreadable status', { status });
  const kind = ENVELOPE_FAILURES.get(envelopeStatus) ?? REFUSALS.get(envelopeStatus) ?? 'FAILED';
  return new CallFailure(kind, 'a failure with a success status', { status });
}

const ENVELOPE_FAILURES: ReadonlyMap<string, FailureKind> = new Map([
  ['FAILED', 'FAILED'],
  ['INPUT_ERROR', 'REJECTED'],
  ['INTERNAL_SERVER_ERROR', 'UNAVAILABLE'],
]);

/** `Retry-After` in seconds or as an HTTP date; undefined where it is absent or unreadable. */
export function toRetryAfterMs(header: string | null, nowMs = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** A JSON object; null for anything else. */
export function parseJsonObject(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
