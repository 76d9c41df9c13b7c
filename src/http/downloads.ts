/**
 * `/exports/{id}/files/{name}`: files of exports, by addresses that carry their own proof and need no other credential. What
 * the address says is believed only after its signature; whether its caller may still have the file is asked at every fetch.
 * A file is streamed as fast as the client reads, whole or one range of it. The address itself never gets into the log.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.js';
import { AppError } from '../errors.js';
import type { Exports } from '../exports/exports.js';
import type { ExportFileRow } from '../exports/job.js';
import type { Log } from '../telemetry.js';
import { type ByteRange, toByteRange } from './byte-range.js';
import { toAttachment } from './content-disposition.js';
import { sendProblem } from './problem.js';

export interface DownloadsOptions {
  readonly exports: Exports;
  readonly authenticator: Pick<Authenticator, 'stillAccepts'>;
  readonly log: Log;
}

export function registerDownloads(app: FastifyInstance, { exports, authenticator, log }: DownloadsOptions): void {
  app.route<{ Params: { id: string; name: string } }>({
    method: ['GET', 'HEAD'],
    url: '/exports/:id/files/:name',
    config: { needs: 'NOTHING' },
    async handler(request, reply) {
      const { id, name } = request.params;
      const callerId = requireCaller(exports, { id, name, query: request.query });
      // Whose key was revoked since finds nothing, like one who asks for what is not his.
      if (!(await authenticator.stillAccepts(callerId))) throw notFound();
      const { file, read } = await exports.openFile(callerId, id, name);
      logEnd({ request, reply, jobId: id, log });
      const range = request.method === 'GET' ? readRange(request, file) : null;
      if (range === 'UNSATISFIABLE') return refuseRange(reply, file);
      reply.headers(toHeaders(file));
      if (range !== null) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`);
      reply.header('content-length', range === null ? file.bytes : range.end - range.start + 1);
      // Fastify reads as fast as the socket takes it, and closes the file when the client is gone.
      return reply.send(request.method === 'HEAD' ? undefined : read(range ?? undefined));
    },
  });
}

interface Asked {
  readonly id: string;
  readonly name: string;
  readonly query: unknown;
}

/** @throws AppError LINK_INVALID, LINK_EXPIRED */
function requireCaller(exports: Exports, { id, name, query }: Asked): string {
  const { expires, caller, signature } = query as Readonly<Record<string, unknown>>;
  const isWhole = typeof expires === 'string' && typeof caller === 'string' && typeof signature === 'string';
  // Digits alone, so that a time has one spelling.
  if (!isWhole || !/^[1-9]\d{0,11}$/.test(expires)) throw invalidLink();
  const link = { jobId: id, fileName: name, callerId: caller, expiresAtSeconds: Number(expires), signature };
  const state = exports.verify(link);
  if (state === 'FORGED') throw invalidLink();
  if (state === 'EXPIRED') {
    throw new AppError('LINK_EXPIRED', 'The address has expired; ask for the export again to get a new one.');
  }
  return caller;
}

function notFound(): AppError {
  return new AppError('EXPORT_NOT_FOUND', 'The export has no such file, or not any more.');
}

function invalidLink(): AppError {
  return new AppError('LINK_INVALID', 'The address of the file is not complete, or was changed.');
}

/** A range of a file that is not the client's any more would spoil what he has: he gets the whole. */
function readRange({ headers }: FastifyRequest, file: ExportFileRow): ByteRange | 'UNSATISFIABLE' | null {
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== toEntityTag(file)) return null;
  return toByteRange(headers.range, file.bytes);
}

/** What no answer of the door has by itself: that nothing may keep or guess at it, the door says of every answer. */
function toHeaders(file: ExportFileRow) {
  return {
    'content-type': file.mediaType,
    'content-disposition': toAttachment(file.name),
    'accept-ranges': 'bytes',
    etag: toEntityTag(file),
  };
}

/** Strong: the same digest is the same bytes. */
function toEntityTag({ sha256 }: ExportFileRow): string {
  return `"${sha256}"`;
}

function refuseRange(reply: FastifyReply, { bytes }: ExportFileRow): FastifyReply {
  const message = `The range begins behind the end of the file, which has ${bytes} bytes.`;
  reply.header('content-range', `bytes */${bytes}`);
  return sendProblem(reply, { status: 416, code: 'BAD_USER_INPUT', message });
}

interface Ending {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly jobId: string;
  readonly log: Log;
}

/** Neither the address nor the name of the file, which may hold that of a customer. */
function logEnd({ request, reply, jobId, log }: Ending): void {
  const startedAtMs = performance.now();
  reply.raw.once('close', () => {
    const status = reply.raw.writableFinished ? reply.statusCode : 'client gone';
    const durationMs = Math.round(performance.now() - startedAtMs);
    log.info({ requestId: request.id, exportJobId: jobId, status, durationMs }, 'export file');
  });
}
