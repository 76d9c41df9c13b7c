/** Streams over a graph that fails, falls silent or is full: what a reader hears of it, and what he must never take for an end. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { type ExecutionResult, GraphQLError, parse } from 'graphql';
import { OPEN_CALLER } from '../../src/access/caller.js';
import { AppError } from '../../src/errors.js';
import { registerAuthentication } from '../../src/http/authenticate.js';
import { answerError } from '../../src/http/problem.js';
import { registerStream, type StreamOptions } from '../../src/http/stream.js';
import { createStreamOperations } from '../../src/http/stream-operations.js';
import { buildGraphSchema } from '../../src/schema/build.js';
import { type CallerAllowance, createContext } from '../../src/schema/context.js';
import { createLog } from '../../src/telemetry.js';
import { NO_METRICS } from '../../src/telemetry-metrics.js';
import { NO_TRACER } from '../../src/telemetry-tracing.js';
import { createFakeCompanies, toCompanyRows } from '../support/fake-companies.js';
import { openStream, readStream, toEvents } from '../support/read-stream.js';
import { until } from '../support/until.js';

const CARD = 'query Card($company: ID!) { company(id: $company) { name countSummary { active } } }';
const [FIRST, SECOND] = ['company0001', 'company0002'];

type Answer = (companyId: string) => Promise<ExecutionResult>;

interface Served {
  readonly url: string;
  readonly logged: Record<string, unknown>[];
}

interface ServeOptions extends Pick<StreamOptions, 'maxStreams' | 'heartbeatMs' | 'readerTimeoutMs'> {
  readonly companies?: number;
  /** As Keepnet counts them. */
  readonly totalCount?: number;
  readonly allowance?: CallerAllowance;
}

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

async function serve(answer: Answer, options: ServeOptions = {}): Promise<Served> {
  const { companies = 2, totalCount = companies, allowance = null, ...ofStreams } = options;
  const logged: Record<string, unknown>[] = [];
  const log = createLog('info', { write: (line) => void logged.push(JSON.parse(line)) });
  const { session } = createFakeCompanies(toCompanyRows(companies), { totalCount });
  const catalogue = { tables: new Map(), schema: await buildGraphSchema() };
  const card = { file: 'card.graphql', id: '', text: CARD, document: parse(CARD) };
  app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  const authenticator = { authenticate: async () => OPEN_CALLER };
  registerAuthentication(app, { authenticator, allowsQueryKey: false, log });
  registerStream(app, {
    ...ofStreams,
    log,
    metrics: NO_METRICS,
    tracer: NO_TRACER,
    publicUrl: null,
    callsAtOnce: 20,
    catalogue,
    streams: createStreamOperations({ catalogue, trusted: [card] }),
    execute: (_document, variables) => answer(String(variables.company)),
    openContext: ({ requestId, signal }) => {
      const caller = { identity: OPEN_CALLER, allowance };
      return createContext({ requestId, signal, wantsReceipt: false, upstream: 'SIMULATOR', keepnet: session, caller });
    },
  });
  return { url: `${await app.listen({ host: '127.0.0.1', port: 0 })}/stream/card`, logged };
}

const whole: Answer = async (companyId) => ({ data: { company: { name: companyId } } });

/** For ever, or until it is let go. */
function hold(): { readonly held: Promise<void>; letGo(): void } {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return { held, letGo };
}

describe('a fault of this server', () => {
  it('ends a stream abnormally, without a coverage, and is told of in the log', async () => {
    const { held, letGo } = hold();
    const { url, logged } = await serve(async (companyId) => {
      if (companyId === FIRST) return whole(companyId);
      await held;
      throw new TypeError('a secret of the inside');
    });
    const stream = await openStream(url);
    expect(await stream.next(1)).toMatchObject([{ company: { resourceId: FIRST } }]);
    letGo();
    await expect(stream.rest()).rejects.toThrow();
    await until(() => logged.some(({ msg }) => msg === 'stream'), 'a line in the log');
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'a long answer failed' }));
    expect(logged).toContainEqual(expect.objectContaining({ status: 'broken off', errorCodes: ['INTERNAL'] }));
  });

  it('is a refusal where nothing was sent yet', async () => {
    const { url } = await serve(() => Promise.reject(new TypeError('a secret of the inside')));
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')]);
  });

  it('in one field costs its company, and nothing of it is told', async () => {
    const error = new GraphQLError('a secret', { originalError: new TypeError('a secret of the inside') });
    const { url, logged } = await serve(async (companyId) =>
      companyId === FIRST ? { data: null, errors: [error] } : whole(companyId),
    );
    const { companies, coverage } = await readStream(url);
    const line = companies.find(({ company }) => company.resourceId === FIRST);
    expect(line.errors).toEqual([
      { message: 'Internal error.', extensions: { code: 'INTERNAL', retryable: false, requestId: expect.any(String) } },
    ]);
    expect(coverage).toMatchObject({ answered: 1, failed: 1, gaps: [{ companyId: FIRST, code: 'INTERNAL' }] });
    expect(JSON.stringify([companies, coverage])).not.toContain('secret');
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'stream failed' }));
  });
});

