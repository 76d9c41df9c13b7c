/**
 * The public face of whatever ends a request outside GraphQL: always JSON, in the shape of a GraphQL error, so that a client
 * reads one kind of failure. Promises to tell nothing of the inside; what the client may not see goes to the log, under the
 * same request id.
 */
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.js';
import { toExtensions } from '../schema/format-error.js';
import type { Log } from '../telemetry.js';

export interface Problem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  /** What else is told, as of an error of GraphQL. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Answers with `problem`; nothing more is sent for the request, and nothing is said of the answer that it was to have. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  for (const name of ABOUT_THE_ANSWER) reply.removeHeader(name);
  return reply.code(problem.status).type(JSON_TYPE).send(toBody(problem, reply.request.id));
}

/** Whatever was thrown on the way, as a client may see it. Only faults of this server are logged. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const problem = toProblem(error);
  if (error instanceof AppError && error.retryAfterMs !== undefined) {
    reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
  }
  if (problem.code === 'INTERNAL') log.error({ requestId: request.id, error }, 'request failed');
  return sendProblem(reply, problem);
}

/** 405 with `Allow` where the path is known under another method, 404 where it is not known at all. */
export function answerNotFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '';
  const allowed = METHODS.filter((method) => app.findRoute({ method, url: path }) !== null);
  if (allowed.length > 0) {
    const message = `${request.method} is not possible here; allowed: ${allowed.join(', ')}.`;
    return sendProblem(reply.header('allow', allowed.join(', ')), { status: 405, code: 'BAD_USER_INPUT', message });
  }
  return sendProblem(reply, {
    status: 404,
    code: 'BAD_USER_INPUT',
    message:
      'There is nothing here. The graph is at /graphql, its page at /graphiql/, the page for BI tools at /connect/.',
  });
}

/** For what is so broken, or so slow, that no request comes of it: the answer is written to the bare socket. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, message] = BROKEN_REQUESTS[error.code ?? ''] ?? NOT_HTTP;
  const body = JSON.stringify(toBody({ status, code: 'BAD_USER_INPUT', message }));
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    `content-type: ${JSON_TYPE}`,
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const ABOUT_THE_ANSWER = ['content-encoding', 'content-disposition', 'etag', 'age', 'link', 'x-coverage'];

const JSON_TYPE = 'application/json; charset=utf-8';
const METHODS = ['GET', 'HEAD', 'POST'] as const;

const NOT_HTTP = [400, 'Bad Request', 'The request is not valid HTTP.'] as const;
const BROKEN_REQUESTS: Record<string, readonly [number, string, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers of the request are too large.'],
};

const READABLE_REFUSALS: Record<number, string> = {
  413: 'The body of the request is too large.',
  415: 'The body of the request must be application/json, and not compressed.',
};

function toProblem(error: unknown): Problem {
  if (error instanceof AppError) {
    const { code, message } = error;
    return { status: ERROR_CODES[code].httpStatus, code, message, extensions: toExtensions(error) };
  }
  const status = (error as Partial<FastifyError> | null)?.statusCode ?? 500;
  if (status < 400 || status >= 500) {
    return {
      status: 500,
      code: 'INTERNAL',
      message: 'The server failed; the request id leads to the reason in its log.',
    };
  }
  const message = READABLE_REFUSALS[status] ?? 'The request cannot be read: its body must be JSON and its path valid.';
  return { status, code: 'BAD_USER_INPUT', message };
}

function toBody({ code, message, extensions }: Problem, requestId?: string) {
  const { retryable } = ERROR_CODES[code];
  return { errors: [{ message, extensions: { code, retryable, ...extensions, requestId } }] };
}
