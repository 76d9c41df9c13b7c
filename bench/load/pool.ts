/**
 * The baseline, in a process of its own: the calls of a dashboard from a bare promise pool over keep-alive sockets, each answer
 * parsed, and nothing else: no GraphQL, no retries, no checks. What a good plain script does.
 */
import { Agent, request } from 'node:http';
import { COMPANY_COUNT, USERS_PER_COMPANY } from '../upstream/answers.js';
import {
  type DashboardShape,
  type PlainCall,
  toCompanyCalls,
  toListCall,
  toUsersCall,
  USERS_PER_PAGE,
} from './calls.js';

export type PoolOrder =
  | { readonly id: number; readonly order: 'open'; readonly url: string; readonly maxInFlight: number }
  | { readonly id: number; readonly order: 'dashboard'; readonly shape: DashboardShape }
  | { readonly id: number; readonly order: 'table' }
  | {
      readonly id: number;
      readonly order: 'loop';
      readonly shape: DashboardShape;
      readonly clients: number;
      readonly forMs: number;
    };

export interface DashboardResult {
  readonly durationMs: number;
  /** User and system, of the whole process. */
  readonly cpuMs: number;
  /** Fields that a failed call left without an answer. */
  readonly emptyFields: number;
}

export interface LoopResult {
  readonly dashboardsPerSecond: number;
}

process.on('message', (message: PoolOrder) => {
  void obey(message).then(
    (result) => process.send?.({ id: message.id, result }),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

type Send = (call: PlainCall) => Promise<{ status: number; body: unknown }>;

let agent = new Agent();
let send: Send = () => Promise.reject(new Error('the pool was not opened'));

async function obey(message: PoolOrder): Promise<unknown> {
  if (message.order === 'open') return open(message.url, message.maxInFlight);
  if (message.order === 'dashboard') return measureDashboard(message.shape);
  if (message.order === 'table') return readTable();
  return loop(message);
}

async function open(url: string, maxInFlight: number): Promise<null> {
  agent.destroy();
  agent = new Agent({ keepAlive: true, maxSockets: maxInFlight });
  const token = await exchange(url, '/connect/token', { method: 'POST', body: 'grant_type=client_credentials' });
  const authorization = `Bearer ${(token.body as { access_token: string }).access_token}`;
  const run = createPool(maxInFlight);
  send = ({ method, path, companyId, body }) => {
    const headers: Record<string, string> = { authorization, accept: 'application/json' };
    if (companyId !== null) Object.assign(headers, { 'x-keepnet-company-id': companyId, 'x-ir-company-id': companyId });
    if (body !== null) headers['content-type'] = 'application/json';
    return run(() => exchange(url, `/api/${path}`, { method, body, headers }));
  };
  return null;
}

/** Runs at most so many at once; the others wait in line. */
function createPool(maxInFlight: number): <T>(work: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let inFlight = 0;
  return async (work) => {
    if (inFlight < maxInFlight) inFlight += 1;
    else await new Promise<void>((resolve) => void line.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else inFlight -= 1;
    }
  };
}

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly body: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

function exchange(url: string, path: string, { method, body, headers = {} }: Exchange) {
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const call = request(`${url}${path}`, { agent, method, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      });
    });
    call.on('error', reject);
    call.end(body ?? undefined);
  });
}

async function measureDashboard(shape: DashboardShape): Promise<DashboardResult> {
  const cpu = process.cpuUsage();
  const startedAtMs = performance.now();
  const emptyFields = await runDashboard(shape, 1);
  const durationMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(cpu);
  return { durationMs, cpuMs: (user + system) / 1000, emptyFields };
}

/** The number of empty fields. */
async function runDashboard(shape: DashboardShape, pageNumber: number): Promise<number> {
  const list = await send(toListCall(shape, pageNumber));
  if (list.status !== 200) return shape.companies * toCompanyCalls(shape, '').length;
  const { results } = (list.body as { data: { results: { companyResourceId: string }[] } }).data;
  const calls = results.flatMap(({ companyResourceId }) => toCompanyCalls(shape, companyResourceId));
  const answers = await Promise.all(calls.map(send));
  return answers.filter(({ status }) => status !== 200).length;
}

/** All users of all companies, page by page; the rows that came, and how long they took. */
async function readTable(): Promise<{ rows: number; durationMs: number }> {
  const startedAtMs = performance.now();
  const shape = { companies: 100, targetUsers: 0 };
  const lists = Array.from({ length: COMPANY_COUNT / shape.companies }, (_, at) => send(toListCall(shape, at + 1)));
  const companies = (await Promise.all(lists)).flatMap(({ body }) => {
    return (body as { data: { results: { companyResourceId: string }[] } }).data.results;
  });
  const pages = Array.from({ length: USERS_PER_COMPANY / USERS_PER_PAGE }, (_, at) => at + 1);
  const calls = companies.flatMap(({ companyResourceId: id }) => pages.map((page) => toUsersCall(id, page)));
  const counts = await Promise.all(calls.map(async (call) => countResults((await send(call)).body)));
  return { rows: counts.reduce((sum, count) => sum + count, 0), durationMs: performance.now() - startedAtMs };
}

function countResults(body: unknown): number {
  return (body as { data: { results: unknown[] } }).data.results.length;
}

/** Each client asks for a page of its own, again and again. */
async function loop({ shape, clients, forMs }: { shape: DashboardShape; clients: number; forMs: number }) {
  const startedAtMs = performance.now();
  let done = 0;
  const client = async (pageNumber: number) => {
    while (performance.now() - startedAtMs < forMs) {
      if ((await runDashboard(shape, pageNumber)) > 0) throw new Error('the pool was refused an answer');
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index + 1)));
  const result: LoopResult = { dashboardsPerSecond: (done * 1000) / (performance.now() - startedAtMs) };
  return result;
}
