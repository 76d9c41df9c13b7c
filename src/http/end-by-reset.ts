/**
 * Answers to clients of HTTP/1.0, among them proxies that nobody has told otherwise. They know no chunks: the end of the connection is
 * the end of the body, and an answer that was given up on the way would look whole. Promises that the connection of such an answer is
 * reset, whoever closes it: an error to its client, not an end.
 */
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Before the first byte of a body whose length is not told. */
export function endByReset({ raw: { httpVersion, socket } }: FastifyRequest, { raw: answer }: FastifyReply): void {
  if (httpVersion !== '1.0') return;
  const { destroy, end } = socket;
  const close = (closeAsEver: () => Socket) => {
    Object.assign(socket, { destroy, end });
    return answer.headersSent && !answer.writableFinished ? socket.resetAndDestroy() : closeAsEver();
  };
  socket.destroy = (error) => close(() => socket.destroy(error));
  // A server that stops says good-bye first, which is what the end of a body looks like.
  socket.end = () => close(() => socket.end());
}
