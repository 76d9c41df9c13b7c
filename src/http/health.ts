/**
 * Whether the process lives and whether it can serve: `/livez` and `/readyz`, for whoever starts and watches it.
 * Promises to make no Keepnet call: what is told of Keepnet is what the last calls found, and never a secret.
 */
import type { FastifyInstance } from 'fastify';

/** `unknown`: not checked yet, or Keepnet could not be reached. */
export type CredentialState = 'accepted' | 'refused' | 'not-reseller' | 'unknown';

export interface Readiness {
  /** Whether `notReady` is empty. */
  readonly ready: boolean;
  /**
   * What speaks against new requests: the server is `stopping`; its first check of the credential is not over (`starting`);
   * Keepnet refuses the `credential`; the `store` cannot be asked.
   */
  readonly notReady: readonly ('stopping' | 'starting' | 'credential' | 'store')[];
  readonly upstream: 'keepnet' | 'simulator';
  readonly credential: CredentialState;
  readonly store: 'available' | 'unavailable';
  /**
   * Whether the last call reached Keepnet's host. Told, and no reason to be taken out: every replica asks the same Keepnet, so
   * all would be taken out at once, with the files and the kept answers that they could still give.
   */
  readonly keepnet: 'reachable' | 'unreachable' | 'unknown';
}

export function registerHealth(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  app.get('/livez', OPEN, async () => ({ alive: true }));
  app.get('/readyz', OPEN, async (_request, reply) => {
    const state = await readiness();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
}

/** For whoever can reach the server, and also while it is busy: a probe that gets no answer has it started anew. */
const OPEN = { config: { needs: 'NOTHING', isUncounted: true } } as const;
