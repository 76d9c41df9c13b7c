/**
 * What a stream says, line by line, and how a line is written: as NDJSON, or as server-sent events for readers in a browser. The
 * line with the coverage is the last; without it a stream is not whole.
 */
import { toCompanyGlobalId } from '../schema/ids.js';
import type { TableCompany, TableCoverage } from '../tables/coverage.js';
import { withSilences } from './silences.js';

/** `data` becomes JSON. */
export type StreamLine =
  | { readonly event: 'company'; readonly data: Readonly<Record<string, unknown>> }
  | { readonly event: 'done'; readonly data: { readonly coverage: TableCoverage } };

export interface CompanyRef {
  readonly id: string;
  readonly resourceId: string;
  readonly name: string;
}

export function toCompanyRef({ companyId, companyName }: TableCompany): CompanyRef {
  return { id: toCompanyGlobalId(companyId), resourceId: companyId, name: companyName };
}

/** A line each, nothing between them. */
export async function* toNdjson(lines: AsyncIterable<StreamLine>): AsyncGenerator<string, void, undefined> {
  for await (const { data } of lines) yield `${JSON.stringify(data)}\n`;
}

export interface EventOptions {
  /** A comment goes out where nothing else did for so long. */
  readonly heartbeatMs: number;
  /** Fires when nobody reads any more. */
  readonly closed: AbortSignal;
}

/**
 * Begins with an id: a browser that comes back by itself says it (`last-event-id`), and so is known. A stream cannot be gone on with,
 * and to run all of it again is for its reader to decide.
 */
export async function* toEvents(
  lines: AsyncIterable<StreamLine>,
  { heartbeatMs, closed }: EventOptions,
): AsyncGenerator<string, void, undefined> {
  let preamble = 'id: begun\n\n';
  for await (const line of withSilences(lines, heartbeatMs, closed)) {
    yield preamble + (line === null ? ': \n\n' : toEvent(line));
    preamble = '';
  }
}

function toEvent({ event, data }: StreamLine): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
