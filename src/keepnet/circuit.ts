/**
 * A switch per endpoint: when Keepnet fails it for one company after the other, and for nobody with success between, further
 * calls are refused for a while instead of made in vain. What concerns one company alone never opens it.
 */
import { CallFailure } from './failure.js';

export interface Circuit {
  /** @throws CallFailure UNAVAILABLE with `retryAfterMs` while calls of `endpoint` are refused. */
  enter(endpoint: string): void;
  /** The endpoint answered, be it with a refusal: it is well. */
  succeeded(endpoint: string): void;
  /** The endpoint itself failed for `companyId` (null: for the credential): unreachable, a server error, no answer in time. */
  failed(endpoint: string, companyId: string | null): void;
  /** The call ended for a reason of its own, with nothing learned. */
  abandoned(endpoint: string): void;
  /** The endpoints that are refused now, for whoever watches. */
  open(): readonly string[];
}

const FAILURES_TO_OPEN = 10;
const COMPANIES_TO_OPEN = 3;
const OPEN_MS = 5_000;

interface State {
  failures: number;
  readonly companies: Set<string | null>;
  openUntilMs: number | null;
  /** One call is let through to see whether the endpoint is well again. */
  isProbing: boolean;
}

export function createCircuit(now: () => number = Date.now): Circuit {
  const states = new Map<string, State>();
  return {
    enter(endpoint) {
      const state = states.get(endpoint);
      if (state?.openUntilMs == null) return;
      const leftMs = state.openUntilMs - now();
      if (leftMs > 0 || state.isProbing) {
        throw new CallFailure('UNAVAILABLE', 'the circuit is open', { retryAfterMs: Math.max(leftMs, 1_000) });
      }
      state.isProbing = true;
    },
    succeeded(endpoint) {
      states.delete(endpoint);
    },
    failed(endpoint, companyId) {
      const state = states.get(endpoint) ?? createState();
      states.set(endpoint, state);
      state.failures += 1;
      state.companies.add(companyId);
      const isWidespread = state.companies.size >= COMPANIES_TO_OPEN || state.companies.has(null);
      const isOpening = state.failures >= FAILURES_TO_OPEN && isWidespread;
      if (isOpening || state.isProbing) state.openUntilMs = now() + OPEN_MS;
      state.isProbing = false;
    },
    abandoned(endpoint) {
      const state = states.get(endpoint);
      if (state !== undefined) state.isProbing = false;
    },
    open: () => [...states].filter(([, { openUntilMs }]) => openUntilMs !== null).map(([endpoint]) => endpoint),
  };
}

function createState(): State {
  return { failures: 0, companies: new Set(), openUntilMs: null, isProbing: false };
}
