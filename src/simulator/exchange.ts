/**
 * One call to the simulated Keepnet, from its first byte to its last:
 * journal -> limits -> faults -> latency -> token, company, body -> route.
 * Promises that the journal entry is closed before the client can know that its answer is complete.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, Refusal, toEmpty } from './answer.js';
import { COMPANY_HEADERS, companyHeader, readClientOf, readJsonBody, toCall } from './call.js';
import type { Client, Tokens } from './credentials.js';
import { bendAnswer, type Fault, type Faults, toFaultAnswer } from './faults.js';
import type { Journal, JournalEntry } from './journal.js';
import type { Limits } from './limits.js';
import { findRoute, type RouteMatch } from './routes/routes.js';
import { answerToken, toJournalForm } from './routes/token.js';
import { pause, readText, sendLarge, sendSlowly, sendTruncated, sendWhole, untilGone } from './sending.js';
import type { SimulatorSettings } from './settings.js';
import type { World } from './world/world.js';

export interface Upstream {
  readonly world: World;
  readonly settings: SimulatorSettings;
  readonly clients: readonly Client[];
  readonly tokens: Tokens;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly limits: Limits;
}

export interface Received {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
}

/** Rejects where the client went away while sending. */
export async function exchange(upstream: Upstream, received: Received): Promise<void> {
  const { request, response, method, path } = received;
  const { headers } = request;
  const entry = openEntry(upstream, received);
  response.on('close', () => {
    const isWhole = response.writableFinished;
    upstream.journal.close(entry, { status: isWhole ? response.statusCode : null, aborted: !isWhole });
  });
  const text = await readText(request);
  const isToken = path === TOKEN_PATH;
  const json = isToken ? undefined : parseJson(text ?? '');
  entry.body = isToken ? toJournalForm(text ?? '') : text === '' ? null : (json ?? null);
  const call: Exchange = {
    headers,
    method,
    path,
    match: findRoute(method, path),
    response,
    entry,
    text: text ?? '',
    json,
  };
  const refused = text === null ? toEmpty(413) : isToken ? null : upstream.limits.check(entry.inFlight);
  if (refused !== null) return finish(upstream, call, refused);
  await answer(upstream, call);
}

/** Undefined where the text is no JSON; an empty one is an empty object. */
export function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const TOKEN_PATH = '/connect/token';

/** One call under way. */
interface Exchange {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly path: string;
  readonly match: RouteMatch | null;
  readonly response: ServerResponse;
  readonly entry: JournalEntry;
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly json: unknown;
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
  const bent = faults.reduce((bending, fault) => bendAnswer(fault, bending), whole);
  await send(upstream, call, faults, bent);
}

async function answerTruly(upstream: Upstream, call: Exchange, faults: readonly Fault[]): Promise<Answer> {
  const { headers, text, match, path, method } = call;
  if (path === TOKEN_PATH && method === 'POST') return answerToken({ ...upstream, headers, text });
  try {
    const { world, settings, tokens } = upstream;
    const bent = { isUnmanaged: has(faults, 'unmanaged'), hasBadDates: has(faults, 'badDates') };
    const target = { id: match?.id ?? '', scope: match?.route.scope ?? 'none' };
    const caller = toCall({ world, settings, tokens, headers, ...target, ...bent });
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
  const large = faults.find((fault) => fault.kind === 'largeBody' || fault.kind === 'largeFile');
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
