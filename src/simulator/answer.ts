/**
 * What the simulator sends back: the envelope, the files, and the three shapes of failure. Every failure text carries
 * `CANARY`, so that a test can prove that no upstream text reaches a client.
 */
import type { WireEnvelope, WirePage } from '../keepnet/wire.js';

export const CANARY = 'CANARY-upstream-detail';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Thrown by routes and rules; the server sends its answer. */
export class Refusal extends Error {
  constructor(readonly answer: Answer) {
    super(`refused with ${answer.status}`);
  }
}

export function toSuccess<T>(data: T, status = 200): Answer {
  const envelope: WireEnvelope<T> = { data, status: 'SUCCESS', message: null, validationMessages: null };
  return toJson(status, envelope);
}

/** A handled failure: camelCase. */
export function toFailure(httpStatus: number, status: string, message: string, details: string[] = []): Answer {
  const envelope: WireEnvelope<never> = {
    data: null,
    status,
    message: `${message} ${CANARY}`,
    validationMessages: details.map((detail) => `${detail} ${CANARY}`),
  };
  return toJson(httpStatus, envelope);
}

export function toInputError(detail: string): Answer {
  return toFailure(400, 'INPUT_ERROR', 'Invalid request', [detail]);
}

/** An unhandled exception: PascalCase. */
export function toCrash(httpStatus = 500): Answer {
  return toJson(httpStatus, { Status: 'INTERNAL_SERVER_ERROR', Message: 'Internal server error', Detail: CANARY });
}

/** RFC 7807; its `status` is a number. */
export function toProblem(httpStatus: number): Answer {
  const body = { type: 'about:blank', title: 'Problem', status: httpStatus, detail: CANARY, instance: '/' };
  return { ...toJson(httpStatus, body), headers: { 'content-type': 'application/problem+json; charset=utf-8' } };
}

export function toHtml(httpStatus: number): Answer {
  const body = `<!doctype html><html><head><title>Service</title></head><body><h1>${CANARY}</h1></body></html>`;
  return { status: httpStatus, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

export function toEmpty(httpStatus: number, headers: Record<string, string> = {}): Answer {
  return { status: httpStatus, headers, body: '' };
}

export function toJson(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

/** One page of what `rows` has, in Keepnet's paged shape; past the end it is an empty page. */
export function toPage<T>(rows: readonly T[], total: number, pageNumber: number, pageSize: number): WirePage<T> {
  return {
    pageNumber,
    pageSize,
    totalNumberOfPages: Math.ceil(total / pageSize),
    totalNumberOfRecords: total,
    results: [...rows],
  };
}

/** Throws the input error; for expressions. */
export function refuseInput(detail: string): never {
  throw new Refusal(toInputError(detail));
}
