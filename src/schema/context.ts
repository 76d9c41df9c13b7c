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
  /** More calls than these are taken for so many: an operation is cut off there. */
  readonly mostAtOnce: number;
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
  /** How many companies an answer can span, as far as is known without a call; Infinity where nobody knows. */
  mostCompanies(): number;
  /** Whether the client asked what its operation costs. */
  readonly wantsReceipt: boolean;
  /** What was asked of Keepnet so far. */
  receipt(): Receipt;
}

export interface ContextOptions
  extends Omit<GraphContext, 'loaders' | 'caller' | 'exports' | 'mostCompanies' | 'receipt'> {
  readonly keepnet: KeepnetSession;
  readonly caller?: GraphContext['caller'];
  readonly exports?: GraphContext['exports'];
}

export function createContext({ keepnet, caller = null, exports = null, ...rest }: ContextOptions): GraphContext {
  return {
    loaders: createLoaders(keepnet),
    caller,
    exports,
    mostCompanies: () => countMost(caller, keepnet),
    receipt: () => keepnet.receipt(),
    ...rest,
  };
}

/** A grant of ids says it by itself; else the list does, as it was read last. */
function countMost(caller: GraphCaller | null, keepnet: KeepnetSession): number {
  const granted = caller?.identity.companies;
  if (granted?.kind === 'IDS') return granted.ids.length;
  const last = keepnet.lastDirectory();
  return last === null ? Number.POSITIVE_INFINITY : last.companies.length + last.missing;
}

/**
 * `context` with the directory that `first` finds, for a request of many operations: a context remembers what it loaded, so that
 * each has one of its own, and would walk the list of companies anew where nothing is kept between them.
 */
export function withDirectoryOf(first: GraphContext, { loaders, ...context }: GraphContext): GraphContext {
  return { loaders: { ...loaders, directory: first.loaders.directory }, ...context };
}
