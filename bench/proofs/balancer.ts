/**
 * A trivial load balancer: takes turns among the servers that say that they are ready, keeps connections to them, and repeats
 * nothing. What a server loses, its client loses.
 */
import { Agent, createServer, get, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Balancer {
  readonly url: string;
  add(serverUrl: string): void;
  remove(serverUrl: string): void;
  /** How many servers it sends requests to. */
  readonly readyCount: number;
  stop(): Promise<void>;
}

export async function startBalancer({ checkEveryMs }: { readonly checkEveryMs: number }): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const servers = new Map<string, boolean>();
  const stopping = new AbortController();
  let turn = 0;
  const next = () => {
    const ready = [...servers].filter(([, isReady]) => isReady).map(([url]) => url);
    turn += 1;
    return ready[turn % ready.length];
  };
  const proxy = createServer((asked, answer) => pass(next(), agent, asked, answer));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const watching = watch(servers, checkEveryMs, stopping.signal);
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    add: (serverUrl) => void servers.set(serverUrl, false),
    remove: (serverUrl) => void servers.delete(serverUrl),
    get readyCount() {
      return [...servers.values()].filter((isReady) => isReady).length;
    },
    async stop() {
      stopping.abort();
      await watching;
      agent.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

async function watch(servers: Map<string, boolean>, checkEveryMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const checks = [...servers.keys()].map(async (url) => {
      const isReady = await isReadyAt(url);
      if (servers.has(url)) servers.set(url, isReady);
    });
    await Promise.all(checks);
    await sleep(checkEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function isReadyAt(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const check = get(`${url}/readyz`, { agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    check.on('timeout', () => check.destroy());
    check.on('error', () => resolve(false));
  });
}

function pass(serverUrl: string | undefined, agent: Agent, asked: IncomingMessage, answer: ServerResponse): void {
  const fail = (reason: string) => answer.headersSent || answer.writeHead(502).end(reason);
  if (serverUrl === undefined) return void fail('no server is ready');
  const { method = 'GET', headers, url = '/' } = asked;
  const { connection: _ofTheClient, ...passed } = headers;
  const sent = request(serverUrl + url, { method, agent, headers: passed }, (came) => {
    const { connection: _ofTheServer, ...own } = came.headers;
    answer.writeHead(came.statusCode ?? 502, own);
    came.pipe(answer);
  });
  sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  asked.pipe(sent);
}
