/**
 * Which tables were answered whole not long ago, to whom: a reader who still has such an answer is told so instead of being sent
 * the same again, and Keepnet is not asked. Remembers that there was an answer, never what was in it.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { callerOf } from './authenticate.js';

export interface AnsweredTable {
  /** Weak: the same rows at the same moment, in whatever encoding. Null where nothing is remembered. */
  readonly tag: string | null;
  /** When the oldest of it was read from Keepnet, in milliseconds since 1970. */
  readonly asOfMs: number;
  /** As its header told it. */
  readonly coverage: string;
}

export interface AnsweredTables {
  /**
   * The answer that this request says it has, where it still holds. Whoever insists on a newer one does not say that he has one:
   * `Cache-Control: no-cache` comes with every `If-None-Match` that a program sends by `fetch`.
   */
  find(request: FastifyRequest): AnsweredTable | undefined;
  /** Of an answer that is about to be sent. */
  toTag(request: FastifyRequest, asOfMs: number): string | null;
  /** Once all of it was sent and no company is missing. */
  remember(request: FastifyRequest, answered: AnsweredTable): void;
}

const MAX_REMEMBERED = 2_000;

/** `ttlMs`: for how long after it was read an answer holds; 0 remembers nothing. */
export function createAnsweredTables({ ttlMs }: { readonly ttlMs: number }): AnsweredTables {
  const answered = new LRUCache<string, AnsweredTable>({ max: MAX_REMEMBERED });
  return {
    find(request) {
      const { 'if-none-match': tags } = request.headers;
      if (tags === undefined) return undefined;
      const known = answered.get(toQuestion(request));
      return known?.tag && tags.includes(known.tag) ? known : undefined;
    },
    toTag(request, asOfMs) {
      if (ttlMs === 0) return null;
      return `W/"${digest(`${toQuestion(request)} ${asOfMs}`)}"`;
    },
    remember(request, answer) {
      const leftMs = answer.asOfMs + ttlMs - Date.now();
      if (leftMs > 0) answered.set(toQuestion(request), answer, { ttl: leftMs });
    },
  };
}

/** Who asks, with the rights that he has now, and what. */
function toQuestion(request: FastifyRequest): string {
  const { id, companies, masksPersonalData } = callerOf(request);
  const asked = Object.entries(request.query as Readonly<Record<string, unknown>>).sort(([left], [right]) =>
    left < right ? -1 : 1,
  );
  return digest(JSON.stringify([id, companies, masksPersonalData, request.url.split('?', 1)[0], asked]));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
