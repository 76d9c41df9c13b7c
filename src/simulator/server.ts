/**
 * A Keepnet of our own on a loopback port: the default upstream of the server, of the tests and of the benchmark. Promises
 * the behaviour that is documented or proven, traps included (`choices.ts` lists what is neither); data is deterministic per
 * seed and made when asked for. One call goes: journal -> limits -> faults -> latency -> token, company, body -> route.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, Refusal, toCrash, toEmpty, toJson } from './answer.js';
import { COMPANY_HEADERS, companyHeader, readClientOf, readJsonBody, toCall } from './call.js';
import { answerControl } from './control.js';
import { type Client, createTokens, type Tokens, toClients } from './credentials.js';
import { bendAnswer, createFaults, type Fault, type Faults, toFaultAnswer } from './faults.js';
import { createJournal, type Journal, type JournalEntry } from './journal.js';
import { createLimits, type Limits } from './limits.js';
import { ALL_PERMISSIONS, findRoute, type RouteMatch } from './routes/routes.js';
import { answerToken, toJournalForm } from './routes/token.js';
import { pause, readText, sendLarge, sendSlowly, sendTruncated, sendWhole, untilGone } from './sending.js';
import { createSettings, type SimulatorSettings } from './settings.js';
import { createWorld, type World } from './world/world.js';

export { SIMULATOR_CREDENTIALS } from './credentials.js';

export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly companies: number;
  /** Target users of each company. */
  readonly users: number;
  readonly latencyMs: number;
  readonly seed: number;
  /** The moment that all data is relative to; default: now. Milliseconds since 1970. */
  readonly nowMs?: number;
}

export interface Simulator {
  readonly url: string;
  readonly port: number;
  /** Cuts all connections and frees the port. */
  stop(): Promise<void>;
}

/** Resolves when the port answers; rejects where it cannot be had. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const upstream = toUpstream(options);
  const server = createServer((request, response) => void receive(upstream, request, response));
  // Longer than any client keeps an idle socket, so that no call meets a socket that is just being closed.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const KEEP_ALIVE_MS = 600_000;
const CONTROL_PREFIX = '/_simulator/';
const TOKEN_PATH = '/connect/token';

interface Upstream {
  readonly world: World;
  readonly settings: SimulatorSettings;
  readonly clients: readonly Client[];
  readonly tokens: Tokens;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly limits: Limits;
}

/** One call under way. */
interface Exchange {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly path: string;
  readonly match: RouteMatch | null;
  readonly response: ServerResponse;
  readonly entry: JournalEntry;
  text: string;
  /** Undefined where the text is no JSON. */
  json: unknown;
}

