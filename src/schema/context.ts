/** What a resolver has in hand: the loaders of this request and nothing that outlives it. */
import type { Allowance } from '../access/call-allowances.js';
import type { Caller } from '../access/caller.js';
import type { Receipt } from '../keepnet/ledger.js';
import type { KeepnetSession } from '../keepnet/session.js';
import { createLoaders, type Loaders } from '../loaders/create-loaders.js';
import type { CallerExports } from './export/caller-exports.js';

export type Upstream = 'KEEPNET' | 'SIMULATOR';

export interface GraphCaller {
  readonly identity: Caller;
  /** Null where his calls are not limited. */
  readonly allowance: CallerAllowance | null;
}

export interface CallerAllowance {
  /** @throws AppError RATE_LIMITED */
  spend(calls: number): Promise<void>;
  read(): Promise<Allowance>;
}

export interface GraphContext {
  readonly loaders: Loaders;
  /** Who asks; null where the operation itself runs for an export. What he sees of Keepnet is settled in the loaders. */
  readonly caller: GraphCaller | null;
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

export interface ContextOptions extends Omit<GraphContext, 'loaders' | 'caller' | 'exports' | 'receipt'> {
  readonly keepnet: KeepnetSession;
  readonly caller?: GraphContext['caller'];
  readonly exports?: GraphContext['exports'];
}

export function createContext({ keepnet, caller = null, exports = null, ...rest }: ContextOptions): GraphContext {
  return { loaders: createLoaders(keepnet), caller, exports, receipt: () => keepnet.receipt(), ...rest };
}
