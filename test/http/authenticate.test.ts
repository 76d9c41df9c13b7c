/** Routes as tables will be: who is let in with Basic, what a browser is asked for, and that a route has to say what it needs. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyContextConfig, type FastifyInstance } from 'fastify';
import type { AuthenticationRequest } from '../../src/access/authenticator.js';
import { type Ability, OPEN_CALLER } from '../../src/access/caller.js';
import { AppError } from '../../src/errors.js';
import { callerOf, registerAuthentication } from '../../src/http/authenticate.js';
import { answerError } from '../../src/http/problem.js';
import { createLog } from '../../src/telemetry.js';

const log = createLog('silent');

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

/** Lets in whoever sends anything, with these abilities. */
function serve(config: FastifyContextConfig, abilities: readonly Ability[] = ['tables']) {
  const seen: AuthenticationRequest[] = [];
  app = fastify();
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  const caller = { ...OPEN_CALLER, id: 'key:a', abilities: new Set(abilities) };
  const authenticate = async (request: AuthenticationRequest) => {
    seen.push(request);
    if (request.headers.authorization === undefined) throw new AppError('UNAUTHENTICATED', 'A credential is missing.');
    return caller;
  };
  registerAuthentication(app, { allowsQueryKey: false, authenticator: { authenticate }, log });
  app.get('/rows', { config }, async (request) => ({ caller: callerOf(request).id }));
  const get = async (headers: Record<string, string>) => ask(await listen(), headers);
  return { get, seen };
}

async function listen(): Promise<string> {
  if (!app) throw new Error('no server');
  return app.server.listening ? app.listeningOrigin : app.listen({ host: '127.0.0.1', port: 0 });
}

/** `fetch` does not let one say where a page comes from. */
async function ask(url: string, headers: Record<string, string>) {
  const asked = request(`${url}/rows`, { headers }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  // biome-ignore lint/suspicious/noExplicitAny: rows or errors, looked at field by field
  const body = (await json(response)) as any;
  return { status: response.statusCode, challenges: response.headersDistinct['www-authenticate'], body };
}

const BASIC = { authorization: `Basic ${btoa('excel:kg_1')}` };

describe('a route that takes Basic', () => {
  const TABLES = { needs: 'tables', takesBasic: true } as const;

  it('says so to the authenticator, and to whoever sends nothing, in a line of its own for browsers', async () => {
    const { get, seen } = serve(TABLES);
    const refused = await get({});
    expect(refused.status).toBe(401);
    expect(refused.challenges).toEqual([
      'Bearer realm="keepnet-graph"',
      'Basic realm="keepnet-graph", charset="UTF-8"',
    ]);
    expect((await get(BASIC)).body).toEqual({ caller: 'key:a' });
    expect(seen).toMatchObject([
      { allowsBasic: true },
      { allowsBasic: true, headers: { authorization: [BASIC.authorization] } },
    ]);
  });

  it.each([['cross-site'], ['same-site']])(
    'refuses the password that a browser adds for a page that is %s',
    async (site) => {
      const { get, seen } = serve(TABLES);
      const refused = await get({ ...BASIC, 'sec-fetch-site': site });
      expect([refused.status, refused.body.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
      expect(seen).toEqual([]);
    },
  );

  it.each([['same-origin'], ['none']])('takes it where a browser says %s', async (site) => {
    expect((await serve(TABLES).get({ ...BASIC, 'sec-fetch-site': site })).status).toBe(200);
  });

  it('does not mind where a page comes from that was given a key', async () => {
    const { get } = serve(TABLES);
    expect((await get({ authorization: 'Bearer kg_1', 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  });
});

describe('a route', () => {
  it('does not take Basic unless it says so', async () => {
    const { get, seen } = serve({ needs: 'tables' });
    await get(BASIC);
    expect(seen).toMatchObject([{ allowsBasic: false }]);
  });

  it.each<[Ability, readonly Ability[], number]>([
    ['read', ['read'], 200],
    ['read', ['tables', 'export'], 403],
    ['export', ['admin'], 200],
    ['admin', ['read', 'tables', 'export'], 403],
  ])('that needs %s answers a caller with %j with %d', async (needs, abilities, status) => {
    expect((await serve({ needs }, abilities).get(BASIC)).status).toBe(status);
  });

  it('that does not say what it needs is not added', () => {
    expect(() => serve({})).toThrow('the route /rows does not say what it needs');
  });
});
