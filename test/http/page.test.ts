/** What the door promises about its pages: their headers, their compressed copies, and nothing but their own files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerPages } from '../../src/http/pages.js';

async function openDoor(pagesDirectory: string): Promise<FastifyInstance> {
  const app = Fastify();
  // As the real door does for its own answers; the page must win.
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'private, no-store');
  });
  await registerPages(app, pagesDirectory);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

/** Over a socket and with node:http, because `fetch` tidies the path and adds headers, and `inject` cannot run under Jest. */
function ask(app: FastifyInstance, path: string, headers: Record<string, string> = {}) {
  const { port } = app.server.address() as AddressInfo;
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
    }).on('error', reject);
  });
}

describe('a page that is built', () => {
  const directory = mkdtempSync(join(tmpdir(), 'keepnet-graph-page-'));
  let app: FastifyInstance;

  beforeAll(async () => {
    mkdirSync(join(directory, 'graphiql/assets'), { recursive: true });
    mkdirSync(join(directory, 'connect'));
    writeFileSync(join(directory, 'connect/index.html'), '<html lang="en">');
    writeFileSync(join(directory, 'outside.js'), 'outside');
    writeFileSync(join(directory, 'graphiql/index.html'), '<html>');
    writeFileSync(join(directory, 'graphiql/notes.txt'), 'not a part of a page');
    for (const [extension, content] of Object.entries({ '': 'plain', '.br': 'as br', '.gz': 'as gzip' })) {
      writeFileSync(join(directory, `graphiql/assets/a-1234.js${extension}`), content);
    }
    app = await openDoor(directory);
  });

  afterAll(async () => {
    await app.close();
    rmSync(directory, { recursive: true });
  });

  it('is found with and without the slash', async () => {
    expect(await ask(app, '/graphiql')).toMatchObject({ status: 308, headers: { location: '/graphiql/' } });
    expect(await ask(app, '/graphiql/')).toMatchObject({ status: 200, body: '<html>' });
  });

  it('carries a policy that lets scripts, workers and requests be only its own', async () => {
    const { headers } = await ask(app, '/graphiql/');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "worker-src 'self'", "connect-src 'self'"]),
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  it('is beside others, each with a policy of its own', async () => {
    const { status, headers, body } = await ask(app, '/connect/');
    expect({ status, body }).toEqual({ status: 200, body: '<html lang="en">' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe-inline');
    expect((await ask(app, '/connect/assets/a-1234.js')).status).toBe(404);
  });

  it('is asked for anew each time, while its hashed files are kept for good', async () => {
    expect((await ask(app, '/graphiql/')).headers['cache-control']).toBe('no-cache');
    const asset = await ask(app, '/graphiql/assets/a-1234.js');
    expect(asset.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect((await ask(app, '/graphiql/assets/a-0000.js')).headers['cache-control']).toBe('no-cache');
  });

  it.each([
    [undefined, undefined, 'plain'],
    ['gzip, deflate, br, zstd', 'br', 'as br'],
    ['gzip, br;q=0', 'gzip', 'as gzip'],
    ['br;q=0.5', 'br', 'as br'],
    ['identity', undefined, 'plain'],
    ['brotli, x-gzip', undefined, 'plain'],
  ])('answers accept-encoding %p with %p', async (accepted, encoding, body) => {
    const answer = await ask(
      app,
      '/graphiql/assets/a-1234.js',
      accepted === undefined ? {} : { 'accept-encoding': accepted },
    );
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.body).toBe(body);
  });

  it.each([
    '../outside.js',
    '%2e%2e/outside.js',
    '..%2foutside.js',
    'assets/../../outside.js',
    'assets',
    'assets/',
    'notes.txt',
    'assets/a-1234.js.br',
    'constructor',
  ])('answers 404 to %p', async (path) => {
    expect((await ask(app, `/graphiql/${path}`)).status).toBe(404);
  });
});

describe('a page that is not built', () => {
  it('says so, and what to do', async () => {
    const app = await openDoor(join(tmpdir(), 'keepnet-graph-no-such-page'));
    const answer = await ask(app, '/graphiql/');
    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toContain('npm run build');
    await app.close();
  });
});
