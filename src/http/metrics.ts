/**
 * `/metrics`, on a port of its own: those who watch the server are not its clients and have no keys, so who may read it is for the
 * network to say. What is there holds counts, times and names of operations: no customer and no person.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PrometheusMetrics } from '../telemetry-prometheus.js';

export interface MetricsServer {
  /** Without a slash at its end; the numbers are at `/metrics`. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly metrics: Pick<PrometheusMetrics, 'contentType' | 'text'>;
}

/** Throws what the socket throws, `EADDRINUSE` above all. */
export async function startMetricsServer({ host, port, metrics }: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, async (request, response) => {
    const isMeant = request.method === 'GET' && request.url?.split('?', 1)[0] === '/metrics';
    if (!isMeant) return void response.writeHead(404).end();
    const text = await metrics.text().catch(() => null);
    if (text === null) return void response.writeHead(500).end();
    response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
