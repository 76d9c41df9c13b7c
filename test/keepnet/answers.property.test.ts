/**
 * Chance against the cache and the shared flights, put together as the client does it: two servers with one shared store,
 * askers of several credentials and companies, and at every step somebody asks or leaves, Keepnet or the store answers or
 * fails, time passes, or memory is lost. In no order is there a foreign answer, one beyond its time, or a forgotten asker.
 */
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { type AnswerKey, toAnswerKey, toCredentialKey } from '../../src/keepnet/answer-key.js';
import { createAnswerCache, type SharedStore } from '../../src/keepnet/cache.js';
import type { CallSignal } from '../../src/keepnet/call-signal.js';
import { createSharedFlights } from '../../src/keepnet/shared-flights.js';

interface Question {
  /** Its place in the list of all. */
  readonly id: number;
  readonly credential: string;
  readonly companyId: string;
  readonly operation: string;
  readonly body: string;
}

/** What Keepnet answers: which question it was asked, and when it answered. */
interface Answer {
  readonly questionId: number;
  readonly atMs: number;
}

const FRESH_MS = 100;
const KEEP_MS = 400;

/** Chosen so that parts run into each other where a key does not keep them apart. */
const QUESTIONS: readonly Question[] = ['c1', 'c2', 'c3', 'c4']
  .map((clientId) => toCredentialKey({ baseUrl: 'https://keepnet.example', clientId }))
  .flatMap((credential) => ['aaaaaa', 'aaaaaaa', 'bbbbbb'].map((companyId) => ({ credential, companyId })))
  .flatMap((scope) => ['GET x', 'GET xa', 'POST x'].map((operation) => ({ ...scope, operation })))
  .flatMap((call) => ['', 'a', '{"email":"ada@customer.example"}'].map((body) => ({ ...call, body })))
  .map((question, id) => ({ ...question, id }));

/** Made once: the stacks of thousands of them would take longer than the work. */
const FAILED = new AppError('UPSTREAM_UNAVAILABLE', 'failed');
const GONE = new AppError('DEADLINE_EXCEEDED', 'gone');

type ToKey = (question: Omit<Question, 'id'>) => AnswerKey<Answer>;
const toRealKey: ToKey = ({ body, ...question }) => toAnswerKey({ ...question, request: { path: '/api/x', body } });

interface Findings {
  /** Answers to another question than was asked. */
  foreign: number;
  /** Answers older than they may be. */
  stale: number;
  /** Askers that were neither answered nor refused, and calls that nobody waits for and that nobody ended. */
  forgotten: number;
  answered: number;
  /** How often each way was gone: without these the others prove nothing. */
  readonly ways: Record<'memory' | 'store' | 'keepnet' | 'substitute' | 'joined' | 'left' | 'failed', number>;
}

/** The second is added to every age that is allowed, to plant a fault. */
type Rules = { readonly toKey: ToKey; readonly tooOldMs?: number };

