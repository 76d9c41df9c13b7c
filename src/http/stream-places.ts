/** So many long answers at once and no more: each holds what it reads from Keepnet, and its reader may be slow. */
import type { FastifyReply } from 'fastify';
import { AppError } from '../errors.js';

export interface StreamPlaces {
  /** Until the answer has ended. @throws AppError OVERLOADED with `retryAfterMs` */
  take(reply: FastifyReply): void;
}

const RETRY_AFTER_MS = 10_000;

export function createStreamPlaces(max: number): StreamPlaces {
  let taken = 0;
  return {
    take(reply) {
      if (taken >= max) {
        const message = `The server is sending ${max} long answers already and begins no other.`;
        throw new AppError('OVERLOADED', message, { retryAfterMs: RETRY_AFTER_MS });
      }
      taken += 1;
      reply.raw.once('close', () => {
        taken -= 1;
      });
    },
  };
}
