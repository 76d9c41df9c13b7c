/**
 * Stands between the server and a simulator and spoils chosen exchanges at the level of bytes: what no HTTP server can be
 * asked to do. Everything else passes unchanged. It counts what the server asked, also what never reached the simulator.
 * Every spoiled body but a file's begins with `CANARY`, so that a test can prove that no piece of it gets out.
 */
import { createServer, type IncomingMessage, request as requestUpstream, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CANARY } from '../../src/simulator/answer.js';

export interface ProxyFault {
  readonly kind: ProxyFaultKind;
  /** Without the query; absent: every path. */
  readonly path?: string;
  /** Of the company header; absent: every company, and calls without one. */
  readonly companyId?: string;
  /** How many calls it strikes; absent: all. */
  readonly times?: number;
}

export type ProxyFaultKind =
  /** RST before a byte of the answer. */
  | 'reset'
  /** RST before a byte of the answer, on connections that were open when the fault was set: they have died meanwhile. */
  | 'stale'
  /** FIN before a byte of the answer. */
  | 'closeUnanswered'
  /** FIN in the middle of the head. */
  | 'halfHead'
  /** FIN in the middle of the promised body. */
  | 'halfBody'
  /** RST in the middle of the promised body. */
  | 'resetInBody'
  /** As before, a moment after the first half was sent. */
  | 'lateReset'
  /** FIN in the middle of a body in chunks, which promises no length. */
  | 'halfChunks'
  /** Half of the body, which promises nothing and ends where its connection does. */
  | 'untoldLength'
  /** Half of the JSON, and a length that says that this is all. */
  | 'halfJson'
  /** Says gzip, and is not. */
  | 'badGzip'
  /** Not HTTP at all. */
  | 'noHttp'
  /** The whole answer, and in the same breath two answers that nobody asked for. */
  | 'garbageAfter'
  /** The whole answer; then the connection is closed without a word. */
  | 'closeAfter'
  /** One byte every 50 ms. */
  | 'drip'
  /** The head, and nothing after it. */
  | 'headOnly'
  /** Nothing, for as long as the server waits. */
  | 'silent';

export interface ProxiedCall {
  readonly path: string;
  readonly companyId: string | null;
  readonly fault: ProxyFaultKind | null;
  /** Whether its connection had carried a call before. */
  readonly isKept: boolean;
}

export interface FaultProxy {
  readonly url: string;
  strike(fault: ProxyFault): void;
  /** Forgets the faults and the calls so far. */
  clear(): void;
  /** In order of arrival, without the simulator's control routes. */
  calls(): readonly ProxiedCall[];
  /** Connections that the server holds open. */
  connections(): number;
  /** Closes them all without a word, as a server does with connections that were idle for long. */
  hangUp(): void;
  stop(): Promise<void>;
}

export async function startFaultProxy(simulatorUrl: string): Promise<FaultProxy> {
  /** By the number that they were opened as. */
  const sockets = new Map<Socket, number>();
  let opened = 0;
  let faults: ActiveFault[] = [];
  let calls: ProxiedCall[] = [];

  const used = new Set<number>();

  function take(call: Omit<ProxiedCall, 'fault' | 'isKept'>, socket: number): ProxyFaultKind | null {
    const fault = faults.find((each) => matches(each, call) && (each.kind !== 'stale' || socket <= each.opened));
    if (fault !== undefined) fault.left -= 1;
    calls.push({ ...call, fault: fault?.kind ?? null, isKept: used.has(socket) });
    used.add(socket);
    return fault?.kind ?? null;
  }

  const server = createServer((request, response) => void receive(request, response).catch(() => response.destroy()));
  // Keeps connections, and does not say for how long.
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => {
    opened += 1;
    sockets.set(socket, opened);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const path = request.url?.split('?')[0] ?? '/';
    const companyId = String(request.headers['x-keepnet-company-id'] ?? '') || null;
    const isControl = path.startsWith('/_simulator/');
    const kind = isControl ? null : take({ path, companyId }, sockets.get(request.socket) ?? 0);
    const whole = kind === null || NEEDS_ANSWER.has(kind) ? await forward(simulatorUrl, request, body) : NO_ANSWER;
    if (kind === null) response.writeHead(whole.status, whole.headers).end(whole.body);
    else spoil(kind, response, whole);
  }

  const hangUp = () => {
    for (const socket of sockets.keys()) socket.destroy();
  };

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strike: (fault) => void faults.push({ ...fault, opened, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear() {
      faults = [];
      calls = [];
    },
    calls: () => calls,
    connections: () => sockets.size,
    hangUp,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        hangUp();
      }),
  };
}

interface ActiveFault extends ProxyFault {
  left: number;
  /** Connections opened before it was set. */
  readonly opened: number;
}

interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NO_ANSWER: WholeAnswer = { status: 200, headers: {}, body: Buffer.alloc(0) };
/** The others are struck before the simulator hears of the call. */
const NEEDS_ANSWER: ReadonlySet<ProxyFaultKind> = new Set([
  'halfHead',
  'halfBody',
  'resetInBody',
  'lateReset',
  'halfChunks',
  'untoldLength',
  'halfJson',
  'badGzip',
  'garbageAfter',
  'closeAfter',
  'drip',
  'headOnly',
]);

function matches(fault: ActiveFault, call: Omit<ProxiedCall, 'fault' | 'isKept'>): boolean {
  if (fault.left <= 0 || (fault.path !== undefined && fault.path !== call.path)) return false;
  return fault.companyId === undefined || fault.companyId === call.companyId;
}

/** Ends with the server's connection, so that the simulator's journal tells of calls that were let go. */
function forward(simulatorUrl: string, request: IncomingMessage, body: Buffer): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const { method, headers, url } = request;
    const upstream = requestUpstream(`${simulatorUrl}${url}`, { method, headers }, (answer) => {
      const end = (bytes: Buffer[]) => resolve(toWhole(answer, Buffer.concat(bytes)));
      answer.toArray().then(end, reject);
    });
    const leave = () => upstream.destroy();
    request.socket.once('close', leave);
    upstream.on('error', reject).on('close', () => request.socket.off('close', leave));
    upstream.end(body);
  });
}

function toWhole(answer: IncomingMessage, body: Buffer): WholeAnswer {
  const { 'content-type': type = 'text/plain', 'retry-after': retryAfter } = answer.headers;
  const headers = { 'content-type': type, 'content-length': String(body.length) };
  return {
    status: answer.statusCode ?? 500,
    headers: retryAfter === undefined ? headers : { ...headers, 'retry-after': retryAfter },
    body,
  };
}

/** Mostly straight to the connection: Node's own response would not let itself be spoiled. */
function spoil(kind: ProxyFaultKind, response: ServerResponse, { headers, body: truth }: WholeAnswer): void {
  const { socket } = response.req;
  const type = headers['content-type'] ?? JSON_TYPE['content-type'];
  // The server ignores properties that it does not know, so a body that is whole is still right. A file stays as it is.
  const isFile = !type.includes('json');
  const body = isFile ? truth : Buffer.concat([Buffer.from(`{"canary":"${CANARY}",`), truth.subarray(1)]);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const head = Buffer.from(toHead(`content-length: ${body.length}`, type));
  const spoilers: Record<ProxyFaultKind, () => unknown> = {
    reset: () => socket.resetAndDestroy(),
    stale: () => socket.resetAndDestroy(),
    closeUnanswered: () => socket.destroy(),
    halfHead: () => socket.end(head.subarray(0, Math.floor(head.length / 2))),
    halfBody: () => socket.end(Buffer.concat([head, half])),
    resetInBody: () => socket.write(Buffer.concat([head, half]), () => socket.resetAndDestroy()),
    lateReset: () => socket.write(Buffer.concat([head, half]), () => setTimeout(() => socket.resetAndDestroy(), 100)),
    halfChunks: () =>
      socket.end(`${toHead('transfer-encoding: chunked', type)}${half.length.toString(16)}\r\n${half}\r\n`),
    untoldLength: () => socket.end(Buffer.concat([Buffer.from(toHead('x-length: none', type)), half])),
    halfJson: () => response.writeHead(200, { ...JSON_TYPE, 'content-length': half.length }).end(half),
    badGzip: () => response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(body),
    noHttp: () => socket.write(`${CANARY} is no HTTP\r\n\r\n`),
    garbageAfter: () => endWithGarbage(response, body),
    closeAfter: () => socket.end(Buffer.concat([head, body])),
    drip: () => drip(socket, Buffer.concat([head, body])),
    headOnly: () => socket.write(head),
    silent: () => undefined,
  };
  spoilers[kind]();
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** In one piece, so that there is no moment at which the connection looks fit for the next call. */
function endWithGarbage(response: ServerResponse, body: Buffer): void {
  const { socket } = response.req;
  socket.cork();
  response.writeHead(200, { ...JSON_TYPE, 'content-length': body.length }).end(body);
  socket.write(GARBAGE.repeat(2));
  socket.uncork();
}

function toHead(length: string, type = JSON_TYPE['content-type']): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: keep-alive\r\n${length}\r\n\r\n`;
}

/** An answer that would be right for nearly every call, were it the answer to one. */
const GARBAGE_BODY = `{"data":{"results":[],"totalNumberOfRecords":0,"totalNumberOfActiveUsers":999999},"canary":"${CANARY}"}`;
const GARBAGE = `${toHead(`content-length: ${GARBAGE_BODY.length}`)}${GARBAGE_BODY}`;

function drip(socket: Socket, bytes: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < bytes.length) socket.write(bytes.subarray(sent, ++sent));
    else clearInterval(timer);
  }, 50);
  socket.once('close', () => clearInterval(timer));
}
