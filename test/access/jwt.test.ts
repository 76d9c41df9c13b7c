/** Tokens of an issuer of our own: what is taken, what is refused whoever signed it, and how often the issuer is asked for its keys. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { createJwtVerifier, type JwtVerifier } from '../../src/access/jwt.js';
import { createLog } from '../../src/telemetry.js';
import { openIssuer, type TestIssuer } from '../support/issuer.js';
import { REFUSED_TOKENS } from '../support/refused-tokens.js';

let issuer: TestIssuer;
let verifier: JwtVerifier;
let lines: string[];

beforeAll(async () => {
  issuer = await openIssuer();
});
beforeEach(() => {
  lines = [];
  // Asked for at each call, so that a test can set it on.
  const now = () => Date.now();
  verifier = createJwtVerifier(issuer.settings, {
    now,
    log: createLog('debug', { write: (line) => void lines.push(line) }),
  });
});
afterEach(() => {
  issuer.answer(null);
  jest.restoreAllMocks();
});
afterAll(() => issuer.close());

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const callerOf = async (claims: JWTPayload) => verifier.authenticate(await issuer.sign(claims));
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  it('stands for its subject, and sees nothing where it names no company', async () => {
    expect(await callerOf({})).toEqual({
      id: expect.stringMatching(/^jwt:[0-9a-f]{32}$/),
      name: 'alice',
      via: 'JWT',
      companies: { kind: 'IDS', ids: [] },
      abilities: new Set(['read']),
      masksPersonalData: false,
    });
  });

  it('is the same caller with every token, and another one with another subject', async () => {
    const [first, again, other] = [
      await callerOf({}),
      await callerOf({ name: 'Alice A.' }),
      await callerOf({ sub: 'bob' }),
    ];
    expect(again).toMatchObject({ id: first?.id, name: 'Alice A.' });
    expect(other?.id).not.toBe(first?.id);
  });

  it.each([
    [{ companies: ['xC5kfGz7w2Nz'] }, { companies: { kind: 'IDS', ids: ['xC5kfGz7w2Nz'] } }],
    [{ companies: ['tag:Gold'] }, { companies: { kind: 'TAGS', tags: ['Gold'] } }],
    [{ companies: 'all' }, { companies: { kind: 'ALL' } }],
    [{ companies: [] }, { companies: { kind: 'IDS', ids: [] } }],
    [{ abilities: ['read', 'export', 'fly'] }, { abilities: new Set(['read', 'export']) }],
    [{ abilities: [] }, { abilities: new Set() }],
    [{ mask_personal_data: true }, { masksPersonalData: true }],
    [{ aud: ['other', 'graph'] }, { name: 'alice' }],
    [{ nbf: nowSeconds() - 10 }, { name: 'alice' }],
  ])('with the claims %j is taken', async (claims, expected) => {
    expect(await callerOf(claims)).toMatchObject(expected);
  });

  it('takes its companies from the claim that is configured', async () => {
    const log = createLog('silent');
    const elsewhere = createJwtVerifier(
      { ...issuer.settings, companiesClaim: 'https://graph.example/customers' },
      { log },
    );
    const token = await issuer.sign({ companies: 'all', 'https://graph.example/customers': ['xC5kfGz7w2Nz'] });
    expect(await elsewhere.authenticate(token)).toMatchObject({ companies: { kind: 'IDS', ids: ['xC5kfGz7w2Nz'] } });
  });

  it.each([['JWT'], ['jwt'], ['at+jwt']])('of the type %s is taken', async (typ) => {
    expect(await verifier.authenticate(await issuer.sign({}, { typ }))).not.toBeNull();
  });
});

describe('a token is refused', () => {
  it.each(REFUSED_TOKENS)('%s (%s)', async (_name, reason, build) => {
    const token = await build(issuer);
    expect(await verifier.authenticate(token)).toBeNull();
    expect(lines.map((line) => (JSON.parse(line) as { reason: string }).reason)).toEqual([reason]);
    expect(lines.join()).not.toContain(token.slice(0, 30));
    // The same verifier takes a good one: it is the token that was refused.
    expect(await verifier.authenticate(await issuer.sign())).not.toBeNull();
  });

  it('with more than 8 kB, unread', async () => {
    expect(await verifier.authenticate(await issuer.sign({ padding: 'x'.repeat(6_500) }))).toBeNull();
    expect(lines).toEqual([]);
    expect(issuer.fetches()).toBeGreaterThan(0);
    expect(await verifier.authenticate(await issuer.sign({ padding: 'x'.repeat(4_000) }))).not.toBeNull();
  });

  it.each([
    [''],
    ['.'],
    ['..'],
    ['x.y.z'],
    ['eyJ.eyJ.eyJ'],
    [`${encode(null)}.e30.x`],
    [`${encode([])}.e30.x`],
    ['\u0000.\u0000.\u0000'],
  ])('that is garbage: %j', async (garbage) => {
    expect(await verifier.authenticate(garbage)).toBeNull();
  });
});

describe('a token that was taken', () => {
  it('is checked again later, with keys that are fetched anew', async () => {
    const token = await issuer.sign({ exp: nowSeconds() + 3_600 });
    await verifier.authenticate(token);
    issuer.answer((response) => response.destroy());
    const startMs = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(startMs + 600_001);
    await expect(verifier.authenticate(token)).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
  });

  it('is not believed beyond its end', async () => {
    const startMs = Date.now();
    const token = await issuer.sign({ exp: nowSeconds() + 3 });
    expect(await verifier.authenticate(token)).not.toBeNull();
    jest.spyOn(Date, 'now').mockReturnValue(startMs + 8_001);
    expect(await verifier.authenticate(token)).toBeNull();
  });
});

describe('the keys of the issuer', () => {
  it('are fetched once for all who come at once, and for a flood of unknown keys once in 30 s', async () => {
    const before = issuer.fetches();
    const token = await issuer.sign();
    await Promise.all(Array.from({ length: 50 }, () => verifier.authenticate(token)));
    expect(issuer.fetches() - before).toBe(1);
    for (let count = 0; count < 50; count += 1) {
      await verifier.authenticate(await issuer.sign({}, { kid: `unknown-${count}` }));
    }
    expect(issuer.fetches() - before).toBe(1);
    const laterMs = Date.now() + 30_001;
    jest.spyOn(Date, 'now').mockReturnValue(laterMs);
    const unknown = await issuer.sign({}, { kid: 'unknown' });
    for (let count = 0; count < 10; count += 1) await verifier.authenticate(unknown);
    expect(issuer.fetches() - before).toBe(2);
    expect(await verifier.authenticate(token)).not.toBeNull();
  });

  it.each<[string, Parameters<TestIssuer['answer']>[0]]>([
    ['fails', (response) => response.writeHead(500).end()],
    ['sends elsewhere', (response) => response.writeHead(302, { location: issuer.settings.jwksUrl }).end()],
    ['hangs up', (response) => response.destroy()],
    ['answers a page', (response) => response.end('<html>')],
    ['answers something else', (response) => response.end('{"keys":"none"}')],
    ['answers without end', (response) => response.end(`{"keys":[${'0,'.repeat(200_000)}0]}`)],
  ])('are not at hand where it %s: that is told, and tried again only after 5 s', async (_name, instead) => {
    issuer.answer(instead);
    const before = issuer.fetches();
    const token = await issuer.sign();
    for (let count = 0; count < 5; count += 1) {
      await expect(verifier.authenticate(token)).rejects.toMatchObject({
        code: 'IDENTITY_UNAVAILABLE',
        message: 'The token cannot be checked now: the keys of its issuer are not at hand.',
        retryable: true,
      });
    }
    expect(issuer.fetches() - before).toBe(1);
    issuer.answer(null);
    const laterMs = Date.now() + 5_001;
    jest.spyOn(Date, 'now').mockReturnValue(laterMs);
    expect(await verifier.authenticate(token)).not.toBeNull();
  });

  it('are used while the issuer is away, for those who have one of them', async () => {
    const token = await issuer.sign();
    await verifier.authenticate(token);
    issuer.answer((response) => response.destroy());
    const laterMs = Date.now() + 30_001;
    jest.spyOn(Date, 'now').mockReturnValue(laterMs);
    const unknown = await issuer.sign({}, { kid: 'unknown' });
    await expect(verifier.authenticate(unknown)).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
    expect(await verifier.authenticate(token)).not.toBeNull();
  });
});
