/**
 * The faults that a test or a demonstration can switch on, by path and company (`POST /_simulator/faults`). This file keeps
 * and matches them; `server.ts` and `sending.ts` carry them out.
 */
import { type Answer, CANARY, toCrash, toEmpty, toFailure, toHtml, toProblem, toSuccess } from './answer.js';

/** What each kind does. */
export const FAULT_KINDS = {
  status: 'Any HTTP `status`, with `bodyStyle` envelope, pascal, problem, html or empty, and `retryAfterSeconds`.',
  html200: 'A page of HTML with status 200.',
  failed200: 'Status 200 whose envelope says FAILED.',
  empty200: 'Status 200 and no body.',
  halfJson: 'Status 200 and the first half of the true answer.',
  wrongShape: 'A valid envelope around data of another type.',
  latency: 'The true answer, `ms` later.',
  hang: 'No answer, for as long as the client waits.',
  dripping: 'The true answer, one byte every `ms`.',
  reset: 'The connection is cut before any answer.',
  truncated: 'Headers promise the whole answer; the connection is cut half-way.',
  notReady: 'Exports: `status` 201 or 202 with an envelope instead of a file.',
  jsonForFile: 'Exports: status 200 and a successful envelope, as JSON, instead of a file.',
  unmanaged: 'The company is not managed by the credential.',
  badDates: 'Every date of the answer is impossible.',
  largeBody: 'A valid envelope of `bytes` bytes.',
  largeFile: 'Exports: a CSV of `bytes` bytes.',
  revokeToken: 'All tokens end before this call (once, unless `times` says otherwise).',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;
export type BodyStyle = 'envelope' | 'pascal' | 'problem' | 'html' | 'empty';

export interface Fault {
  readonly kind: FaultKind;
  /** A path such as `/api/executive-report/{id}`; absent: every path. */
  readonly path?: string;
  /** Absent: every company, and calls without one. */
  readonly companyId?: string;
  /** How many calls it strikes; absent: all. */
  readonly times?: number;
  /** How many matching calls it lets pass before. */
  readonly after?: number;
  readonly status?: number;
  readonly bodyStyle?: BodyStyle;
  readonly retryAfterSeconds?: number;
  /** `Retry-After` as an HTTP date instead of seconds. */
  readonly retryAfterAsDate?: boolean;
  readonly ms?: number;
  readonly bytes?: number;
}

export interface Faults {
  /** Throws a `TypeError` with a sentence where the fault makes no sense. */
  add(fault: unknown): void;
  list(): readonly (Fault & { readonly struck: number })[];
  clear(): void;
  /** The faults that strike this call, in the order they were added; counts them. */
  take(call: { path: string; routePath: string | null; companyId: string | null }): readonly Fault[];
}

export function createFaults(): Faults {
  let active: { fault: Fault; seen: number; struck: number }[] = [];
  return {
    add(fault) {
      active.push({ fault: readFault(fault), seen: 0, struck: 0 });
    },
    list: () => active.map(({ fault, struck }) => ({ ...fault, struck })),
    clear() {
      active = [];
    },
    take(call) {
      return active.flatMap((each) => {
        const { fault } = each;
        if (!matches(fault, call)) return [];
        each.seen += 1;
        const times = fault.times ?? (fault.kind === 'revokeToken' ? 1 : Number.POSITIVE_INFINITY);
        if (each.seen <= (fault.after ?? 0) || each.struck >= times) return [];
        each.struck += 1;
        return [fault];
      });
    },
  };
}

/** The answer that stands in for the true one; null for faults that only bend it. */
export function toFaultAnswer(fault: Fault): Answer | null {
  switch (fault.kind) {
    case 'status': {
      const answer = BODY_STYLES[fault.bodyStyle ?? 'envelope'](fault.status ?? 500);
      const wait = toRetryAfter(fault);
      return wait === null ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': wait } };
    }
    case 'html200':
      return toHtml(200);
    case 'failed200':
      return toFailure(200, 'FAILED', 'Operation failed');
    case 'empty200':
      return toEmpty(200, { 'content-type': 'application/json; charset=utf-8' });
    case 'notReady':
      return toFailure(fault.status ?? 202, 'SUCCESS', 'The report is being generated');
    case 'jsonForFile':
      return toSuccess({ fileName: CANARY });
    default:
      return null;
  }
}

/** What a fault makes of the true answer. */
export function bendAnswer(fault: Fault, answer: Answer): Answer {
  if (fault.kind === 'halfJson') {
    const bytes = Buffer.from(answer.body);
    return { ...answer, body: bytes.subarray(0, Math.floor(bytes.length / 2)) };
  }
  if (fault.kind !== 'wrongShape') return answer;
  return {
    ...answer,
    body: JSON.stringify({ data: CANARY, status: 'SUCCESS', message: null, validationMessages: null }),
  };
}

const BODY_STYLES: Record<BodyStyle, (status: number) => Answer> = {
  envelope: (status) => toFailure(status, status < 500 ? 'FAILED' : 'INTERNAL_SERVER_ERROR', 'Something went wrong'),
  pascal: toCrash,
  problem: toProblem,
  html: toHtml,
  empty: (status) => toEmpty(status),
};

function toRetryAfter(fault: Fault): string | null {
  if (fault.retryAfterSeconds === undefined) return null;
  if (!fault.retryAfterAsDate) return String(fault.retryAfterSeconds);
  return new Date(Date.now() + fault.retryAfterSeconds * 1_000).toUTCString();
}

function matches(fault: Fault, call: { path: string; routePath: string | null; companyId: string | null }): boolean {
  if (fault.companyId !== undefined && fault.companyId !== call.companyId) return false;
  if (fault.path === undefined) return true;
  const wanted = fault.path.toLowerCase().replace(/\{[^}]*\}/g, '{}');
  const known = [call.path, call.routePath ?? ''].map((path) => path.toLowerCase().replace(/\{[^}]*\}/g, '{}'));
  return known.includes(wanted);
}

function readFault(value: unknown): Fault {
  const fault = value as Partial<Fault> | null;
  if (typeof fault !== 'object' || fault === null) throw new TypeError('A fault is an object with a kind.');
  const { kind, bodyStyle } = fault;
  if (kind === undefined || !Object.hasOwn(FAULT_KINDS, kind)) {
    throw new TypeError(`Fault kind must be one of ${Object.keys(FAULT_KINDS).join(', ')}.`);
  }
  if (bodyStyle !== undefined && !Object.hasOwn(BODY_STYLES, bodyStyle)) {
    throw new TypeError(`Fault bodyStyle must be one of ${Object.keys(BODY_STYLES).join(', ')}.`);
  }
  for (const name of ['times', 'after', 'status', 'retryAfterSeconds', 'ms', 'bytes'] as const) {
    const number = fault[name];
    if (number !== undefined && !(typeof number === 'number' && number >= 0)) {
      throw new TypeError(`Fault ${name} must be a number of at least 0.`);
    }
  }
  return { ...fault, kind };
}
