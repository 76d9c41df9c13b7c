/**
 * `/exports/{id}/events`: how far an export is, as server-sent events: `progress` at each change, at most twice a second, and
 * `done` as the last, after which the stream ends. Between them a comment now and then, so that no proxy takes the silence for
 * the end. A stream ends with its client and with the server, and there are only so many at once.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.js';
import type { Exports } from '../exports/exports.js';
import type { ExportJobRow } from '../exports/job.js';
import { isFinished, toProgress } from '../schema/export/export-progress.js';
import { parseExportJobId } from '../schema/ids.js';
import { callerOf } from './authenticate.js';
import { withSilences } from './silences.js';

export interface ExportEventsOptions {
  readonly exports: Exports;
  /** Of all clients together. */
  readonly maxStreams?: number;
  readonly heartbeatMs?: number;
}

export interface ExportEvents {
  /** Ends the streams; their clients come back by themselves. */
  stop(): void;
}

export function registerExportEvents(app: FastifyInstance, options: ExportEventsOptions): ExportEvents {
  const { exports, maxStreams = MAX_STREAMS, heartbeatMs = HEARTBEAT_MS } = options;
  const open = new Set<AbortController>();
  app.get<{ Params: { id: string } }>('/exports/:id/events', { config: CONFIG }, async (request, reply) => {
    // From the first: whoever leaves while his job is looked for must not keep a place.
    const stream = new AbortController();
    reply.raw.once('close', () => {
      open.delete(stream);
      stream.abort();
    });
    const { id: callerId } = callerOf(request);
    const jobId = parseExportJobId(request.params.id, 'id');
    const job = await exports.find(callerId, jobId);
    if (job === null) throw new AppError('EXPORT_NOT_FOUND', 'No export of yours has this id.');
    // A browser comes back after the end unless it is told not to: it has heard the last word already.
    if (isFinished(job) && request.headers['last-event-id'] === toLastId(job)) return reply.code(204).send();
    if (open.size >= maxStreams) throw refuseStream(maxStreams);
    if (stream.signal.aborted) return reply;
    open.add(stream);
    const jobs = exports.watch(callerId, jobId, stream.signal);
    const events = Readable.from(toEvents(jobs, heartbeatMs, stream.signal), { objectMode: false });
    return reply.headers(STREAM_HEADERS).send(events);
  });
  return {
    stop() {
      for (const stream of open) stream.abort();
    },
  };
}

/** Streams have a bound of their own: an export that is watched for hours must not keep a query out. */
const CONFIG = { needs: 'read', isUncounted: true } as const;

const MAX_STREAMS = 100;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
const RETRY_AFTER_MS = 10_000;

/** The last: nginx would otherwise collect events until they fill a buffer. */
const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };

function refuseStream(maxStreams: number): AppError {
  const message = `${maxStreams} exports are being watched already; ask for the job instead.`;
  return new AppError('OVERLOADED', message, { retryAfterMs: RETRY_AFTER_MS });
}

async function* toEvents(jobs: AsyncIterable<ExportJobRow>, heartbeatMs: number, signal: AbortSignal) {
  yield `retry: ${RETRY_MS}\n\n`;
  for await (const job of withSilences(jobs, heartbeatMs, signal)) yield job === null ? ': \n\n' : toEvent(job);
}

function toEvent(job: ExportJobRow): string {
  const data = JSON.stringify({ state: job.state, ...toProgress(job, Date.now()) });
  if (!isFinished(job)) return `event: progress\ndata: ${data}\n\n`;
  return `event: done\nid: ${toLastId(job)}\ndata: ${data}\n\n`;
}

/** An export that is asked for again ends another time. */
function toLastId({ state, finishedAtMs }: ExportJobRow): string {
  return `${state}-${finishedAtMs ?? 0}`;
}