describe('a stream', () => {
  it('says over SSE that it is there, where nothing lands', async () => {
    const { held, letGo } = hold();
    const { url } = await serve(
      async (companyId) => (companyId === FIRST ? whole(companyId) : held.then(() => whole(SECOND))),
      {
        heartbeatMs: 10,
      },
    );
    const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.split(': \n\n').length > 3) letGo();
    }
    expect(toEvents(text).map(({ event }) => event)).toEqual(['company', 'company', 'done']);
    expect(text.match(/^id: /gm)).toHaveLength(1);
  });

  it('tells of companies that Keepnet counts and does not list', async () => {
    const { url } = await serve(whole, { totalCount: 5 });
    const { companies, coverage } = await readStream(url);
    expect(companies).toHaveLength(2);
    expect(coverage).toMatchObject({ companiesInScope: 5, answered: 2, failed: 3, complete: false });
    expect(coverage.gaps).toMatchObject([{ companyId: null, code: 'LIST_CHANGED' }]);
  });

  it('has a place of so many until it has ended', async () => {
    const { held, letGo } = hold();
    const { url } = await serve((companyId) => held.then(() => whole(companyId)), { maxStreams: 1 });
    const first = readStream(url);
    await until(
      async () => (await fetch(url, { signal: AbortSignal.timeout(100) }).catch(() => null))?.status === 503,
      'a refusal',
    );
    letGo();
    expect((await first).companies).toHaveLength(2);
    expect((await readStream(url)).status).toBe(200);
  });

  it('is cut where its reader takes nothing for long', async () => {
    const heavy = { data: { name: 'x'.repeat(1_000_000) } };
    const { url, logged } = await serve(async () => heavy, { companies: 50, readerTimeoutMs: 50 });
    const [response] = (await once(get(url), 'response')) as [IncomingMessage];
    await until(() => logged.some(({ msg }) => msg === 'stream'), 'a line in the log');
    expect(logged).toContainEqual(expect.objectContaining({ status: 'broken off', errorCodes: ['DEADLINE_EXCEEDED'] }));
    response.destroy();
  });
});

describe('an allowance', () => {
  it('is spent for as many companies as it is large before the first line, and waited for with the others', async () => {
    const spent: number[] = [];
    const allowance: CallerAllowance = {
      // Two companies, at one call for each and one for the list.
      mostAtOnce: 5,
      async spend(calls) {
        spent.push(calls);
        if (spent.length % 2 === 0) throw new AppError('RATE_LIMITED', 'Too much.', { retryAfterMs: 5 });
      },
      read: async () => ({ limit: 5, remaining: 5, resetsAtMs: null }),
    };
    const { url } = await serve(whole, { companies: 4, allowance });
    const { companies, coverage } = await readStream(url);
    expect(companies).toHaveLength(4);
    expect(coverage).toMatchObject({ answered: 4, complete: true });
    expect(spent[0]).toBeLessThanOrEqual(5);
    expect(spent.length).toBeGreaterThan(3);
  });

  it('that is used up refuses the stream', async () => {
    const refusal = new AppError('RATE_LIMITED', 'Too much.', { retryAfterMs: 30_000 });
    const allowance = { mostAtOnce: 5, spend: () => Promise.reject(refusal), read: () => Promise.reject(refusal) };
    const { url } = await serve(whole, { allowance });
    const response = await fetch(url);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30']);
  });
});
