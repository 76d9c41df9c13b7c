/** What a resolver has in hand: the loaders of this request and nothing that outlives it. */
import type { KeepnetSession } from '../keepnet/session.js';
import { createLoaders, type Loaders } from '../loaders/create-loaders.js';

export type Upstream = 'KEEPNET' | 'SIMULATOR';

export interface GraphContext {
  readonly loaders: Loaders;
  readonly requestId: string;
  readonly upstream: Upstream;
  /** Aborted when the client is gone or the operation's time is up. */
  readonly signal: AbortSignal;
}

export interface ContextOptions {
  readonly keepnet: KeepnetSession;
  readonly requestId: string;
  readonly upstream: Upstream;
  readonly signal: AbortSignal;
}

export function createContext({ keepnet, requestId, upstream, signal }: ContextOptions): GraphContext {
  return { loaders: createLoaders(keepnet), requestId, upstream, signal };
}
