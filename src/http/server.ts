/**
 * The door: one Fastify server with the graph, pages, tables, files and events of exports, and the health routes behind it. Every
 * answer carries a request id and says which upstream is in use, every request is bounded in size and in time, and every failure
 * outside GraphQL is JSON. Who answers, and with what, is decided by those who call `createHttpServer`.
 */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Authenticator } from '../access/authenticator.js';
import type { Exports } from '../exports/exports.js';
import { requestId } from '../telemetry.js';
import { registerAuthentication } from './authenticate.js';
import { registerDownloads } from './downloads.js';
import { registerExportEvents } from './export-events.js';
import { type GraphqlOptions, registerGraphql } from './graphql.js';
import { type Readiness, registerHealth } from './health.js';
import { registerOData } from './odata.js';
import { registerOverload } from './overload.js';
import { registerPages } from './pages.js';
import { answerBrokenRequest, answerError, answerNotFound, sendProblem } from './problem.js';
import { registerStream, type StreamOptions } from './stream.js';
import { registerTables, type TablesOptions } from './tables.js';

export interface HttpServerOptions extends GraphqlOptions, TablesOptions, StreamOptions {
  readonly host: string;
  readonly port: number;
  readonly corsOrigins: readonly string[];
  /** Whose word on the client's address, and on what the server is called, is taken. */
  readonly trustedProxies: readonly string[];
  /** Nobody has to say who he is: then only this machine is answered. */
  readonly isOpen: boolean;
  readonly authenticator: Authenticator;
  readonly maxRequestsInFlight: number;
  /** Absolute path of the built pages, a directory each. */
  readonly pagesDirectory: string;
  /** Their files and their events; closed by whoever handed them in. */
  readonly exports: Exports;
  /** Whether a key may come in the address, where no header can be sent. */
  readonly allowsQueryKey: boolean;
  readonly upstream: Readiness['upstream'];
  readiness(): Promise<Readiness>;
  /** Fires when the server is about to stop: from then on clients are asked to close the connections that they keep. */
  readonly retiring: AbortSignal;
}

export interface HttpServer {
  /** Starts to accept; the URL has no slash at its end. Throws what the socket throws, `EADDRINUSE` above all. */
  listen(): Promise<string>;
  /** Accepts no more, lets the requests in flight end for `drainMs`, then closes what is left. */
  stop(): Promise<void>;
}

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = createFastify(options);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      ...ANSWER_HEADERS,
      'x-request-id': request.id,
      'x-keepnet-graph-upstream': options.upstream,
    });
    if (options.isOpen && !isLoopbackName(request.hostname)) return refuseHost(reply);
    if (!isHostName(request.hostname)) return refuseName(reply);
    if (isCompressed(request.headers)) return refuseCompressed(reply);
  });
  registerOverload(app, options);
  if (options.corsOrigins.length > 0) await app.register(cors, { ...CORS, origin: [...options.corsOrigins] });
  registerAuthentication(app, options);
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // A connection that is closed here just as its client sends a request loses that request.
    if (options.retiring.aborted) reply.header('connection', 'close');
    done();
  });
  registerHealth(app, options.readiness);
  app.get('/', { config: { needs: 'NOTHING' } }, (_request, reply) => reply.redirect('/graphiql/'));
  await registerPages(app, options.pagesDirectory);
  registerDownloads(app, options);
  registerTables(app, options);
  registerOData(app, options);
  const streams = registerStream(app, options);
  const events = registerExportEvents(app, options);
  const apollo = await registerGraphql(app, options);
  return {
    listen: () => app.listen({ host: options.host, port: options.port }),
    async stop() {
      // A stream of events is a request in flight that would not end by itself.
      events.stop();
      streams.stop();
      await apollo.stop();
      await app.close();
    },
  };
}

const MAX_BODY_BYTES = 256 * 1024;
/** Of a piece of a path: names of files have 120 characters at most. */
const MAX_PARAM_LENGTH = 240;

/** For answers of ours; the pages set their own. */
const ANSWER_HEADERS = {
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const CORS = {
  methods: ['GET', 'POST'],
  allowedHeaders: [
    'content-type',
    'authorization',
    'x-api-key',
    'apollo-require-preflight',
    'x-apollo-operation-name',
    'x-request-id',
    'x-keepnet-graph-receipt',
    'cache-control',
    'if-none-match',
    'traceparent',
  ],
  exposedHeaders: [
    'x-request-id',
    'x-keepnet-graph-upstream',
    'x-coverage',
    'link',
    'etag',
    'age',
    'retry-after',
    'www-authenticate',
  ],
  maxAge: 600,
};

function createFastify({ log, isOpen, trustedProxies }: HttpServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    genReqId: takeRequestId,
    // Where access is open, `isLoopbackName` has to see the name that the client itself sent.
    trustProxy: isOpen ? [] : [...trustedProxies],
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // A client that sends slowly holds a socket, and nothing else, for no longer than this.
    requestTimeout: 12_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, log),
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => answerNotFound(app, request, reply));
  return app;
}

/** The caller's own id, where it is harmless in a header and a log line: so one id can follow a request through his systems. */
function takeRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : requestId();
}

/**
 * Where access is open, being on this machine is the credential. A web page elsewhere could borrow it by letting
 * its own name resolve to 127.0.0.1, but not without sending that name.
 */
function isLoopbackName(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(hostname);
}

/** It begins addresses in answers, so that it is a name or an IP address and nothing more; empty from clients of HTTP/1.0. */
function isHostName(hostname: string): boolean {
  return /^([\w.-]*|\[[\da-f:.]+\])$/i.test(hostname);
}

function refuseHost(reply: FastifyReply): FastifyReply {
  const message = 'This server answers to localhost, 127.0.0.1 and [::1] only, as long as its access is open.';
  return sendProblem(reply, { status: 421, code: 'BAD_USER_INPUT', message });
}

function refuseName(reply: FastifyReply): FastifyReply {
  const message = 'The header Host is not the name of a server.';
  return sendProblem(reply, { status: 400, code: 'BAD_USER_INPUT', message });
}

/** Nothing here is worth inflating: what is small as it comes may be of any size inside. */
function isCompressed({ 'content-encoding': encoding = 'identity' }: IncomingHttpHeaders): boolean {
  return encoding.toLowerCase() !== 'identity';
}

function refuseCompressed(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, {
    status: 415,
    code: 'BAD_USER_INPUT',
    message: 'The body must be sent as it is, not compressed.',
  });
}
