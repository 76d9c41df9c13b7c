import { describe, expect, it } from '@jest/globals';
import { type AnswerKey, toAnswerKey } from '../../src/keepnet/answer-key.js';
import { createAnswerCache, type SharedAnswer, type SharedStore } from '../../src/keepnet/cache.js';

const forever = new AbortController().signal;
const decode = (body: string): unknown => JSON.parse(body);

function keyOf<Output = unknown>(name: string): AnswerKey<Output> {
  return toAnswerKey({ credential: 'c', companyId: name, operation: 'GET x', request: { path: '/x' } });
}

function createClock() {
  let ms = 1_000;
  return { now: () => ms, pass: (passedMs: number) => (ms += passedMs) };
}

/** A shared store whose answers can be held back; `puts` is what it was told. */
function createFakeStore(answers: Record<string, SharedAnswer> = {}) {
  const puts: { key: string; body: string; keepMs: number }[] = [];
  const gets: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  let stopped = false;
  const store: SharedStore = {
    async get(key) {
      gets.push(key);
      await gate;
      return answers[key];
    },
    put: (key, body, keepMs) => void puts.push({ key, body, keepMs }),
    stop: () => (stopped = true),
  };
  const hold = () => new Promise<() => void>((held) => (gate = new Promise((release) => held(release))));
  return { store, puts, gets, hold, isStopped: () => stopped };
}

