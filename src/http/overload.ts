/**
 * So many requests at once and no more: one past the bound is told at once to come again, before it costs anything. Whether the
 * process lives is always answered, or whoever watches it would restart a server for being busy.
 */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.js';
import type { Metrics } from '../telemetry-metrics.js';

export interface OverloadOptions {
  /** Of all clients together, from the headers of a request to the last byte of its answer. */
  readonly maxRequestsInFlight: number;
  readonly metrics: Metrics;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not counted: it costs next to nothing, or has a bound of its own. */
    isUncounted?: boolean;
  }
}

/** Comes before what asks a store, or anybody else, about the request. */
export function registerOverload(app: FastifyInstance, { maxRequestsInFlight, metrics }: OverloadOptions): void {
  let inFlight = 0;
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.isUncounted) return;
    if (inFlight >= maxRequestsInFlight) {
      metrics.requestShed();
      const message = `The server has ${maxRequestsInFlight} requests in flight and takes no more.`;
      throw new AppError('OVERLOADED', message, { retryAfterMs: RETRY_AFTER_MS });
    }
    inFlight += 1;
    reply.raw.once('close', () => {
      inFlight -= 1;
    });
  });
}

const RETRY_AFTER_MS = 1_000;
