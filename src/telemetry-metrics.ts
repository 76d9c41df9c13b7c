/**
 * What the rooms tell of themselves as numbers, and nothing of how they are kept. What is told holds no customer and no person;
 * the names of a client's operations are the only words from outside, and there is a bound on them.
 */

export interface Metrics {
  /** `name` is null for an operation without a name, or that was refused before it had one. */
  operationEnded(ended: { name: string | null; outcome: OperationOutcome; durationMs: number }): void;
  /** One exchange with Keepnet. The outcome is an HTTP status, or why there was none. */
  keepnetCalled(call: { endpoint: string; outcome: string; durationMs: number }): void;
  /** A call had its turn. */
  keepnetWaited(waitedMs: number): void;
  keepnetRetried(): void;
  questionAnswered(by: AnsweredBy): void;
  /** A request was turned away, because too many were in flight. */
  requestShed(): void;
  /** Read anew whenever somebody asks for the numbers. One that cannot be read is left out. */
  watch(gauge: GaugeName, read: () => Promise<readonly Reading[]> | readonly Reading[]): void;
}

/** `partial`: there were errors in the answer. `refused`: an HTTP status from 400 on. `broken off`: it failed after its head was sent. */
export type OperationOutcome = 'ok' | 'partial' | 'refused' | 'broken off' | 'client gone';

/** `stale` comes after `call`: it failed, and an older answer stood in. */
export type AnsweredBy = 'cache' | 'shared call' | 'call' | 'stale';

export interface Reading {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** By the name that they are read under: what it means, and the labels that its readings have. */
export const GAUGES = {
  keepnet_calls_in_flight: { help: 'Keepnet calls in flight.', labels: [] },
  keepnet_calls_cap: { help: 'Keepnet calls that may be in flight at once, as learned.', labels: [] },
  keepnet_calls_waiting: { help: 'Keepnet calls that wait for their turn.', labels: ['lane'] },
  keepnet_calls_per_second_limit: { help: 'The rate that is kept; absent while none is known.', labels: [] },
  keepnet_cooling: { help: '1 in the pause after Keepnet refused a call for too many.', labels: [] },
  keepnet_circuit_open: { help: '1 for an endpoint that is not called, because it failed.', labels: ['endpoint'] },
  cache_bytes: { help: 'Memory of kept answers, as estimated.', labels: [] },
  cache_answers: { help: 'Answers that are kept in memory.', labels: [] },
  export_jobs: { help: 'Export jobs in the store, of all replicas: take the maximum.', labels: ['state'] },
  export_parts: { help: 'Parts of export jobs in the store, of all replicas: take the maximum.', labels: ['state'] },
} as const;

export type GaugeName = keyof typeof GAUGES;

/** Where nobody reads them. */
export const NO_METRICS: Metrics = {
  operationEnded: () => undefined,
  keepnetCalled: () => undefined,
  keepnetWaited: () => undefined,
  keepnetRetried: () => undefined,
  questionAnswered: () => undefined,
  requestShed: () => undefined,
  watch: () => undefined,
};
