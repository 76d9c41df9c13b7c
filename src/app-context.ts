/**
 * What one request may do, by who sends it: a Keepnet session that shows his companies and masks where he must not see people, and
 * his own exports. Everything that the graph answers goes through what is opened here.
 */
import type { CallAllowances } from './access/call-allowances.js';
import { type Caller, isAllowed } from './access/caller.js';
import { isStillGranted, refuseExport, toExportRights, toSessionRights } from './app-rights.js';
import type { Exports } from './exports/exports.js';
import type { OpenedRequest } from './http/open-request.js';
import type { KeepnetClient } from './keepnet/client.js';
import type { PersonalMask } from './keepnet/personal-mask.js';
import { type CallerAllowance, createContext, type GraphContext, type Upstream } from './schema/context.js';
import { bindExports } from './schema/export/caller-exports.js';

export interface ContextSource {
  readonly upstream: Upstream;
  readonly keepnet: KeepnetClient;
  readonly exports: Exports;
  readonly maxCalls: number;
  readonly mask: PersonalMask;
  /** Null where calls are not limited. */
  readonly allowances: CallAllowances | null;
}

/** Each request gets a session of its own, which ends with the request and may make so many calls. */
export function openContext(
  request: OpenedRequest,
  { upstream, keepnet, exports, mask, allowances, maxCalls: mostCalls }: ContextSource,
): GraphContext {
  const { requestId, caller, signal, deadlineAtMs, span, isFresh, isBulk, wantsReceipt, baseUrl } = request;
  // A whole minute's worth at most, or there would be operations that could never be made.
  const maxCalls = Math.min(mostCalls, allowances?.callsPerMinute ?? mostCalls);
  const rights = toExportRights(caller);
  const { sees, mask: ownMask } = toSessionRights(rights, mask);
  const session = keepnet.openSession({
    requestId,
    signal,
    deadlineAtMs,
    span,
    ...(isBulk ? BULK : { isFresh, lane: 'interactive', maxCalls }),
    sees,
    mask: ownMask,
  });
  const own = bindExports(exports, {
    callerId: caller.id,
    baseUrl,
    rights,
    mayExport: isAllowed(caller, 'export'),
    refuse: refuseExport,
    isStillGranted: (job) => isStillGranted(job, { caller, session, exports }),
  });
  const asking = { identity: caller, allowance: toCallerAllowance(caller, allowances, maxCalls) };
  return createContext({ requestId, signal, wantsReceipt, upstream, keepnet: session, caller: asking, exports: own });
}

/** As the parts of an export, and before them. What is kept of the directory is used all the same: `isFresh` would read it anew for each page. */
const BULK = { lane: 'tables', usesCache: false, isFresh: false, maxCalls: Number.POSITIVE_INFINITY } as const;

/** An operation that would ask for more than it may is cut off there, so it is not worth more either. */
function toCallerAllowance(
  { id }: Caller,
  allowances: CallAllowances | null,
  maxCalls: number,
): CallerAllowance | null {
  if (allowances === null) return null;
  return {
    mostAtOnce: maxCalls,
    spend: (calls) => allowances.spend(id, Math.min(calls, maxCalls)),
    read: () => allowances.read(id),
  };
}