function toUpstream(options: SimulatorOptions): Upstream {
  const world = createWorld({ ...options, nowMs: options.nowMs ?? Date.now() });
  const settings = createSettings(options.latencyMs);
  return {
    world,
    settings,
    clients: toClients(world),
    tokens: createTokens(ALL_PERMISSIONS),
    journal: createJournal(),
    faults: createFaults(),
    limits: createLimits(settings),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function receive(upstream: Upstream, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  try {
    if (path === '/livez') return sendWhole(response, toJson(200, { status: 'ok' }), nothing);
    if (path.startsWith(CONTROL_PREFIX)) {
      const text = (await readText(request)) ?? '';
      return sendWhole(response, answerControl(upstream, method, path, parseJson(text)), nothing);
    }
    await exchange(upstream, { request, response, method, path });
  } catch (error) {
    if (!response.destroyed)
      process.emitWarning(`The simulator itself failed: ${error instanceof Error ? error.stack : error}`);
    if (response.headersSent) response.destroy();
    else sendWhole(response, toCrash(), nothing);
  }
}

interface Received {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
}

async function exchange(upstream: Upstream, received: Received): Promise<void> {
  const { request, response, method, path } = received;
  const { headers } = request;
  const entry = openEntry(upstream, received);
  response.on('close', () => upstream.journal.close(entry, { status: null, aborted: !response.writableFinished }));
  const text = await readText(request);
  const call: Exchange = {
    headers,
    method,
    path,
    match: findRoute(method, path),
    response,
    entry,
    text: text ?? '',
    json: undefined,
  };
  call.json = path === TOKEN_PATH ? undefined : parseJson(call.text);
  entry.body = path === TOKEN_PATH ? toJournalForm(call.text) : call.text === '' ? null : (call.json ?? null);
  const refused = text === null ? toEmpty(413) : path === TOKEN_PATH ? null : upstream.limits.check(entry.inFlight);
  if (refused !== null) return finish(upstream, call, refused);
  await answer(upstream, call);
}

function openEntry(upstream: Upstream, { request: { headers }, method, path }: Received): JournalEntry {
  const [keepnet, ir] = COMPANY_HEADERS.map((name) => headers[name]);
  return upstream.journal.open({
    method,
    path,
    companyId: companyHeader(headers),
    companyHeaders: { 'x-keepnet-company-id': toText(keepnet), 'x-ir-company-id': toText(ir) },
    clientId: readClientOf(headers, upstream.tokens)?.clientId ?? null,
  });
}

async function answer(upstream: Upstream, call: Exchange): Promise<void> {
  const { path, match, entry, response } = call;
  const companyId = entry.companyId ?? (match?.route.scope === 'path' ? match.id : null);
  const faults = upstream.faults.take({ path, routePath: match?.route.path ?? null, companyId });
  entry.fault = faults.at(-1)?.kind ?? null;
  const extraMs = faults.reduce((sum, fault) => sum + (fault.kind === 'latency' ? (fault.ms ?? 0) : 0), 0);
  await pause(upstream.settings.latencyMs + extraMs, response);
  if (response.destroyed) return;
  if (has(faults, 'hang')) return untilGone(response);
  if (has(faults, 'reset')) return cut(upstream, call);
  if (has(faults, 'revokeToken')) upstream.tokens.revokeAll();
  const stand = faults.map(toFaultAnswer).find((each) => each !== null);
  const whole = stand ?? (await answerTruly(upstream, call, faults));
  await send(
    upstream,
    call,
    faults,
    faults.reduce((bent, fault) => bendAnswer(fault, bent), whole),
  );
}

async function answerTruly(upstream: Upstream, call: Exchange, faults: readonly Fault[]): Promise<Answer> {
  const { headers, text, match, path, method } = call;
  if (path === TOKEN_PATH && method === 'POST') return answerToken({ ...upstream, headers, text });
  try {
    const { world, settings, tokens } = upstream;
    const source = {
      world,
      settings,
      tokens,
      headers,
      id: match?.id ?? '',
      body: {},
      scope: match?.route.scope ?? 'none',
    } as const;
    const bent = { isUnmanaged: has(faults, 'unmanaged'), hasBadDates: has(faults, 'badDates') };
    const caller = toCall({ ...source, ...bent });
    if (match === null) return toEmpty(404);
    const body = method === 'POST' ? readJsonBody(headers, call.json, settings.strictPatchJson) : {};
    return await match.route.run({ ...caller, body });
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

async function send(upstream: Upstream, call: Exchange, faults: readonly Fault[], whole: Answer): Promise<void> {
  const { response } = call;
  const close = () => upstream.journal.close(call.entry, { status: whole.status, aborted: false });
  const large = faults.find((fault) => fault.kind === 'largeBody');
  if (large !== undefined) return sendLarge(response, large, close);
  const dripping = faults.find((fault) => fault.kind === 'dripping');
  if (dripping !== undefined) return sendSlowly(response, whole, dripping, close);
  if (!has(faults, 'truncated')) return finish(upstream, call, whole);
  close();
  sendTruncated(response, whole);
}

/** The entry is closed before the last byte leaves: a client that has its answer is never counted as in flight. */
function finish(upstream: Upstream, call: Exchange, whole: Answer): void {
  if (call.response.destroyed) return;
  sendWhole(call.response, whole, () => upstream.journal.close(call.entry, { status: whole.status, aborted: false }));
}

function cut(upstream: Upstream, call: Exchange): void {
  upstream.journal.close(call.entry, { status: null, aborted: false });
  call.response.destroy();
}

function has(faults: readonly Fault[], kind: Fault['kind']): boolean {
  return faults.some((fault) => fault.kind === kind);
}

function toText(header: string | string[] | undefined): string | null {
  return header === undefined ? null : String(header);
}

function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nothing(): void {}
