/** Everything that an upstream can do wrong in one call, and what it should cost; and what must never be told of it. */
import type { ProxyFault } from './fault-proxy.js';
import type { Fault } from './simulator.js';

export interface Trouble {
  /** What the field answers with; a call that belongs to a company may fail in other ways than one that does not. */
  readonly code: string | ((place: { readonly isScoped: boolean }) => string);
  /** How often the call is made in all. */
  readonly calls: number;
}

export interface UpstreamFault {
  readonly name: string;
  /** Byte by byte between server and simulator, or in the simulator. */
  readonly proxy?: Omit<ProxyFault, 'path' | 'companyId'>;
  readonly simulator?: Omit<Fault, 'path' | 'companyId'>;
  /** Null where the fault costs nothing but another call. */
  readonly trouble: Trouble | null;
}

const UNAVAILABLE: Trouble = { code: 'UPSTREAM_UNAVAILABLE', calls: 3 };
const TIMEOUT: Trouble = { code: 'UPSTREAM_TIMEOUT', calls: 3 };
/** Asking again would bring the same. */
const BAD_RESPONSE: Trouble = { code: 'UPSTREAM_BAD_RESPONSE', calls: 1 };
const REJECTED: Trouble = { code: 'UPSTREAM_REJECTED', calls: 1 };

export const QUICK_FAULTS: readonly UpstreamFault[] = [
  { name: 'a reset connection', proxy: { kind: 'reset' }, trouble: UNAVAILABLE },
  { name: 'a connection closed without an answer', proxy: { kind: 'closeUnanswered' }, trouble: UNAVAILABLE },
  { name: 'half of the head', proxy: { kind: 'halfHead' }, trouble: UNAVAILABLE },
  { name: 'half of the body', proxy: { kind: 'halfBody' }, trouble: UNAVAILABLE },
  { name: 'a reset in the body', proxy: { kind: 'resetInBody' }, trouble: UNAVAILABLE },
  { name: 'chunks without an end', proxy: { kind: 'halfChunks' }, trouble: UNAVAILABLE },
  { name: 'something that is not HTTP', proxy: { kind: 'noHttp' }, trouble: UNAVAILABLE },
  { name: 'half of the JSON, as if it were all', proxy: { kind: 'halfJson' }, trouble: BAD_RESPONSE },
  { name: 'a gzip that is none', proxy: { kind: 'badGzip' }, trouble: BAD_RESPONSE },
  { name: 'two answers more than asked for', proxy: { kind: 'garbageAfter' }, trouble: null },
  { name: 'a connection closed after each answer', proxy: { kind: 'closeAfter' }, trouble: null },
  { name: '500 in Pascal case', simulator: { kind: 'status', status: 500, bodyStyle: 'pascal' }, trouble: UNAVAILABLE },
  { name: '503 with a page', simulator: { kind: 'status', status: 503, bodyStyle: 'html' }, trouble: UNAVAILABLE },
  { name: '503 with nothing', simulator: { kind: 'status', status: 503, bodyStyle: 'empty' }, trouble: UNAVAILABLE },
  { name: '408', simulator: { kind: 'status', status: 408 }, trouble: TIMEOUT },
  { name: '400', simulator: { kind: 'status', status: 400, bodyStyle: 'problem' }, trouble: REJECTED },
  {
    name: '401 for every token',
    simulator: { kind: 'status', status: 401 },
    trouble: { code: 'UPSTREAM_UNAUTHENTICATED', calls: 2 },
  },
  {
    name: '403',
    simulator: { kind: 'status', status: 403 },
    trouble: { code: ({ isScoped }) => (isScoped ? 'FORBIDDEN' : 'MISSING_PERMISSION'), calls: 1 },
  },
  {
    name: '404',
    simulator: { kind: 'status', status: 404 },
    trouble: { code: ({ isScoped }) => (isScoped ? 'COMPANY_NOT_FOUND' : 'UPSTREAM_BAD_RESPONSE'), calls: 1 },
  },
  { name: 'a redirect', simulator: { kind: 'status', status: 302 }, trouble: BAD_RESPONSE },
  { name: 'a page with 200', simulator: { kind: 'html200' }, trouble: BAD_RESPONSE },
  { name: 'FAILED with 200', simulator: { kind: 'failed200' }, trouble: REJECTED },
  { name: 'nothing with 200', simulator: { kind: 'empty200' }, trouble: BAD_RESPONSE },
  { name: 'data of another shape', simulator: { kind: 'wrongShape' }, trouble: BAD_RESPONSE },
  { name: 'an answer that is not ready', simulator: { kind: 'notReady' }, trouble: BAD_RESPONSE },
  {
    name: 'eleven megabytes',
    simulator: { kind: 'largeBody', bytes: 11_000_000 },
    trouble: { code: 'RESPONSE_TOO_LARGE', calls: 1 },
  },
];

/** Each takes seconds. */
export const SLOW_FAULTS: readonly UpstreamFault[] = [
  { name: 'silence', proxy: { kind: 'silent' }, trouble: TIMEOUT },
  { name: 'a head and then silence', proxy: { kind: 'headOnly' }, trouble: TIMEOUT },
  { name: 'a body that drips', proxy: { kind: 'drip' }, trouble: TIMEOUT },
  {
    name: '429 without a time',
    simulator: { kind: 'status', status: 429 },
    trouble: { code: 'UPSTREAM_RATE_LIMITED', calls: 4 },
  },
  {
    name: '429 for a second',
    simulator: { kind: 'status', status: 429, retryAfterSeconds: 1 },
    trouble: { code: 'UPSTREAM_RATE_LIMITED', calls: 4 },
  },
];

/** Keepnet's words, its address, a token, a secret, a place in the code. */
export function findLeaks(told: string): string[] {
  const secrets = /CANARY|127\.0\.0\.1|localhost|Bearer|eyJ|simulator-secret|\bat [^"]{1,80}\.[jt]s:\d/g;
  return told.match(secrets) ?? [];
}
