/**
 * Who gets through the door, with which credential, and what each may: keys and tokens as a client sends them. Who is refused has
 * cost Keepnet nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { type House, openHouse } from '../support/house.js';
import { openIssuer, type TestIssuer } from '../support/issuer.js';
import { type MadeKey, makeKey, revokeKey } from '../support/keys.js';
import { runLeaderboard } from '../support/run-export.js';
import { startSimulator } from '../support/simulator.js';
import { startTap } from '../support/tap.js';
import { until } from '../support/until.js';

const LIST = '{ companies(first: 1) { nodes { id name } } }';
const VIEWER = `{ viewer {
  id name via abilities masksPersonalData companies { kind ids tags } rateLimit { limit remaining resetsAt } credential { role }
} }`;

// biome-ignore lint/suspicious/noExplicitAny: answers of many documents, looked at field by field
type Loose = any;

let house: House;
let issuer: TestIssuer;
let analyst: MadeKey;
let admin: MadeKey;

beforeAll(async () => {
  issuer = await openIssuer();
  const { jwksUrl, issuer: name, audience } = issuer.settings;
  house = await openHouse({
    env: {
      ACCESS: 'keys,jwt',
      JWT_JWKS_URL: jwksUrl,
      JWT_ISSUER: name,
      JWT_AUDIENCE: audience,
      CORS_ORIGINS: 'https://bi.example.com',
      RATE_LIMIT_CALLS_PER_MINUTE: '600',
    },
  });
  analyst = await makeKey(house.dataDirectory);
  admin = await makeKey(house.dataDirectory, { name: 'Operator', abilities: ['admin'] });
});
beforeEach(() => house.simulator.clearJournal());
afterAll(async () => {
  await house.close();
  await issuer.close();
});

const askWith = (headers: Record<string, string>, query = LIST) => house.ask<Loose>(query, {}, headers);

describe('a request without a credential that is accepted', () => {
  it.each<[string, () => Record<string, string>]>([
    ['none', () => ({})],
    ['a key with a wrong character', () => ({ authorization: `Bearer ${analyst.text.slice(0, -1)}x` })],
    ['a token of nobody', () => ({ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' })],
    ['two keys', () => ({ ...analyst.headers, 'x-api-key': analyst.text })],
    ['a key as the password of Basic', () => ({ authorization: `Basic ${btoa(`me:${analyst.text}`)}` })],
    ['another scheme', () => ({ authorization: `Digest ${analyst.text}` })],
  ])('%s: is refused with 401, in JSON, and asks nothing of Keepnet', async (_what, toHeaders) => {
    const { status, headers, body } = await askWith(toHeaders());
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="keepnet-graph"');
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }] });
    expect(await house.asked()).toEqual([]);
  });

  it('is refused before its body is read, whatever that is', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${house.url}/graphql`, { method: 'POST', headers, body: '{ no JSON' });
    expect(response.status).toBe(401);
  });

  it('may not ask for the schema either', async () => {
    expect((await askWith({}, '{ __schema { queryType { name } } }')).status).toBe(401);
    expect((await askWith(analyst.headers, '{ __schema { queryType { name } } }')).body.data).toBeTruthy();
  });

  it('leaves a line in the log, and nothing of the credential', async () => {
    await askWith({ 'x-api-key': `${analyst.text}00`, 'x-request-id': 'refused-0001' });
    expect(house.logged()).toContainEqual(
      expect.objectContaining({ requestId: 'refused-0001', code: 'UNAUTHENTICATED', msg: 'refused at the door' }),
    );
    expect(JSON.stringify(house.logged())).not.toContain(analyst.text.slice(-40));
  });

  it.each(['/livez', '/readyz', '/graphiql/', '/'])('is answered at %s', async (path) => {
    const { status } = await fetch(house.url + path, { redirect: 'manual' });
    expect([200, 302, 503]).toContain(status);
  });

  it.each([
    ['/graphql?query={__typename}', 401],
    [`/exports/${'j'.repeat(22)}/events`, 401],
    // An address of a file is its own proof; this one is not whole.
    [`/exports/${'j'.repeat(22)}/files/a.csv`, 403],
    ['/nothing', 404],
  ])('%s is answered with %d', async (path, status) => {
    const response = await fetch(house.url + path, { headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(status);
  });

  it('of another method is told what there is', async () => {
    expect((await fetch(`${house.url}/graphql`, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('a key', () => {
  it.each<[string, () => Record<string, string>]>([
    ['Bearer', () => analyst.headers],
    ['x-api-key', () => ({ 'x-api-key': analyst.text })],
  ])('as %s is let in', async (_how, toHeaders) => {
    const { status, body } = await askWith(toHeaders());
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(body.data.companies.nodes).toHaveLength(1);
  });

  it('is called by whatever name reaches the server: only an open one minds', async () => {
    const headers = { ...analyst.headers, 'content-type': 'application/json', host: 'graph.example.com' };
    const status = await new Promise((resolve, reject) => {
      request(`${house.url}/graphql`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(JSON.stringify({ query: LIST }));
    });
    expect(status).toBe(200);
  });

  it('is refused within two seconds after it was revoked, without a restart', async () => {
    const key = await makeKey(house.dataDirectory);
    expect((await askWith(key.headers)).status).toBe(200);
    await revokeKey(house.dataDirectory, key.id);
    await until(async () => (await askWith(key.headers)).status === 401, 'the refusal');
  });

  it('takes the addresses of its files along when it is revoked', async () => {
    const key = await makeKey(house.dataDirectory);
    const asKey: House = { ...house, ask: (query, variables) => house.ask(query, variables, key.headers) };
    const { files } = await runLeaderboard(asKey);
    const url = files[0]?.url ?? '';
    expect((await fetch(url)).status).toBe(200);
    await revokeKey(house.dataDirectory, key.id);
    await until(async () => (await fetch(url)).status === 404, 'the end of the address');
  });

  it('that may read tables only is told what it lacks', async () => {
    const key = await makeKey(house.dataDirectory, { abilities: ['tables'] });
    const { status, body } = await askWith(key.headers);
    expect(status).toBe(403);
    expect(body.errors).toMatchObject([
      { message: expect.stringContaining('read'), extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  it('that may not export starts, repeats and cancels none, and finds no company for it', async () => {
    const key = await makeKey(house.dataDirectory, { abilities: ['read'] });
    const mutation = `mutation {
      exportLeaderboard(input: { companies: { all: true }, format: CSV }) { job { id } }
      exportCompanies(input: { format: CSV }) { job { id } }
      retryExport(id: "aB3dE5fG7hJ9kL8mN2pQ4r") { job { id } }
      cancelExport(id: "aB3dE5fG7hJ9kL8mN2pQ4r") { job { id } }
    }`;
    const fields = mutation.match(/(export|retry|cancel)\w*(?=\()/g) ?? [];
    for (const field of fields) {
      const [, line = ''] = new RegExp(`\\n\\s*(${field}.*)`).exec(mutation) ?? [];
      const { body } = await askWith(key.headers, `mutation { ${line} }`);
      expect(body.errors).toMatchObject([{ path: [field], extensions: { code: 'FORBIDDEN' } }]);
    }
    expect(fields).toHaveLength(4);
    expect(await house.asked()).toEqual([]);
  });

  it('has exports of its own, that another key does not find', async () => {
    const start = 'mutation { exportCompanies(input: { format: CSV }) { job { id } } }';
    const { body } = await askWith(analyst.headers, start);
    const { id } = body.data.exportCompanies.job;
    const find = `{ exportJob(id: "${id}") { id } }`;
    expect((await askWith(analyst.headers, find)).body.data.exportJob).toEqual({ id });
    expect((await askWith(admin.headers, find)).body.errors).toMatchObject([
      { extensions: { code: 'EXPORT_NOT_FOUND' } },
    ]);
    const events = (headers: Record<string, string>) =>
      fetch(`${house.url}/exports/${id}/events`, { headers }).then(async (response) => {
        await response.body?.cancel();
        return response.status;
      });
    expect([await events(analyst.headers), await events(admin.headers)]).toEqual([200, 404]);
  });
});

describe('a token', () => {
  it('is let in as its subject, sees what its claim lists, and may read', async () => {
    const { body: list } = await askWith(analyst.headers);
    const [{ id, name }] = list.data.companies.nodes;
    const headers = { authorization: `Bearer ${await issuer.sign({ companies: [id.slice('Company:'.length)] })}` };
    const { body } = await askWith(headers, '{ companies { totalCount nodes { name } } }');
    expect(body.data.companies).toEqual({ totalCount: 1, nodes: [{ name }] });
    const { viewer } = (await askWith(headers, VIEWER)).body.data;
    expect(viewer).toMatchObject({
      via: 'JWT',
      abilities: ['READ'],
      companies: { kind: 'IDS', ids: [id] },
      credential: null,
    });
    expect(viewer.id).toMatch(/^jwt:/);
  });

  it('without the claim sees nothing', async () => {
    const headers = { authorization: `Bearer ${await issuer.sign()}` };
    const { body } = await askWith(headers, '{ companies { totalCount } }');
    expect(body.data.companies.totalCount).toBe(0);
  });
});

describe('viewer', () => {
  it('tells an analyst who he is, what he may, and nothing of the credential of the server', async () => {
    const companies = { kind: 'TAGS', tags: ['Gold'] } as const;
    const key = await makeKey(house.dataDirectory, { name: 'Gold team', companies, masksPersonalData: true });
    const { body } = await askWith(key.headers, VIEWER);
    expect(body.data.viewer).toEqual({
      id: `key:${key.id}`,
      name: 'Gold team',
      via: 'KEY',
      abilities: ['READ', 'TABLES', 'EXPORT'],
      masksPersonalData: true,
      companies: { kind: 'TAGS', ids: [], tags: ['Gold'] },
      rateLimit: { limit: 600, remaining: 600, resetsAt: null },
      credential: null,
    });
    expect(await house.asked()).toEqual([]);
  });

  it('tells an admin the credential', async () => {
    const { body } = await askWith(admin.headers, VIEWER);
    expect(body.data.viewer).toMatchObject({ abilities: ['ADMIN'], credential: { role: 'Reseller' } });
  });
});

describe('the Keepnet calls that a key may ask for in a minute', () => {
  it('are counted before an operation runs; past them it is refused, and others are not', async () => {
    const [one, other] = [await makeKey(house.dataDirectory), await makeKey(house.dataDirectory)];
    // As soon as the 25 companies are counted, 8 calls for each and 1 for the list.
    const dashboard = `{ companies(first: 100) { nodes {
      countSummary { active } details { address } licenseCheck { totalUsers } leaderboard { totalCount }
      leaderboardOptions { products { value } } topPerformers { rank } executiveReports { name } executiveMetrics { name } } } }`;
    await askWith(admin.headers, '{ portfolio { companyCount } }');
    const first = await askWith(one.headers, `${dashboard}`);
    expect([first.status, first.body.errors?.length ?? 0]).toEqual([200, first.body.errors?.length ?? 0]);
    const { remaining, resetsAt } = (await askWith(one.headers, VIEWER)).body.data.viewer.rateLimit;
    expect(remaining).toBe(600 - 201);
    expect(Date.parse(resetsAt) - Date.now()).toBeLessThanOrEqual(60_000);
    await askWith(one.headers, dashboard);
    await house.simulator.clearJournal();
    const refused = await askWith(one.headers, dashboard);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/);
    const [error] = refused.body.errors ?? [];
    expect(error?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(Number(refused.headers.get('retry-after')) * 1000).toBe(error?.extensions?.retryAfterMs);
    expect(await house.asked()).toEqual([]);
    // What asks nothing of Keepnet is never refused: so a client can see how long to wait.
    expect((await askWith(one.headers, VIEWER)).body.data.viewer.rateLimit.remaining).toBe(0);
    expect((await askWith(other.headers, dashboard)).status).toBe(200);
  });

  it('are not taken by an operation that is refused for what it asks', async () => {
    const key = await makeKey(house.dataDirectory);
    expect((await askWith(key.headers, '{ companies(first: 1000) { totalCount } }')).status).toBe(400);
    expect((await askWith(key.headers, VIEWER)).body.data.viewer.rateLimit.remaining).toBe(600);
  });
});

describe('a page of another origin', () => {
  it('asks in advance without a credential, may send one, and reads why it was refused', async () => {
    const origin = 'https://bi.example.com';
    const preflight = await fetch(`${house.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')?.split(/,\s*/)).toEqual(
      expect.arrayContaining(['authorization', 'x-api-key']),
    );
    const { status, headers } = await askWith({ origin });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, origin]);
    expect(headers.get('access-control-expose-headers')).toContain('www-authenticate');
  });
});

