/**
 * Just enough of a Redis to connect to, with the fault that a real one shows only in bad times: it can take its time, or fall
 * silent for good, while its connections stay open. Keeps nothing: every `GET` finds what the test put there.
 */
import net from 'node:net';

export interface FakeRedis {
  readonly url: string;
  /** Names of the commands that came, in order, those of the handshake left out. */
  readonly commands: readonly string[];
  connections(): number;
  /** What every `GET` finds. */
  answer(stored: string): void;
  /** The error that every `GET` is answered with. */
  refuse(message: string): void;
  /** How long replies take from now on; with Infinity they never come. */
  delayReplies(delayMs: number): void;
  stop(): Promise<void>;
}

export async function startFakeRedis(port = 0): Promise<FakeRedis> {
  const sockets = new Set<net.Socket>();
  const commands: string[] = [];
  let stored: string | null = null;
  let refusal: string | null = null;
  let replyDelayMs = 0;
  const toReply = (name: string) => {
    if (name === 'GET' && refusal !== null) return `-${refusal}\r\n`;
    if (name === 'GET') return stored === null ? '$-1\r\n' : `$${Buffer.byteLength(stored)}\r\n${stored}\r\n`;
    return '+OK\r\n';
  };
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', (chunk) => {
      // Commands of these tests are small and come whole: `*2\r\n$3\r\nget\r\n$5\r\n…`, one or several in a chunk.
      const names = [...chunk.toString('utf8').matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g)].map(([, name = '']) =>
        name.toUpperCase(),
      );
      commands.push(...names.filter((name) => name !== 'CLIENT' && name !== 'INFO'));
      const reply = () => socket.write(names.map(toReply).join(''));
      if (replyDelayMs === 0) reply();
      else if (replyDelayMs < Number.POSITIVE_INFINITY) setTimeout(reply, replyDelayMs);
    });
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    url: `redis://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    commands,
    connections: () => sockets.size,
    answer: (text) => {
      stored = text;
    },
    refuse: (message) => {
      refusal = message;
    },
    delayReplies: (delayMs) => {
      replyDelayMs = delayMs;
    },
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
