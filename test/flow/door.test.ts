/** What every caller meets before GraphQL: headers, ids, limits, methods, and failures that are told and tell nothing. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../support/house.js';
import { until } from '../support/until.js';

let house: House;
beforeAll(async () => {
  house = await openHouse({ env: { CORS_ORIGINS: 'https://bi.example.com' } });
});
afterAll(() => house.close());

const QUERY = JSON.stringify({ query: '{ __typename }' });
const JSON_BODY = { 'content-type': 'application/json' };

function post(body: string, headers: Record<string, string> = JSON_BODY): Promise<Response> {
  return fetch(`${house.url}/graphql`, { method: 'POST', headers, body });
}

async function problemOf(response: Response) {
  const { errors } = (await response.json()) as { errors: { message: string; extensions: Record<string, unknown> }[] };
  expect(errors).toHaveLength(1);
  expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
  return errors[0]?.message ?? '';
}

/** With headers that `fetch` does not let one set. */
function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${house.url}/livez`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** What comes back for bytes that are not a request, as text, once the server has closed. */
function sendBytes(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(house.url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(received));
  });
}

describe('every answer', () => {
  it.each(['/graphql?query={__typename}', '/livez', '/readyz', '/', '/graphiql/', '/nothing'])(
    '%s says who answers, and is not to be kept or guessed at',
    async (path) => {
      const { headers } = await fetch(house.url + path, {
        redirect: 'manual',
        headers: { 'apollo-require-preflight': '1' },
      });
      expect(headers.get('x-keepnet-graph-upstream')).toBe('simulator');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
      if (path !== '/graphiql/') expect(headers.get('cache-control')).toBe('private, no-store');
    },
  );

  it('carries the id of the caller where that is harmless', async () => {
    const { headers } = await post(QUERY, { ...JSON_BODY, 'x-request-id': 'Trace-0123456789' });
    expect(headers.get('x-request-id')).toBe('Trace-0123456789');
  });

  it.each(['short', 'x'.repeat(65), 'with blank here', 'semi;colon;id', 'under_score_id'])(
    'does not carry %j',
    async (id) => {
      const { headers } = await post(QUERY, { ...JSON_BODY, 'x-request-id': id });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('health', () => {
  it('is alive and ready over the simulator', async () => {
    const [alive, ready] = await Promise.all([fetch(`${house.url}/livez`), fetch(`${house.url}/readyz`)]);
    expect(alive.status).toBe(200);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      ready: true,
      notReady: [],
      upstream: 'simulator',
      credential: 'accepted',
      store: 'available',
      keepnet: 'reachable',
    });
  });

  it('the root leads to GraphiQL', async () => {
    const response = await fetch(house.url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphiql/']);
  });
});

describe('a request that cannot be answered', () => {
  it('for a path that does not exist is 404', async () => {
    const response = await fetch(`${house.url}/admin`);
    expect(response.status).toBe(404);
    expect(await problemOf(response)).toContain('/graphql');
  });

  it.each([
    ['DELETE', '/graphql', 'GET, POST'],
    ['PUT', '/graphql?x=1', 'GET, POST'],
    ['POST', '/livez', 'GET, HEAD'],
    ['POST', '/exports/any/files/any.csv?expires=1', 'GET, HEAD'],
    ['DELETE', '/exports/any/events', 'GET, HEAD'],
  ])('%s %s is 405 with what is allowed', async (method, path, allowed) => {
    const response = await fetch(house.url + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
    expect(await problemOf(response)).toContain(allowed);
  });

  it('that is larger than 256 kB is 413', async () => {
    const response = await post(JSON.stringify({ query: `{ __typename } #${'x'.repeat(256 * 1024)}` }));
    expect(response.status).toBe(413);
    await problemOf(response);
  });

  it('just below 256 kB is answered', async () => {
    const response = await post(JSON.stringify({ query: `{ __typename } #${'x'.repeat(255 * 1024)}` }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'as %s is 415',
    async (type) => {
      const response = await post(QUERY, { 'content-type': type });
      expect(response.status).toBe(415);
      await problemOf(response);
    },
  );

  it.each(['gzip', 'br', 'deflate', 'GZIP'])('as %s is 415: nothing is inflated', async (encoding) => {
    const response = await post(QUERY, { ...JSON_BODY, 'content-encoding': encoding });
    expect(response.status).toBe(415);
    expect(await problemOf(response)).toContain('compressed');
  });

  it('as it is, and saying so, is answered', async () => {
    expect((await post(QUERY, { ...JSON_BODY, 'content-encoding': 'identity' })).status).toBe(200);
  });

  it.each(['{"query": ', '', '{"__proto__": {"x": 1}, "query": "{__typename}"}'])(
    'with the body %j is 400',
    async (body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      await problemOf(response);
    },
  );

  it('as a batch is 400: one request, one operation', async () => {
    const response = await post(`[${QUERY},${QUERY}]`);
    expect(response.status).toBe(400);
  });

  it('under a path that cannot be decoded is 400', async () => {
    expect((await fetch(`${house.url}/%E0%A4%A`)).status).toBe(400);
  });

  it('that is not HTTP is told in JSON, and the socket is closed', async () => {
    const received = await sendBytes('HELLO\r\n\r\n');
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('with headers beyond any measure is 431', async () => {
    const received = await sendBytes(`GET /livez HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(received).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('the name that the server is called by', () => {
  it.each(['localhost:4000', '127.0.0.1', '127.0.0.1:1', '[::1]:4000', 'LOCALHOST'])('%s is answered', async (host) => {
    expect(await statusWithHost(host)).toBe(200);
  });

  it.each([
    'rebound.example.com',
    'rebound.example.com:4000',
    '127.0.0.1.example.com',
    'localhost.example.com',
    '192.168.1.7',
    'a b',
  ])('%s is not: a page elsewhere may have led its own name here', async (host) => {
    expect(await statusWithHost(host)).toBe(421);
  });
});

describe('a page of another origin', () => {
  const preflight = (origin: string) =>
    fetch(`${house.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-keepnet-graph-receipt,cache-control',
      },
    });

  it('may ask where it was named', async () => {
    const { status, headers } = await preflight('https://bi.example.com');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://bi.example.com');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    // What changes an answer can be asked for from there too: a receipt, and nothing that was kept.
    const allowed = headers.get('access-control-allow-headers')?.split(/,\s*/);
    expect(allowed).toEqual(expect.arrayContaining(['content-type', 'x-keepnet-graph-receipt', 'cache-control']));
    const answer = await post(QUERY, { ...JSON_BODY, origin: 'https://bi.example.com' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://bi.example.com');
    expect(answer.headers.get('vary')).toMatch(/origin/i);
  });

  it('may not where it was not', async () => {
    const { headers } = await preflight('https://evil.example.com');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('cannot slip a query past the browser as a simple request', async () => {
    const response = await fetch(`${house.url}/graphql?query={__typename}`);
    expect(response.status).toBe(400);
  });
});

describe('the log', () => {
  it('has one line for each GraphQL request, with its name and without its variables', async () => {
    const before = house.logged().length;
    await house.ask(
      'query Canary($id: ID!) { node(id: $id) { id } }',
      { id: 'canary-value' },
      { 'x-request-id': 'log-line-0001' },
    );
    await house.ask('{ nothing }');
    const lines = () =>
      house
        .logged()
        .slice(before)
        .filter(({ msg }) => msg === 'graphql');
    await until(() => lines().length === 2, 'two lines in the log');
    expect(lines()).toEqual([
      expect.objectContaining({
        requestId: 'log-line-0001',
        operation: 'Canary',
        status: 400,
        errorCodes: ['BAD_USER_INPUT'],
        durationMs: expect.any(Number),
      }),
      expect.objectContaining({ operation: null, status: 400, errorCodes: ['GRAPHQL_VALIDATION_FAILED'] }),
    ]);
    expect(JSON.stringify(house.logged())).not.toContain('canary-value');
  });
});
