/** Tokens of an issuer of our own: what is taken, what is refused whoever signed it, and how often the issuer is asked for its keys. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload, UnsecuredJWT } from 'jose';
import { createJwtVerifier, type JwtVerifier } from '../../src/access/jwt.js';
import { createLog } from '../../src/telemetry.js';
import { openIssuer, type TestIssuer } from '../support/issuer.js';

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
const without = (name: string) => ({ [name]: undefined }) as JWTPayload;
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

/** Each builds one token; the first two cells are what is refused and why the log says so. */
const REFUSED: [string, string, () => Promise<string> | string][] = [
  ['without a signature (alg none)', 'ERR_JOSE_ALG_NOT_ALLOWED', () => new UnsecuredJWT({ ...claims() }).encode()],
  [
    'with alg none before the signature of another',
    'ERR_JOSE_ALG_NOT_ALLOWED',
    async () => withHeader(await issuer.sign(), { alg: 'none' }),
  ],
  ['signed with the public key as a shared secret', 'ERR_JOSE_ALG_NOT_ALLOWED', signWithPublicKey],
  ['that has expired', 'ERR_JWT_EXPIRED', () => issuer.sign({ exp: nowSeconds() - 6 })],
  ['that never expires', 'claim exp: missing', () => issuer.sign(without('exp'))],
  ['whose end is a text', 'claim exp: invalid', () => issuer.sign({ exp: 'tomorrow' as never })],
  ['that is not good yet', 'claim nbf: check_failed', () => issuer.sign({ nbf: nowSeconds() + 60 })],
  ['for another audience', 'claim aud: check_failed', () => issuer.sign({ aud: 'graphs' })],
  ['for no audience', 'claim aud: missing', () => issuer.sign(without('aud'))],
  ['of another issuer', 'claim iss: check_failed', () => issuer.sign({ iss: `${issuer.settings.issuer}/` })],
  ['of nobody', 'claim sub: missing', () => issuer.sign(without('sub'))],
  ['of an empty subject', 'claim sub: not of its form', () => issuer.sign({ sub: '' })],
  ['with a key that is not known', 'ERR_JWKS_NO_MATCHING_KEY', () => issuer.sign({}, { kid: 'other' })],
  ['with a path for a key', 'ERR_JWKS_NO_MATCHING_KEY', () => issuer.sign({}, { kid: '../../../../dev/null' })],
  ['with a query for a key', 'ERR_JWKS_NO_MATCHING_KEY', () => issuer.sign({}, { kid: "rs' OR '1'='1" })],
  ['with an object for a key', 'ERR_JWT_INVALID', () => issuer.sign({}, { kid: { toString: 'rs' } })],
  ['with a key id without end', 'ERR_JWT_INVALID', () => issuer.sign({}, { kid: 'x'.repeat(257) })],
  [
    'with an extension that must be understood',
    'ERR_JWT_INVALID',
    () => issuer.sign({}, { crit: ['exotic'], exotic: 1 }),
  ],
  ['that says where its key is (jku)', 'ERR_JWT_INVALID', () => issuer.sign({}, { jku: issuer.settings.jwksUrl })],
  ['that brings its key (jwk)', 'ERR_JWT_INVALID', signWithOwnKey],
  [
    'that says where its certificate is (x5u)',
    'ERR_JWT_INVALID',
    () => issuer.sign({}, { x5u: 'https://id.example/cert' }),
  ],
  ['that brings its certificate (x5c)', 'ERR_JWT_INVALID', () => issuer.sign({}, { x5c: ['MIIB'] })],
  ['signed by another with the same key id', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', signWithStrangeKey],
  [
    'whose claims were changed',
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    async () => withClaims(await issuer.sign(), { ...claims(), companies: 'all' }),
  ],
  ['that was cut', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', async () => (await issuer.sign()).slice(0, -4)],
  [
    'without its signature',
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    async () => (await issuer.sign()).replace(/[^.]+$/, ''),
  ],
  ['with a part too many', 'ERR_JWT_INVALID', async () => `${await issuer.sign()}.x`],
  ['of another type', 'ERR_JWT_INVALID', () => issuer.sign({}, { typ: 'secevent+jwt' })],
  ['whose type is no text', 'ERR_JWT_INVALID', () => issuer.sign({}, { typ: ['JWT'] })],
  ['with one company as a text', 'claim companies: not of its form', () => issuer.sign({ companies: 'xC5kfGz7w2Nz' })],
  ['with all in a list', 'claim companies: not of its form', () => issuer.sign({ companies: ['all'] })],
  ['with a star', 'claim companies: not of its form', () => issuer.sign({ companies: ['*'] })],
  [
    'with ids and tags',
    'claim companies: not of its form',
    () => issuer.sign({ companies: ['xC5kfGz7w2Nz', 'tag:Gold'] }),
  ],
  [
    'with an object for companies',
    'claim companies: not of its form',
    () => issuer.sign({ companies: { ids: 'all' } }),
  ],
  ['with a text for abilities', 'claim abilities: not of its form', () => issuer.sign({ abilities: 'admin' })],
  [
    'with a text for masking',
    'claim mask_personal_data: not of its form',
    () => issuer.sign({ mask_personal_data: 'true' }),
  ],
];

describe('a token is refused', () => {
  it.each(REFUSED)('%s (%s)', async (_name, reason, build) => {
    const token = await build();
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

function claims(): JWTPayload {
  const { issuer: iss, audience: aud } = issuer.settings;
  return { iss, aud, sub: 'alice', exp: nowSeconds() + 300 };
}

function withHeader(token: string, header: object): string {
  const [, payload, signature] = token.split('.');
  return `${encode(header)}.${payload}.${signature}`;
}

function withClaims(token: string, payload: JWTPayload): string {
  const [header, , signature] = token.split('.');
  return `${header}.${encode(payload)}.${signature}`;
}

async function signWithPublicKey(): Promise<string> {
  const publicKey = await importJWK(issuer.publicJwk, 'RS256', { extractable: true });
  const secret = new TextEncoder().encode(await exportSPKI(publicKey as CryptoKey));
  return issuer.sign({}, { alg: 'HS256' }, secret);
}

async function signWithStrangeKey(): Promise<string> {
  return issuer.sign({}, {}, (await generateKeyPair('RS256')).privateKey);
}

async function signWithOwnKey(): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return issuer.sign({}, { jwk: await exportJWK(publicKey) }, privateKey);
}
