/**
 * Whether Keepnet's host can be reached, as the last exchange found it: any answer counts, also one that says no. Watches a
 * transport and asks nothing itself.
 */
import { CallFailure } from './failure.js';
import type { Transport } from './transport.js';

export type Reach = 'reachable' | 'unreachable' | 'unknown';

export interface WatchedTransport extends Transport {
  /** `unknown` before the first exchange has ended. */
  readonly reach: Reach;
}

export function watchReach(transport: Transport): WatchedTransport {
  let reach: Reach = 'unknown';
  const watch = async <Answer>(exchange: Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await exchange;
      reach = 'reachable';
      return answer;
    } catch (error) {
      if (hasNoAnswer(error)) reach = 'unreachable';
      throw error;
    }
  };
  return {
    send: (request, limits) => watch(transport.send(request, limits)),
    download: (request, limits) => watch(transport.download(request, limits)),
    stop: () => transport.stop(),
    get reach() {
      return reach;
    },
  };
}

/** An exchange that its asker ended says nothing of Keepnet. */
function hasNoAnswer(error: unknown): boolean {
  return error instanceof CallFailure && error.status === null && ['UNAVAILABLE', 'TIMEOUT'].includes(error.kind);
}