describe('what the caller sent to say who he is', () => {
  it('is in nothing that is sent to Keepnet', async () => {
    const simulator = await startSimulator({ companies: 3, users: 5 });
    const tap = await startTap(simulator.url);
    const dataDirectory = await mkdtemp(join(tmpdir(), 'keepnet-graph-tap-'));
    const key = await makeKey(dataDirectory);
    const upstream = {
      KEEPNET_BASE_URL: tap.url,
      KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
      KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
    };
    const other = await openHouse({ env: { ...upstream, ACCESS: 'keys', DATA_DIR: dataDirectory } });
    try {
      const query =
        '{ companies { nodes { countSummary { active } targetUsers { nodes { email } } } } viewer { name } }';
      for (const headers of [key.headers, { 'x-api-key': key.text }]) {
        expect((await other.ask(query, {}, { ...headers, cookie: `session=${key.text}` })).status).toBe(200);
      }
      const sent = tap.sent();
      expect(sent).toContain('/api/target-users/count-summary');
      expect(sent).toMatch(/authorization: bearer/i);
      expect(sent).not.toContain('kg_');
      expect(sent).not.toContain(key.text.slice(-40));
    } finally {
      await other.close();
      await tap.stop();
      await simulator.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    }
  });
});

describe('a credential that was accepted', () => {
  it('stands nowhere in the log, at its loudest', async () => {
    const token = await issuer.sign({ companies: 'all' });
    for (const headers of [analyst.headers, { 'x-api-key': admin.text }, { authorization: `Bearer ${token}` }]) {
      expect((await askWith({ 'x-request-id': 'accepted-0001', ...headers })).status).toBe(200);
    }
    const log = JSON.stringify(house.logged());
    // The lines are there, with who asked.
    expect(log).toContain(`"caller":"key:${analyst.id}"`);
    expect(log).toMatch(/"caller":"jwt:/);
    for (const secret of [analyst.text.slice(-40), admin.text.slice(-40), ...token.split('.').slice(1)]) {
      expect(log).not.toContain(secret);
    }
  });
});
