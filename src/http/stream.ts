/**
 * `/stream/{operation}`: the answers of many companies, each sent as soon as it lands: of a table, or of an operation that the
 * operator trusts, asked once for each company. As NDJSON, or as server-sent events where the client accepts them. Promises that the
 * last line is the coverage, and that a stream without it ended abnormally. A slow reader slows the asking; one who leaves ends it.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badInput } from '../errors.js';
import { type OpenedRequest, type Operation, openRequest, type RequestParts } from './open-request.js';
import type { TableParts } from './open-table.js';
import { openDocumentStream } from './stream-documents.js';
import { type StreamLine, toEvents, toNdjson } from './stream-lines.js';
import type { StreamOperation, StreamOperations } from './stream-operations.js';
import { createStreamPlaces } from './stream-places.js';
import { openTableStream } from './stream-tables.js';
import { watchBody } from './watch-body.js';

export interface StreamOptions extends RequestParts, TableParts {
  readonly streams: StreamOperations;
  /** The most Keepnet calls that are made at once. */
  readonly callsAtOnce: number;
  readonly publicUrl: string | null;
  /** Of all clients together. */
  readonly maxStreams?: number;
  readonly heartbeatMs?: number;
  readonly readerTimeoutMs?: number;
}

export interface Streams {
  /** Those that are under way may still end; one that is cut was given up on this side. */
  stop(): void;
}

export function registerStream(app: FastifyInstance, options: StreamOptions): Streams {
  const { streams, log, maxStreams = MAX_STREAMS, heartbeatMs = HEARTBEAT_MS, readerTimeoutMs } = options;
  const places = createStreamPlaces(maxStreams);
  const underWay = new Set<Operation>();
  const handler = async (request: StreamRequest, reply: FastifyReply) => {
    const { operation: name } = request.params;
    const found = streams.find(name);
    const asEvents = /\btext\/event-stream\b/i.test(request.headers.accept ?? '');
    // The browser has come back by itself, as it does after the end too. Running all of it again is for the page to decide.
    if (asEvents && request.headers['last-event-id']) return reply.code(204).send();
    places.take(reply);
    const { operation, opened } = openRequest(request, reply, { ...options, ...toKind(found), name });
    underWay.add(operation);
    const closed = new AbortController();
    reply.raw.once('close', () => {
      underWay.delete(operation);
      closed.abort();
    });
    const lines = noteGaps(await open(found, { request, opened, options }), operation);
    const texts = asEvents ? toEvents(lines, { heartbeatMs, closed: closed.signal }) : toNdjson(lines);
    reply.headers({ ...STREAM_HEADERS, 'content-type': asEvents ? EVENT_STREAM : NDJSON });
    const watched = watchBody(texts, { request, reply, operation, log, readerTimeoutMs });
    return reply.send(Readable.from(watched, { objectMode: false }));
  };
  app.route({ method: 'GET', url: '/stream/:operation', exposeHeadRoute: false, config: CONFIG, handler });
  return {
    stop() {
      for (const operation of underWay) operation.isBrokenOff = true;
    },
  };
}

type StreamRequest = FastifyRequest<{ Params: { operation: string } }>;

/**
 * What is streamed was written by whoever runs the server, as tables are, so that a key for tables is enough; a browser's stream can
 * send no header.
 */
const CONFIG = { needs: 'tables', takesBasic: true, takesQueryKey: true, isUncounted: true } as const;

const MAX_STREAMS = 20;
const HEARTBEAT_MS = 15_000;
const TIMEOUT_MS = 6 * 60 * 60 * 1_000;

const NDJSON = 'application/x-ndjson; charset=utf-8';
const EVENT_STREAM = 'text/event-stream; charset=utf-8';
/** The first: nginx would otherwise collect lines until they fill a buffer. */
const STREAM_HEADERS = { 'x-accel-buffering': 'no', vary: 'accept, authorization, x-api-key' };

interface Opening {
  readonly request: FastifyRequest;
  readonly opened: OpenedRequest;
  readonly options: StreamOptions;
}

/** A table is read whole, in the lane of tables; a document is what somebody looks at while it lands. */
function toKind({ kind }: StreamOperation) {
  return { kind: 'stream', isBulk: kind === 'TABLE', timeoutMs: TIMEOUT_MS } as const;
}

function open(found: StreamOperation, { request, opened, options }: Opening): Promise<AsyncIterable<StreamLine>> {
  const query = request.query as Readonly<Record<string, unknown>>;
  if (query.require !== undefined) {
    throw badInput(
      'require',
      'a stream sends what lands before it knows of the rest; see the coverage in its last line',
    );
  }
  if (found.kind === 'TABLE') return openTableStream(found.table, { ...options, opened, query });
  const onInternalError = (error: unknown) => options.log.error({ requestId: request.id, error }, 'stream failed');
  return openDocumentStream(found.document, { ...options, opened, query, onInternalError });
}

async function* noteGaps(lines: AsyncIterable<StreamLine>, operation: Operation) {
  for await (const line of lines) {
    if (line.event === 'done') operation.errorCodes = [...new Set(line.data.coverage.gaps.map(({ code }) => code))];
    yield line;
  }
}
