/**
 * A Keepnet for the benchmark, in a process of its own: as lean as it can be, so that it is not what is measured. It answers the
 * calls of a dashboard, refuses what `StubOptions` say, and refuses what Keepnet would: no token, a scoped call without company.
 * Steered by its parent's messages: `{ options }` changes what it does, `{ clear }` forgets, `{ ask: 'stats' }` is answered.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnswers, toTokenAnswer } from './answers.js';
import { createGate, type StubOptions } from './gate.js';
import { createTally } from './tally.js';

export type StubOrder =
  | { readonly id: number; readonly order: 'options'; readonly options: StubOptions }
  | { readonly id: number; readonly order: 'clear' | 'stats' };

const answers = createAnswers();
const tokenAnswer = toTokenAnswer();
const tally = createTally();
let options: StubOptions = { latencyMs: 0 };
let gate = createGate(options);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (request.url === '/connect/token') answerToken(request, response);
  else answerCall(request, response, chunks);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('message', obey);
process.on('disconnect', () => process.exit());

function obey(message: StubOrder): void {
  if (message.order === 'options') {
    options = message.options;
    gate = createGate(options);
  }
  if (message.order === 'clear') tally.clear();
  process.send?.({ id: message.id, result: message.order === 'stats' ? tally.stats() : null });
}

function answerToken(request: IncomingMessage, response: ServerResponse): void {
  tally.token();
  request.on('end', () => send(response, { status: 200, bytes: tokenAnswer }));
}

function answerCall(request: IncomingMessage, response: ServerResponse, chunks: readonly Buffer[]): void {
  const path = (request.url ?? '').slice('/api/'.length);
  const isScoped = path !== 'companies/search';
  tally.begin(path);
  const refused = gate.check({ isScoped, inFlight: tally.inFlight() });
  let status = 0;
  // An answer that the asker did not wait for has no status: it is counted under 0.
  response.on('close', () => tally.end(status));
  request.on('end', () => {
    const body = chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8');
    tally.identify(`${path} ${request.headers['x-keepnet-company-id']} ${body}`);
    const answer: Answer = refused ?? toAnswer(request, path, isScoped, body);
    const reply = () => {
      status = answer.status;
      send(response, answer);
    };
    if (options.latencyMs > 0 && refused?.status !== 429) setTimeout(reply, options.latencyMs);
    else reply();
  });
}

interface Answer {
  readonly status: number;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const EMPTY = Buffer.from('{"data":null,"status":"FAILED"}');

function toAnswer({ headers }: IncomingMessage, path: string, isScoped: boolean, body: string): Answer {
  if (!headers.authorization?.startsWith('Bearer ')) return { status: 401 };
  const companyId = headers['x-keepnet-company-id'];
  if (isScoped && typeof companyId !== 'string') return { status: 403 };
  const { pageNumber, pageSize } = readPage(body);
  const bytes = answers({ path, companyId: isScoped ? String(companyId) : null, pageNumber, pageSize });
  return bytes === null ? { status: 404 } : { status: 200, bytes };
}

/** At the root of a search, inside `pagination` for the leaderboard. */
function readPage(body: string): { pageNumber: number; pageSize: number } {
  const parsed = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
  const { pageNumber, pageSize } = (parsed.pagination ?? parsed) as { pageNumber?: number; pageSize?: number };
  return { pageNumber: pageNumber ?? 1, pageSize: pageSize ?? 10 };
}

function send(response: ServerResponse, { status, bytes = EMPTY, headers = {} }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}