describe('the cache in memory', () => {
  it('gives back the very value that was put, with its age', () => {
    const clock = createClock();
    const cache = createAnswerCache({ maxBytes: 10_000, now: clock.now });
    const value = { rows: [1] };
    cache.put(keyOf<typeof value>('a'), value, { body: '{}', keepMs: 5_000 });
    clock.pass(40);
    const kept = cache.peek(keyOf<typeof value>('a'), 1_000);
    expect(kept?.value).toBe(value);
    expect(kept?.ageMs).toBe(40);
    expect(cache.peek(keyOf('b'), 1_000)).toBeUndefined();
  });

  it('is fresh below an age, of use for longer, and gone after its time', () => {
    const clock = createClock();
    const cache = createAnswerCache({ maxBytes: 10_000, now: clock.now });
    cache.put(keyOf('a'), 1, { body: '1', keepMs: 5_000 });
    clock.pass(999);
    expect(cache.peek(keyOf('a'), 1_000)?.ageMs).toBe(999);
    clock.pass(1);
    expect(cache.peek(keyOf('a'), 1_000)).toBeUndefined();
    expect(cache.peek(keyOf('a'), 60_000)?.ageMs).toBe(1_000);
    clock.pass(3_999);
    expect(cache.peek(keyOf('a'), 60_000)?.ageMs).toBe(4_999);
    clock.pass(1);
    expect(cache.peek(keyOf('a'), 60_000)).toBeUndefined();
  });

  it('keeps an answer of null, which is one', () => {
    const cache = createAnswerCache({ maxBytes: 10_000 });
    cache.put(keyOf('a'), null, { body: '{}', keepMs: 5_000 });
    expect(cache.peek(keyOf('a'), 5_000)?.value).toBeNull();
  });

  it('is off for an age of 0 and for a time of 0', async () => {
    const { store, puts, gets } = createFakeStore();
    const cache = createAnswerCache({ maxBytes: 10_000, shared: store });
    cache.put(keyOf('a'), 1, { body: '1', keepMs: 0 });
    expect(cache.peek(keyOf('a'), 5_000)).toBeUndefined();
    cache.put(keyOf('a'), 1, { body: '1', keepMs: 5_000 });
    expect(cache.peek(keyOf('a'), 0)).toBeUndefined();
    expect(await cache.get(keyOf('b'), { maxAgeMs: 0, decode, signal: forever })).toBeUndefined();
    expect([puts.length, gets.length]).toEqual([1, 0]);
  });

  it('stays within its bytes, and lets go of what was used least recently', () => {
    const cache = createAnswerCache({ maxBytes: 30_000 });
    const body = 'x'.repeat(4_000);
    const put = (name: string) => cache.put(keyOf(name), name, { body, keepMs: 5_000 });
    const kept = (names: string[]) => names.filter((name) => cache.peek(keyOf(name), 5_000) !== undefined);
    for (const name of ['a', 'b', 'c']) put(name);
    expect(kept(['b', 'c', 'a'])).toEqual(['b', 'c', 'a']);
    put('d');
    expect(kept(['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd']);
    cache.put(keyOf('a'), 'larger than all', { body: 'x'.repeat(40_000), keepMs: 5_000 });
    expect(kept(['a', 'c', 'd'])).toEqual(['c', 'd']);
  });

  it('forgets all when it is cleared', () => {
    const cache = createAnswerCache({ maxBytes: 10_000 });
    cache.put(keyOf('a'), 1, { body: '1', keepMs: 5_000 });
    cache.clear();
    expect(cache.peek(keyOf('a'), 5_000)).toBeUndefined();
  });
});

describe('the cache over a shared store', () => {
  const question = { maxAgeMs: 1_000, decode, signal: forever };

  it('asks it for what memory lacks, once, and keeps the answer at its true age', async () => {
    const clock = createClock();
    const { store, gets } = createFakeStore({ [keyOf('a')]: { body: '[7]', ageMs: 300, keepMs: 5_000 } });
    const cache = createAnswerCache({ maxBytes: 10_000, shared: store, now: clock.now });
    expect(await cache.get(keyOf('a'), question)).toEqual({ value: [7], ageMs: 300 });
    clock.pass(600);
    expect(await cache.get(keyOf('a'), question)).toEqual({ value: [7], ageMs: 900 });
    expect(gets).toHaveLength(1);
    clock.pass(100);
    expect(cache.peek(keyOf('a'), 1_000)).toBeUndefined();
    expect(cache.peek(keyOf('a'), 9_000)?.ageMs).toBe(1_000);
    clock.pass(4_000);
    expect(cache.peek(keyOf('a'), 9_000)).toBeUndefined();
  });

  it('tells it of every answer that is put, under the same key', () => {
    const { store, puts } = createFakeStore();
    createAnswerCache({ maxBytes: 10_000, shared: store }).put(keyOf('a'), 1, { body: '1', keepMs: 5_000 });
    expect(puts).toEqual([{ key: keyOf('a'), body: '1', keepMs: 5_000 }]);
  });

  it.each<[string, SharedAnswer]>([
    ['older than was asked for', { body: '1', ageMs: 1_000, keepMs: 5_000 }],
    ['beyond its own time', { body: '1', ageMs: 700, keepMs: 700 }],
    ['no answer at all', { body: '{"half":', ageMs: 0, keepMs: 5_000 }],
  ])('has nothing where the store holds one %s', async (_what, held) => {
    const { store } = createFakeStore({ [keyOf('a')]: held });
    const cache = createAnswerCache({ maxBytes: 10_000, shared: store });
    expect(await cache.get(keyOf('a'), question)).toBeUndefined();
    expect(cache.peek(keyOf('a'), 60_000)).toBeUndefined();
  });

  it('does not put an answer of the store over one that came from Keepnet meanwhile', async () => {
    const { store, hold } = createFakeStore({ [keyOf('a')]: { body: '"old"', ageMs: 500, keepMs: 5_000 } });
    const cache = createAnswerCache({ maxBytes: 10_000, shared: store });
    const release = await hold();
    const asked = cache.get(keyOf('a'), question);
    cache.put(keyOf('a'), 'new', { body: '"new"', keepMs: 5_000 });
    release();
    expect((await asked)?.value).toBe('new');
    expect(cache.peek(keyOf('a'), 1_000)?.value).toBe('new');
  });

  it('stops it when it is stopped, and leaves it alone when memory is cleared', () => {
    const { store, isStopped } = createFakeStore();
    const cache = createAnswerCache({ maxBytes: 10_000, shared: store });
    cache.clear();
    expect(isStopped()).toBe(false);
    cache.stop();
    expect(isStopped()).toBe(true);
  });
});
