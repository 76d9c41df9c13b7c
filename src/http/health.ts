/**
 * Whether the process lives and whether it can serve: `/livez` and `/readyz`, for whoever starts and watches it.
 * Promises to make no call: what is told of the credential is what the last check found, and never a secret.
 */
import type { FastifyInstance } from 'fastify';

/** `unknown`: not checked yet, or Keepnet could not be reached. */
export type CredentialState = 'accepted' | 'refused' | 'not-reseller' | 'unknown';

export interface Readiness {
  /** False while stopping, and while Keepnet refuses the credential: no question could be answered then. */
  readonly ready: boolean;
  readonly upstream: 'keepnet' | 'simulator';
  readonly credential: CredentialState;
}

export function registerHealth(app: FastifyInstance, readiness: () => Readiness): void {
  app.get('/livez', FOR_EVERYBODY, async () => ({ alive: true }));
  app.get('/readyz', FOR_EVERYBODY, async (_request, reply) => {
    const state = readiness();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
}

/** And at any load: it asks nobody. */
const FOR_EVERYBODY = { config: { needs: 'NOTHING', isUncounted: true } } as const;
