/** What a resolver has in hand: the loaders of this request and nothing that outlives it. */
import type { Receipt } from '../keepnet/ledger.js';
import type { KeepnetSession } from '../keepnet/session.js';
import { createLoaders, type Loaders } from '../loaders/create-loaders.js';

export type Upstream = 'KEEPNET' | 'SIMULATOR';

export interface GraphContext {
  readonly loaders: Loaders;
  readonly requestId: string;
  readonly upstream: Upstream;
  /** Aborted when the client is gone or the operation's time is up. */
  readonly signal: AbortSignal;
  /** Whether the client asked what its operation costs. */
  readonly wantsReceipt: boolean;
  /** What was asked of Keepnet so far. */
  receipt(): Receipt;
}

export interface ContextOptions extends Omit<GraphContext, 'loaders' | 'receipt'> {
  readonly keepnet: KeepnetSession;
}

export function createContext({ keepnet, ...rest }: ContextOptions): GraphContext {
  return { loaders: createLoaders(keepnet), receipt: () => keepnet.receipt(), ...rest };
}
