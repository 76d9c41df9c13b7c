/**
 * What one request may do, by who sends it: a Keepnet session that shows his companies and masks where he must not see people, and
 * his own exports. Everything that the graph answers goes through what is opened here.
 */
import type { Caller } from './access/caller.js';
import { isStillGranted, refuseExport, toExportRights, toSessionRights } from './app-rights.js';
import type { Exports } from './exports/exports.js';
import type { OpenedRequest } from './http/graphql.js';
import type { KeepnetClient } from './keepnet/client.js';
import type { PersonalMask } from './keepnet/personal-mask.js';
import { createContext, type GraphContext, type Upstream } from './schema/context.js';
import { bindExports } from './schema/export/caller-exports.js';

export interface ContextSource {
  readonly upstream: Upstream;
  readonly keepnet: KeepnetClient;
  readonly exports: Exports;
  readonly maxCalls: number;
  readonly mask: PersonalMask;
}

/** Each request gets a session of its own, which ends with the request and may make so many calls. */
export function openContext(
  request: OpenedRequest,
  caller: Caller,
  { upstream, keepnet, exports, maxCalls, mask }: ContextSource,
): GraphContext {
  const { requestId, signal, deadlineAtMs, isFresh, wantsReceipt, baseUrl } = request;
  const rights = toExportRights(caller);
  const { sees, mask: ownMask } = toSessionRights(rights, mask);
  const session = keepnet.openSession({
    requestId,
    signal,
    deadlineAtMs,
    isFresh,
    lane: 'interactive',
    maxCalls,
    sees,
    mask: ownMask,
  });
  const own = bindExports(exports, {
    callerId: caller.id,
    baseUrl,
    rights,
    refuse: refuseExport,
    isStillGranted: (job) => isStillGranted(job, { caller, session, exports }),
  });
  return createContext({ requestId, signal, wantsReceipt, upstream, keepnet: session, exports: own });
}