/** Things that are waited for, and a clock that moves only when told. */
function createOutside() {
  let nowMs = 0;
  const pending: { succeed(): void; fail(): void }[] = [];
  const kept = new Map<string, { body: string; putAtMs: number; keepMs: number }>();

  async function wait<T>(signal: CallSignal, succeed: () => T, fail: () => Promise<T> | T): Promise<T> {
    if (signal.aborted) return fail();
    return new Promise((resolve) => {
      const end = (toResult: () => Promise<T> | T) => () => {
        const place = pending.indexOf(one);
        if (place < 0) return;
        pending.splice(place, 1);
        resolve(toResult());
      };
      const one = { succeed: end(succeed), fail: end(fail) };
      pending.push(one);
      signal.addEventListener('abort', one.fail, { once: true });
    });
  }

  const store: SharedStore = {
    get(key, signal) {
      const read = () => {
        const found = kept.get(key);
        return found && { body: found.body, ageMs: nowMs - found.putAtMs, keepMs: found.keepMs };
      };
      return wait(signal, read, () => undefined);
    },
    put: (key, body, keepMs) => void kept.set(key, { body, putAtMs: nowMs, keepMs }),
    stop: () => undefined,
  };
  const callKeepnet = ({ id }: Question, signal: CallSignal) => {
    const answer = () => JSON.stringify({ questionId: id, atMs: nowMs } satisfies Answer);
    return wait(signal, answer, () => Promise.reject(FAILED));
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { now: () => nowMs, pass, pending, store, callKeepnet };
}

/** As the client does it: memory; else the flight of all who ask, which looks into the store and then calls; else what is old. */
function createServer(
  { store, now, callKeepnet }: ReturnType<typeof createOutside>,
  { toKey, tooOldMs = 0 }: Rules,
  { ways }: Findings,
) {
  // Room for two answers: others are pushed out all the time.
  const cache = createAnswerCache({ maxBytes: 1_300, shared: store, now });
  const flights = createSharedFlights();
  const decode = (body: string) => JSON.parse(body) as Answer;
  const maxAgeMs = FRESH_MS + tooOldMs;

  async function fetchAnswer(question: Question, key: AnswerKey<Answer>, signal: CallSignal): Promise<Answer> {
    const stored = await cache.get(key, { maxAgeMs, decode, signal });
    ways[stored ? 'store' : 'keepnet'] += 1;
    if (stored !== undefined) return stored.value;
    const body = await callKeepnet(question, signal);
    const value = decode(body);
    cache.put(key, value, { body, keepMs: KEEP_MS });
    return value;
  }

  /** The answer, and when the oldest that is allowed was given. */
  async function ask(question: Question, signal: AbortSignal): Promise<{ value: Answer; notBeforeMs: number }> {
    const key = toKey(question);
    // Whatever a flight brings was fresh at some time after this.
    const notBeforeMs = now() - FRESH_MS + 1;
    const kept = cache.peek(key, maxAgeMs);
    if (kept !== undefined) {
      ways.memory += 1;
      return { value: kept.value, notBeforeMs };
    }
    const flight = flights.join(key, signal, (flightSignal) => fetchAnswer(question, key, flightSignal));
    if (flight.joined) ways.joined += 1;
    try {
      return { value: await flight.promise, notBeforeMs };
    } catch (error) {
      const substitute = signal.aborted ? undefined : cache.peek(key, KEEP_MS + tooOldMs);
      if (substitute === undefined) throw error;
      ways.substitute += 1;
      return { value: substitute.value, notBeforeMs: now() - KEEP_MS + 1 };
    }
  }

  return { ask, forget: () => cache.clear() };
}

function createWorld(rules: Rules, found: Findings) {
  const outside = createOutside();
  const servers = [createServer(outside, rules, found), createServer(outside, rules, found)];
  const askers = new Set<AbortController>();

  async function ask(place: number, question: Question): Promise<void> {
    const asker = new AbortController();
    askers.add(asker);
    try {
      const answer = await servers[place]?.ask(question, asker.signal);
      found.answered += 1;
      if (answer?.value.questionId !== question.id) found.foreign += 1;
      if (answer !== undefined && answer.value.atMs < answer.notBeforeMs) found.stale += 1;
    } catch {
      found.ways[asker.signal.aborted ? 'left' : 'failed'] += 1;
    } finally {
      askers.delete(asker);
    }
  }

  async function end(): Promise<void> {
    await quiet();
    if (askers.size === 0) found.forgotten += outside.pending.length;
    // First the store, then the calls that follow.
    for (let round = 0; round < 2; round += 1) {
      for (const one of [...outside.pending]) one.succeed();
      await quiet();
    }
    found.forgotten += askers.size + outside.pending.length;
  }

  return { ...outside, askers, ask, forget: (place: number) => servers[place]?.forget(), end };
}

/** Until all that can go on without the outside has gone on. */
async function quiet(turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await undefined;
}

/** Numbers from 0 up to a bound; equal seeds give equal ones (xorshift). */
function createDraw(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One interleaving; equal seeds give equal ones. */
async function interleave(seed: number, rules: Rules, found: Findings): Promise<void> {
  const world = createWorld(rules, found);
  const draw = createDraw(seed);
  const questions = Array.from({ length: 2 + draw(3) }, () => QUESTIONS[draw(QUESTIONS.length)] as Question);
  for (let step = 0; step < 30; step += 1) {
    const action = draw(20);
    if (action < 7) void world.ask(draw(2), questions[draw(questions.length)] as Question);
    else if (action < 13) world.pending[draw(world.pending.length)]?.succeed();
    else if (action < 15) world.pending[draw(world.pending.length)]?.fail();
    else if (action < 16) [...world.askers][draw(world.askers.size)]?.abort(GONE);
    else if (action < 17) world.forget(draw(2));
    else {
      // No time passes between two promises that follow each other.
      await quiet();
      world.pass([draw(FRESH_MS), FRESH_MS - 1, FRESH_MS, draw(KEEP_MS)][draw(4)] ?? 0);
    }
    // Often the next step comes before anybody has heard of the last.
    await quiet(draw(8));
  }
  await world.end();
}

async function interleaveOften(count: number, rules: Rules): Promise<Findings> {
  const ways = { memory: 0, store: 0, keepnet: 0, substitute: 0, joined: 0, left: 0, failed: 0 };
  const found: Findings = { foreign: 0, stale: 0, forgotten: 0, answered: 0, ways };
  for (let seed = 1; seed <= count; seed += 1) await interleave(seed, rules, found);
  return found;
}

describe('answers, kept and shared', () => {
  it('are never foreign, never beyond their time, and always come, in 10,000 interleavings', async () => {
    const { foreign, stale, forgotten, answered, ways } = await interleaveOften(10_000, { toKey: toRealKey });
    expect({ foreign, stale, forgotten }).toEqual({ foreign: 0, stale: 0, forgotten: 0 });
    expect(answered).toBeGreaterThan(50_000);
    expect(Object.entries(ways).filter(([, count]) => count < 200)).toEqual([]);
  }, 60_000);

  it.each<[string, ToKey]>([
    ['the credential', (question) => toRealKey({ ...question, credential: '' })],
    ['the company', (question) => toRealKey({ ...question, companyId: '' })],
    ['the operation', (question) => toRealKey({ ...question, operation: '' })],
    ['the body', (question) => toRealKey({ ...question, body: '' })],
    ['to keep parts apart', (question) => Object.values({ ...question, id: '' }).join('') as AnswerKey<Answer>],
  ])('would be found out with a key that forgets %s', async (_what, toKey) => {
    expect((await interleaveOften(500, { toKey })).foreign).toBeGreaterThan(0);
  });

  it('would be found out to be a millisecond too old', async () => {
    expect((await interleaveOften(500, { toKey: toRealKey, tooOldMs: 1 })).stale).toBeGreaterThan(0);
  });
});
