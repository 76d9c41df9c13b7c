/**
 * Answers to clients of HTTP/1.0, among them proxies that nobody has told otherwise. They know no chunks: the end of the connection is
 * the end of the body, and an answer that was given up on the way would look whole. Promises that the connection of such an answer is
 * reset, whoever closes it, which no client takes for an end.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Before the first byte of a body whose length is not told. */
export function endByReset({ raw: { httpVersion, socket } }: FastifyRequest, { raw: answer }: FastifyReply): void {
  if (httpVersion !== '1.0') return;
  const { destroy } = socket;
  socket.destroy = (error) => {
    socket.destroy = destroy;
    const isCutOff = answer.headersSent && !answer.writableFinished;
    return isCutOff ? socket.resetAndDestroy() : socket.destroy(error);
  };
}
