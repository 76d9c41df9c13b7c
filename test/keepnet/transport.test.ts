import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import {
  createTransport,
  MAX_BODY_BYTES,
  type SendLimits,
  type Transport,
  type TransportKind,
} from '../../src/keepnet/transport.js';

const forever = new AbortController().signal;
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** A server that answers below HTTP, byte by byte, since that is where these faults live. */
let server: Server;
/** Every connection. */
let opened: Socket[];
/** Those that carried a request: a library may open one in reserve. */
let sockets: Socket[];
/** In order of arrival: the path, and on which of `sockets` it came. */
let requests: [path: string, socket: number][];
let transport: Transport;
let kind: TransportKind = 'undici';

beforeEach(async () => {
  opened = [];
  sockets = [];
  requests = [];
  server = createServer((socket) => {
    opened.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (!sockets.includes(socket)) sockets.push(socket);
      const path = String(data).split(' ')[1] ?? '';
      const isKept = requests.some(([, index]) => index === sockets.indexOf(socket));
      requests.push([path, sockets.indexOf(socket)]);
      ROUTES[path]?.(socket, isKept);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  transport = createTransport({ kind, baseUrl: `http://127.0.0.1:${port}/`, maxSockets: 4 });
});

afterEach(() => {
  transport.stop();
  for (const socket of opened) socket.destroy();
  server.close();
});

const ROUTES: Record<string, (socket: Socket, isKept: boolean) => void> = {
  '/whole': (socket) => socket.write(`${HEAD}Content-Length: 10\r\n\r\n{"a":"ş"}`),
  '/gzip': (socket) => answerGzip(socket, gzipSync('{"a":"ş"}')),
  '/bomb': (socket) => answerGzip(socket, gzipSync(Buffer.alloc(2 * MAX_BODY_BYTES, 32))),
  '/redirect': (socket) => socket.write('HTTP/1.1 307 Moved\r\nLocation: /whole\r\nContent-Length: 0\r\n\r\n'),
  '/later': (socket) => socket.write('HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n'),
  '/silent': () => {},
  '/stalled': (socket) => socket.write(`${HEAD}Content-Length: 100\r\n\r\n{"a"`),
  '/dripping': (socket) => {
    socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
    const timer = setInterval(() => socket.write(' '), 20);
    socket.on('close', () => clearInterval(timer));
  },
  '/reset': (socket) => socket.resetAndDestroy(),
  '/reset-kept': (socket, isKept) => (isKept ? socket.resetAndDestroy() : ROUTES['/whole']?.(socket, isKept)),
  '/end-kept': (socket, isKept) => (isKept ? socket.end() : ROUTES['/whole']?.(socket, isKept)),
  '/reset-kept-then-silent': (socket, isKept) => void (isKept && socket.resetAndDestroy()),
  '/truncated': (socket) => {
    socket.write(`${HEAD}Content-Length: 100\r\n\r\n{"a"`);
    setTimeout(() => socket.end(), 20);
  },
  '/truncated-chunks': (socket) => {
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n`);
    setTimeout(() => socket.end(), 20);
  },
  '/huge': (socket) => {
    socket.write(`${HEAD}Content-Length: ${4 * MAX_BODY_BYTES}\r\n\r\n`);
    const block = Buffer.alloc(64 * 1024, 32);
    const pour = () => socket.writable && socket.write(block, () => setImmediate(pour));
    pour();
  },
};

function answerGzip(socket: Socket, body: Buffer): void {
  socket.write(`${HEAD}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body);
}

function get(path: string, limits: Partial<SendLimits> = {}) {
  return transport.send({ method: 'GET', path, headers: {} }, { signal: forever, timeoutMs: 5_000, ...limits });
}

async function closedWithin(ms: number): Promise<boolean> {
  const until = Date.now() + ms;
  while (Date.now() < until && sockets.some((socket) => !socket.destroyed)) await sleep(5);
  return sockets.length > 0 && sockets.every((socket) => socket.destroyed);
}

describe.each<TransportKind>(['undici', 'cross-fetch'])('transport by %s', (each) => {
  beforeAll(() => {
    kind = each;
  });

  it('reads an answer whole, and uses its connection again', async () => {
    expect(await get('/whole')).toEqual({ status: 200, retryAfter: null, body: '{"a":"ş"}' });
    await sleep(5);
    await get('/whole');
    expect(sockets).toHaveLength(1);
  });

  it('inflates what was compressed, within the same bound', async () => {
    expect(await get('/gzip')).toMatchObject({ status: 200, body: '{"a":"ş"}' });
    await expect(get('/bomb')).rejects.toMatchObject({ kind: 'TOO_LARGE' });
  });

  it('hands a redirect back instead of following it', async () => {
    expect(await get('/redirect')).toMatchObject({ status: 307 });
  });

  it('hands Retry-After on', async () => {
    expect(await get('/later')).toMatchObject({ status: 429, retryAfter: '3' });
  });

  it.each(['/silent', '/stalled', '/dripping'])('ends %s at its deadline and closes the socket', async (path) => {
    const startedAt = Date.now();
    await expect(get(path, { timeoutMs: 150 })).rejects.toMatchObject({ kind: 'TIMEOUT', status: null });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(await closedWithin(1_000)).toBe(true);
  });

  it.each(['/silent', '/stalled', '/dripping'])('ends %s when its asker leaves, with the reason', async (path) => {
    const asker = new AbortController();
    const answer = get(path, { signal: asker.signal });
    const reason = new AppError('DEADLINE_EXCEEDED', 'over');
    setTimeout(() => asker.abort(reason), 60);
    await expect(answer).rejects.toBe(reason);
    expect(await closedWithin(1_000)).toBe(true);
  });

  it.each(['/reset', '/truncated', '/truncated-chunks'])(
    'tells %s from a timeout, at once',
    async (path) => {
      await expect(get(path, { timeoutMs: 10_000 })).rejects.toMatchObject({ kind: 'UNAVAILABLE', status: null });
    },
    5_000,
  );

  it('stops reading an answer that is too large', async () => {
    await expect(get('/huge')).rejects.toMatchObject({ kind: 'TOO_LARGE' });
    expect(await closedWithin(1_000)).toBe(true);
  });

  it('says unavailable where nobody listens', async () => {
    server.close();
    await expect(get('/whole')).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
  });

  it('opens no socket for an asker that has left', async () => {
    await expect(get('/whole', { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AppError);
    expect(sockets).toHaveLength(0);
  });

  it('ends what is on its way when stopped', async () => {
    const answer = get('/silent');
    setTimeout(() => transport.stop(), 60);
    await expect(answer).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
    expect(await closedWithin(1_000)).toBe(true);
  });
});

describe.each<TransportKind>(['undici', 'cross-fetch'])('a kept connection that is dead, by %s', (each) => {
  beforeAll(() => {
    kind = each;
  });
  let sentAgain: number;
  const onSentAgain = () => {
    sentAgain += 1;
  };
  beforeEach(async () => {
    sentAgain = 0;
    await get('/whole');
    await sleep(5);
  });

  it.each(['/reset-kept', '/end-kept'])('costs %s a second sending, on a new connection', async (path) => {
    expect(await get(path, { onSentAgain })).toMatchObject({ status: 200, body: '{"a":"ş"}' });
    expect(sentAgain).toBe(1);
    expect(requests.slice(1)).toEqual([
      [path, 0],
      [path, 1],
    ]);
  });

  it('is not replaced by another kept one, and no new one is kept', async () => {
    await Promise.all([get('/whole'), get('/whole'), get('/whole')]);
    await sleep(5);
    const held = sockets.length;
    expect(held).toBeGreaterThan(1);
    await Promise.all(Array.from({ length: held }, () => get('/reset-kept', { onSentAgain })));
    expect(sentAgain).toBe(held);
    expect(sockets).toHaveLength(2 * held);
    expect(await closedWithin(1_000)).toBe(true);
  });

  it('fails a request that must not be carried out twice', async () => {
    await expect(get('/reset-kept')).rejects.toMatchObject({ kind: 'UNAVAILABLE', status: null });
    expect(requests).toHaveLength(2);
  });

  it('is not taken for one that was never kept, nor for one that broke in the middle of an answer', async () => {
    await expect(get('/truncated', { onSentAgain })).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
    await sleep(30);
    await expect(get('/reset', { onSentAgain })).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
    expect([sentAgain, requests.length]).toEqual([0, 3]);
  });

  it('leaves what is sent again its deadline, and its asker', async () => {
    const limits = { timeoutMs: 150, onSentAgain };
    await expect(get('/reset-kept-then-silent', limits)).rejects.toMatchObject({ kind: 'TIMEOUT' });
    expect([sentAgain, await closedWithin(1_000)]).toEqual([1, true]);
    await get('/whole');
    await sleep(5);
    const asker = new AbortController();
    const reason = new AppError('DEADLINE_EXCEEDED', 'over');
    setTimeout(() => asker.abort(reason), 60);
    const answer = get('/reset-kept-then-silent', { signal: asker.signal, onSentAgain });
    await expect(answer).rejects.toBe(reason);
    expect([sentAgain, await closedWithin(1_000)]).toEqual([2, true]);
  });
});
