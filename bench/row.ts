/** What a row of the benchmark is: data, so that the list of rows reads like the list of promises that it checks. */
import type { Summary } from './figures.js';
import type { Server } from './processes/server.js';
import type { Pool, Stub } from './processes/upstream.js';
import type { StubOptions } from './upstream/gate.js';

export interface Row {
  readonly name: string;
  /** One sentence for a reader: what is done. */
  readonly how: string;
  readonly upstream: StubOptions;
  /** Of the server. */
  readonly environment: Readonly<Record<string, string>>;
  /** @throws where something happens that the row is not about: then its figures mean nothing. */
  readonly measure: Measure;
}

export type Measure = (stage: Stage) => Promise<Line[]>;

/** Where a row is played: the stub already does what the row wants. */
export interface Stage {
  readonly upstream: StubOptions;
  readonly stub: Stub;
  readonly pool: Pool;
  /** A fresh server with the row's environment and what is added to it. It ends with the row. */
  startServer(environment?: Readonly<Record<string, string>>): Promise<Server>;
  /** What `work` costs the server goes into the run's profile, where one is wanted. */
  profiled<T>(server: Server, work: () => Promise<T>): Promise<T>;
}

/** One figure of a row, and what it is held against. */
export interface Line {
  readonly figure: string;
  readonly server: Summary;
  /** The same figure of something else in the same run, and what that is. */
  readonly beside?: { readonly name: string; readonly summary: Summary };
  readonly limits: readonly Limit[];
}

export interface Limit {
  readonly text: string;
  readonly isMet: boolean;
}

export function atMost(value: number, limit: number, unit = ''): Limit {
  return { text: `≤ ${round(limit)}${unit}`, isMet: value <= limit };
}

export function atLeast(value: number, limit: number, unit = ''): Limit {
  return { text: `≥ ${round(limit)}${unit}`, isMet: value >= limit };
}

export function exactly(value: number, limit: number): Limit {
  return { text: `= ${limit}`, isMet: value === limit };
}

/** A ratio of medians, told as a multiple of `name`. */
export function atMostTimes(ratio: number, limit: number, name: string): Limit {
  return { text: `≤ ${limit} × ${name}`, isMet: ratio <= limit };
}

export function atLeastTimes(ratio: number, limit: number, name: string): Limit {
  return { text: `≥ ${limit} × ${name}`, isMet: ratio >= limit };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
