/** Downloads at the level of bytes: a server that answers below HTTP, since that is where these troubles live. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { DownloadBounds, HttpDownload } from '../../src/keepnet/download-body.js';
import { createTransport, type Transport, type TransportKind } from '../../src/keepnet/transport.js';
import { until } from '../support/until.js';

const BOUNDS: DownloadBounds = {
  headersTimeoutMs: 5_000,
  idleTimeoutMs: 5_000,
  totalTimeoutMs: 10_000,
  maxBytes: 1_000_000_000,
};
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n';
const BLOCK = Buffer.alloc(65_536, 'x');

let server: Server;
/** Every connection. */
let opened: Socket[];
/** Those that carried a request: a library may open one in reserve. */
let sockets: Socket[];
let asked: string[];
let transport: Transport;
let kind: TransportKind = 'undici';

beforeEach(async () => {
  opened = [];
  sockets = [];
  asked = [];
  server = createServer((socket) => {
    opened.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const path = String(data).split(' ')[1] ?? '';
      asked.push(path);
      if (!sockets.includes(socket)) sockets.push(socket);
      ROUTES[path]?.(socket);
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

const ROUTES: Record<string, (socket: Socket) => void> = {
  '/whole': (socket) => socket.write(`${HEAD}Content-Length: 8\r\n\r\na,b\r\n1,2`),
  '/redirect': (socket) => socket.write('HTTP/1.1 307 Moved\r\nLocation: /whole\r\nContent-Length: 0\r\n\r\n'),
  '/silent': () => {},
  '/stalled': (socket) => socket.write(`${HEAD}Content-Length: 100\r\n\r\na,b`),
  '/drip': (socket) => {
    socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
    const timer = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
  },
  '/cut': (socket) => {
    socket.write(`${HEAD}Content-Length: 100\r\n\r\na,b`);
    setTimeout(() => socket.end(), 50);
  },
  '/pour': (socket) => {
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const pour = () => {
      while (!socket.destroyed && socket.write(`10000\r\n${BLOCK}\r\n`));
    };
    socket.on('drain', pour);
    pour();
  },
};

const get = (path: string, more: Partial<DownloadBounds> & { signal?: AbortSignal } = {}): Promise<HttpDownload> =>
  transport.download(
    { method: 'GET', path, headers: {} },
    { signal: new AbortController().signal, ...BOUNDS, ...more },
  );

async function readWhole({ body }: HttpDownload): Promise<string> {
  const blocks: Uint8Array[] = [];
  for await (const block of body) blocks.push(block);
  return Buffer.concat(blocks).toString('utf8');
}

const untilClosed = () => until(() => sockets.length > 0 && sockets.every(({ destroyed }) => destroyed), 'the socket');

describe.each<TransportKind>(['undici', 'cross-fetch'])('a download by %s', (each) => {
  beforeAll(() => {
    kind = each;
  });

  it('tells status and headers, then the body, and its connection is used again', async () => {
    const download = await get('/whole');
    expect([download.status, download.header('content-type'), download.header('x-none')]).toEqual([
      200,
      'text/csv',
      null,
    ]);
    expect(await readWhole(download)).toBe('a,b\r\n1,2');
    expect(await download.ended).toBeNull();
    expect(await download.body.next()).toEqual({ value: undefined, done: true });
    await sleep(5);
    await readWhole(await get('/whole'));
    expect(asked).toEqual(['/whole', '/whole']);
    expect(sockets).toHaveLength(1);
  });

  it('hands a redirect back instead of following it', async () => {
    const download = await get('/redirect');
    expect(download.status).toBe(307);
    expect(await readWhole(download)).toBe('');
    expect(asked).toEqual(['/redirect']);
  });

  it('waits for headers no longer than it may', async () => {
    await expect(get('/silent', { headersTimeoutMs: 100 })).rejects.toMatchObject({ kind: 'TIMEOUT' });
    await untilClosed();
    expect(asked).toEqual(['/silent']);
  });

  it('waits for the next block no longer than it may', async () => {
    const download = await get('/stalled', { idleTimeoutMs: 100 });
    await expect(readWhole(download)).rejects.toMatchObject({ kind: 'TIMEOUT' });
    expect(await download.ended).toMatchObject({ kind: 'TIMEOUT' });
    await untilClosed();
  });

  it('lasts no longer than it may, however lively', async () => {
    const download = await get('/drip', { idleTimeoutMs: 200, totalTimeoutMs: 500 });
    await expect(readWhole(download)).rejects.toMatchObject({ kind: 'TIMEOUT' });
    await untilClosed();
  });

  it('never holds it against Keepnet that its reader is slow, and reads no further meanwhile', async () => {
    const { body } = await get('/pour', { idleTimeoutMs: 100 });
    await body.next();
    await sleep(300);
    const sentMeanwhile = sockets[0]?.bytesWritten ?? 0;
    await sleep(100);
    expect(sockets[0]?.bytesWritten).toBe(sentMeanwhile);
    expect((await body.next()).done).toBe(false);
    await body.return();
    await untilClosed();
  });

  it('is no larger than it may be', async () => {
    const download = await get('/pour', { maxBytes: 1_000_000 });
    await expect(readWhole(download)).rejects.toMatchObject({ kind: 'TOO_LARGE' });
    await untilClosed();
  });

  it('that was cut while nobody was reading does not look whole', async () => {
    const { body } = await get('/cut');
    await body.next();
    await sleep(150);
    await expect(body.next()).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
    await expect(body.next()).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
  });

  it('that ran out of time while nobody was reading does not look whole', async () => {
    const { body } = await get('/stalled', { totalTimeoutMs: 100 });
    await body.next();
    await untilClosed();
    await expect(body.next()).rejects.toMatchObject({ kind: 'TIMEOUT' });
  });

  it.each(['/silent', '/stalled', '/pour'])('ends %s when its asker leaves, with the reason', async (path) => {
    const asker = new AbortController();
    const reason = new AppError('DEADLINE_EXCEEDED', 'over');
    const read = get(path, { signal: asker.signal }).then(readWhole);
    setTimeout(() => asker.abort(reason), 60);
    await expect(read).rejects.toBe(reason);
    await untilClosed();
  });

  it('opens no socket for an asker that has left', async () => {
    await expect(get('/whole', { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AppError);
    expect(sockets).toHaveLength(0);
  });

  it('closes its socket when its reader leaves, also before the first block', async () => {
    const download = await get('/pour');
    await download.body.return();
    expect(await download.ended).toBeNull();
    expect(await download.body.next()).toEqual({ value: undefined, done: true });
    await untilClosed();
  });

  it('ends when the transport is stopped', async () => {
    const read = get('/stalled').then(readWhole);
    setTimeout(() => transport.stop(), 60);
    await expect(read).rejects.toMatchObject({ kind: 'UNAVAILABLE', message: 'the client was stopped' });
    await untilClosed();
  });

  it('leaves no listener with its asker', async () => {
    const asker = new AbortController();
    let listeners = 0;
    const { signal } = asker;
    const counting = new Proxy(signal, {
      get(target, name) {
        if (name === 'addEventListener') listeners += 1;
        if (name === 'removeEventListener') listeners -= 1;
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await readWhole(await get('/whole', { signal: counting }));
    await expect(get('/silent', { signal: counting, headersTimeoutMs: 50 })).rejects.toThrow();
    await sleep(5);
    expect(listeners).toBe(0);
  });
});
