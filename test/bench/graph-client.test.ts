/** The load must survive what every client of a server with keep-alive meets, and must not hide anything else. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createGraphClient, type GraphClient } from '../../bench/load/graph-client.js';

let server: Server;
let client: GraphClient;
/** Of each socket, how many requests it carried. */
let carried: Map<unknown, number>;
/** The request of a socket that is answered by a reset; 0 for none. */
let resetAt: number;

beforeEach(async () => {
  carried = new Map();
  resetAt = 0;
  server = createServer((request, response) => {
    const count = (carried.get(request.socket) ?? 0) + 1;
    carried.set(request.socket, count);
    request.resume().on('end', () => {
      if (count === resetAt) request.socket.resetAndDestroy();
      else response.end('{"data":{}}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = createGraphClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(() => {
  client.close();
  server.closeAllConnections();
  server.close();
});

describe('the client of the load', () => {
  it('asks once more where a kept socket was closed under its question, and counts it', async () => {
    resetAt = 2;
    await client.askWhole({ query: '{ __typename }' });
    const { status, text } = await client.askWhole({ query: '{ __typename }' });
    expect([status, text, client.sentAgain()]).toEqual([200, '{"data":{}}', 1]);
    expect([...carried.values()]).toEqual([2, 1]);
  });

  it('fails where a new socket is reset: a server that does this is at fault', async () => {
    resetAt = 1;
    await expect(client.ask({ query: '{ __typename }' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect([client.sentAgain(), carried.size]).toEqual([0, 1]);
  });
});
