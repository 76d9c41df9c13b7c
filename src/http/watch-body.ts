/**
 * A long answer on its way to its client. Promises that a failure, or a reader who takes nothing for two minutes, ends it abnormally:
 * what was sent until then never looks whole; and that the line in the log says so.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import { endByReset } from './end-by-reset.js';
import type { Operation } from './open-request.js';

export interface WatchedParts {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly operation: Operation;
  readonly log: Log;
  readonly readerTimeoutMs?: number;
}

const READER_TIMEOUT_MS = 2 * 60 * 1_000;

export async function* watchBody<Chunk>(
  chunks: AsyncIterable<Chunk>,
  { request, reply, operation, log, readerTimeoutMs = READER_TIMEOUT_MS }: WatchedParts,
): AsyncGenerator<Chunk, void, undefined> {
  endByReset(request, reply);
  let timer: NodeJS.Timeout | undefined;
  const awaitReader = () => {
    // What was under way when its reader left still comes.
    if (reply.raw.closed) return;
    timer = setTimeout(() => {
      breakOff(operation, 'DEADLINE_EXCEEDED');
      reply.raw.destroy();
    }, readerTimeoutMs);
  };
  reply.raw.once('close', () => clearTimeout(timer));
  try {
    for await (const chunk of chunks) {
      awaitReader();
      yield chunk;
      clearTimeout(timer);
    }
    // Until the last of it is on its way.
    awaitReader();
  } catch (error) {
    breakOff(operation, error instanceof AppError ? error.code : 'INTERNAL');
    if (!(error instanceof AppError)) log.error({ requestId: request.id, error }, 'a long answer failed');
    throw error;
  }
}

function breakOff(operation: Operation, code: string): void {
  operation.isBrokenOff = true;
  operation.errorCodes = [code];
}
