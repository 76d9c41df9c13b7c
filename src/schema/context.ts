/** What a resolver has in hand: the loaders of this request and nothing that outlives it. */
import type { Receipt } from '../keepnet/ledger.js';
import type { KeepnetSession } from '../keepnet/session.js';
import { createLoaders, type Loaders } from '../loaders/create-loaders.js';
import type { CallerExports } from './export/caller-exports.js';

export type Upstream = 'KEEPNET' | 'SIMULATOR';

export interface GraphContext {
  readonly loaders: Loaders;
  /** The caller's own exports; null where the operation itself runs for an export. */
  readonly exports: CallerExports | null;
  readonly requestId: string;
  readonly upstream: Upstream;
  /** Aborted when the client is gone or the operation's time is up. */
  readonly signal: AbortSignal;
  /** Whether the client asked what its operation costs. */
  readonly wantsReceipt: boolean;
  /** What was asked of Keepnet so far. */
  receipt(): Receipt;
}

export interface ContextOptions extends Omit<GraphContext, 'loaders' | 'exports' | 'receipt'> {
  readonly keepnet: KeepnetSession;
  readonly exports?: GraphContext['exports'];
}

export function createContext({ keepnet, exports = null, ...rest }: ContextOptions): GraphContext {
  return { loaders: createLoaders(keepnet), exports, receipt: () => keepnet.receipt(), ...rest };
}
