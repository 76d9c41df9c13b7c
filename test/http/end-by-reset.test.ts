/** How an answer without a length ends for a client that knows its end by that of the connection alone. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fastify, { type FastifyReply } from 'fastify';
import { endByReset } from '../../src/http/end-by-reset.js';

type Ending = ({ raw }: FastifyReply) => unknown;

/** What the client finds when the first bytes have come and the answer ends so; null for an ordinary end. */
async function endFor(version: string, end: Ending): Promise<string | null> {
  const app = fastify();
  let answer: FastifyReply | undefined;
  app.get('/', (request, reply) => {
    endByReset(request, reply);
    reply.hijack().raw.write('the first of it\n');
    answer = reply;
  });
  const { hostname, port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), hostname);
  socket.write(`GET / HTTP/${version}\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`);
  let failure: string | null = null;
  socket.on('error', ({ code = 'ERROR' }: NodeJS.ErrnoException) => {
    failure = code;
  });
  await once(socket, 'data');
  if (answer !== undefined) end(answer);
  await new Promise((closed) => socket.once('close', closed));
  await app.close();
  return failure;
}

const ENDINGS: readonly (readonly [string, Ending])[] = [
  ['a failure', ({ raw }) => raw.destroy()],
  ['a server that stops', ({ raw: { socket } }) => socket?.end()],
  ['a server that stops at once', ({ raw: { socket } }) => socket?.destroy()],
];

describe('the connection of an answer that is given up', () => {
  it.each(ENDINGS)('is reset under HTTP/1.0: by %s', async (_by, end) => {
    expect(await endFor('1.0', end)).toBe('ECONNRESET');
  });

  it.each(ENDINGS)('ends without its last chunk under HTTP/1.1, which says enough: by %s', async (_by, end) => {
    expect(await endFor('1.1', end)).toBeNull();
  });
});

it('a whole answer ends as ever', async () => {
  expect(await endFor('1.0', ({ raw }) => raw.end('the last of it\n'))).toBeNull();
});
