/**
 * Keepnet's answers, decoded and kept for a while, so that a question asked again costs no call. Memory is bounded in bytes,
 * and the least recently used answer leaves first; where there is a shared store, it is asked for what memory lacks.
 * How old an answer may be is said by whoever asks: a short age for a fresh one, a longer one for a substitute in bad times.
 */
import { LRUCache } from 'lru-cache';
import type { AnswerKey } from './answer-key.js';
import type { CallSignal } from './call-signal.js';

/** The value is shared by all who ask: rows are readonly types, and nobody may write to one. */
export interface Kept<Output> {
  readonly value: Output;
  readonly ageMs: number;
}

export interface AnswerCache {
  /** Whether `get` may find more than `peek`. */
  readonly isShared: boolean;
  /** From memory and at once, where it is younger than `maxAgeMs`. An age of 0 finds nothing. */
  peek<Output>(key: AnswerKey<Output>, maxAgeMs: number): Kept<Output> | undefined;
  /** As `peek`, then from the shared store, whose answer memory keeps too. Never rejects; when `signal` fires there is nothing. */
  get<Output>(key: AnswerKey<Output>, question: Question<Output>): Promise<Kept<Output> | undefined>;
  /** Keeps a new answer for `keepMs`; 0 keeps nothing. `body` is what came over the wire, and what the shared store keeps. */
  put<Output>(key: AnswerKey<Output>, value: Output, wire: { readonly body: string; readonly keepMs: number }): void;
  /** Of what is in memory. */
  readonly size: { readonly answers: number; readonly bytes: number };
  /** Forgets what is in memory; the shared store belongs to others too. */
  clear(): void;
  stop(): void;
}

export interface Question<Output> {
  readonly maxAgeMs: number;
  /** May throw where the shared store holds something else than an answer: then there is none. */
  decode(body: string): Output;
  readonly signal: CallSignal;
}

/** A store that several servers use. Its trouble costs misses and nothing else: it never rejects, and never waits for long. */
export interface SharedStore {
  get(key: string, signal: CallSignal): Promise<SharedAnswer | undefined>;
  /** In the background. */
  put(key: string, body: string, keepMs: number): void;
  stop(): void;
}

export interface SharedAnswer {
  readonly body: string;
  readonly ageMs: number;
  /** Counted, as the age, from when it was put. */
  readonly keepMs: number;
}

export interface AnswerCacheOptions {
  /** At least 1. An answer that is larger is not kept. */
  readonly maxBytes: number;
  readonly shared?: SharedStore | null;
  /** A clock that never goes back, in ms. */
  now?(): number;
}

export function createAnswerCache({
  maxBytes,
  shared = null,
  now = performance.now.bind(performance),
}: AnswerCacheOptions): AnswerCache {
  const memory = createMemory(maxBytes, now);
  return {
    isShared: shared !== null,
    peek: memory.peek,
    async get(key, { maxAgeMs, decode, signal }) {
      const inMemory = memory.peek(key, maxAgeMs);
      if (inMemory !== undefined || shared === null || maxAgeMs <= 0) return inMemory;
      const found = await shared.get(key, signal);
      // Meanwhile a newer one may have come from Keepnet.
      const arrived = memory.peek(key, maxAgeMs);
      if (arrived !== undefined || found === undefined || found.ageMs >= Math.min(maxAgeMs, found.keepMs))
        return arrived;
      const decoded = attempt(() => decode(found.body));
      if (decoded === undefined) return undefined;
      const { ageMs, keepMs } = found;
      memory.keep(key, { value: decoded.value, ageMs, keepMs }, found.body.length);
      return { value: decoded.value, ageMs };
    },
    put(key, value, { body, keepMs }) {
      if (keepMs <= 0) return;
      memory.keep(key, { value, ageMs: 0, keepMs }, body.length);
      shared?.put(key, body, keepMs);
    },
    get size() {
      return memory.size;
    },
    clear: () => memory.clear(),
    stop() {
      memory.clear();
      shared?.stop();
    },
  };
}

interface Answer {
  readonly value: unknown;
  readonly putAtMs: number;
  readonly keepMs: number;
}

function createMemory(maxBytes: number, now: () => number) {
  const answers = new LRUCache<string, Answer>({ maxSize: maxBytes });
  return {
    peek<Output>(key: AnswerKey<Output>, maxAgeMs: number): Kept<Output> | undefined {
      const found = answers.get(key);
      if (found === undefined) return undefined;
      const ageMs = now() - found.putAtMs;
      // The key says what was put under it.
      return ageMs < Math.min(maxAgeMs, found.keepMs) ? { value: found.value as Output, ageMs } : undefined;
    },
    keep<Output>(key: AnswerKey<Output>, answer: Kept<Output> & { readonly keepMs: number }, bodyLength: number): void {
      const { value, ageMs, keepMs } = answer;
      answers.set(key, { value, putAtMs: now() - ageMs, keepMs }, { size: toBytes(bodyLength) });
    },
    get size() {
      return { answers: answers.size, bytes: answers.calculatedSize };
    },
    clear: () => answers.clear(),
  };
}

/**
 * What an answer weighs in memory, by the only measure at hand. Decoded rows were measured at 0.9 to 1.5 bytes for each
 * character of their body; letters beyond Latin-1 take two. The rest is the key and the entry around it.
 */
function toBytes(bodyLength: number): number {
  return 2 * bodyLength + 512;
}

function attempt<T>(work: () => T): { readonly value: T } | undefined {
  try {
    return { value: work() };
  } catch {
    return undefined;
  }
}
