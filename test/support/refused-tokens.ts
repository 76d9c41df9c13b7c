/** Tokens that nobody may come in with, whoever signed them: forged, bent, out of date, or meant for others. */
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload, UnsecuredJWT } from 'jose';
import type { TestIssuer } from './issuer.js';

/** The first two cells are what is refused, and why the log says so; the third builds such a token. */
export const REFUSED_TOKENS: readonly [string, string, (issuer: TestIssuer) => Promise<string> | string][] = [
  [
    'without a signature (alg none)',
    'ERR_JOSE_ALG_NOT_ALLOWED',
    (issuer) => new UnsecuredJWT(claimsOf(issuer)).encode(),
  ],
  [
    'with alg none before the signature of another',
    'ERR_JOSE_ALG_NOT_ALLOWED',
    async (issuer) => withHeader(await issuer.sign(), { alg: 'none' }),
  ],
  ['signed with the public key as a shared secret', 'ERR_JOSE_ALG_NOT_ALLOWED', signWithPublicKey],
  ['that has expired', 'ERR_JWT_EXPIRED', (issuer) => issuer.sign({ exp: nowSeconds() - 6 })],
  ['that never expires', 'claim exp: missing', (issuer) => issuer.sign(without('exp'))],
  ['whose end is a text', 'claim exp: invalid', (issuer) => issuer.sign({ exp: 'tomorrow' as never })],
  ['that is not good yet', 'claim nbf: check_failed', (issuer) => issuer.sign({ nbf: nowSeconds() + 60 })],
  ['for another audience', 'claim aud: check_failed', (issuer) => issuer.sign({ aud: 'graphs' })],
  ['for no audience', 'claim aud: missing', (issuer) => issuer.sign(without('aud'))],
  ['of another issuer', 'claim iss: check_failed', (issuer) => issuer.sign({ iss: `${issuer.settings.issuer}/` })],
  ['of nobody', 'claim sub: missing', (issuer) => issuer.sign(without('sub'))],
  ['of an empty subject', 'claim sub: not of its form', (issuer) => issuer.sign({ sub: '' })],
  ['with a key that is not known', 'ERR_JWKS_NO_MATCHING_KEY', (issuer) => issuer.sign({}, { kid: 'other' })],
  ['with a path for a key', 'ERR_JWKS_NO_MATCHING_KEY', (issuer) => issuer.sign({}, { kid: '../../../../dev/null' })],
  ['with a query for a key', 'ERR_JWKS_NO_MATCHING_KEY', (issuer) => issuer.sign({}, { kid: "rs' OR '1'='1" })],
  ['with an object for a key', 'ERR_JWT_INVALID', (issuer) => issuer.sign({}, { kid: { toString: 'rs' } })],
  ['with a key id without end', 'ERR_JWT_INVALID', (issuer) => issuer.sign({}, { kid: 'x'.repeat(257) })],
  [
    'with an extension that must be understood',
    'ERR_JWT_INVALID',
    (issuer) => issuer.sign({}, { crit: ['exotic'], exotic: 1 }),
  ],
  [
    'that says where its key is (jku)',
    'ERR_JWT_INVALID',
    (issuer) => issuer.sign({}, { jku: issuer.settings.jwksUrl }),
  ],
  ['that brings its key (jwk)', 'ERR_JWT_INVALID', signWithOwnKey],
  [
    'that says where its certificate is (x5u)',
    'ERR_JWT_INVALID',
    (issuer) => issuer.sign({}, { x5u: 'https://id.example/cert' }),
  ],
  ['that brings its certificate (x5c)', 'ERR_JWT_INVALID', (issuer) => issuer.sign({}, { x5c: ['MIIB'] })],
  ['signed by another with the same key id', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', signWithStrangeKey],
  [
    'whose claims were changed',
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    async (issuer) => withClaims(await issuer.sign(), { ...claimsOf(issuer), companies: 'all' }),
  ],
  ['that was cut', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', async (issuer) => (await issuer.sign()).slice(0, -4)],
  [
    'without its signature',
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    async (issuer) => (await issuer.sign()).replace(/[^.]+$/, ''),
  ],
  ['with a part too many', 'ERR_JWT_INVALID', async (issuer) => `${await issuer.sign()}.x`],
  ['of another type', 'ERR_JWT_INVALID', (issuer) => issuer.sign({}, { typ: 'secevent+jwt' })],
  ['whose type is no text', 'ERR_JWT_INVALID', (issuer) => issuer.sign({}, { typ: ['JWT'] })],
  [
    'with one company as a text',
    'claim companies: not of its form',
    (issuer) => issuer.sign({ companies: 'xC5kfGz7w2Nz' }),
  ],
  ['with all in a list', 'claim companies: not of its form', (issuer) => issuer.sign({ companies: ['all'] })],
  ['with a star', 'claim companies: not of its form', (issuer) => issuer.sign({ companies: ['*'] })],
  [
    'with ids and tags',
    'claim companies: not of its form',
    (issuer) => issuer.sign({ companies: ['xC5kfGz7w2Nz', 'tag:Gold'] }),
  ],
  [
    'with an object for companies',
    'claim companies: not of its form',
    (issuer) => issuer.sign({ companies: { ids: 'all' } }),
  ],
  ['with a text for abilities', 'claim abilities: not of its form', (issuer) => issuer.sign({ abilities: 'admin' })],
  [
    'with a text for masking',
    'claim mask_personal_data: not of its form',
    (issuer) => issuer.sign({ mask_personal_data: 'true' }),
  ],
];

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const without = (name: string) => ({ [name]: undefined }) as JWTPayload;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function claimsOf(issuer: TestIssuer): JWTPayload {
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

async function signWithPublicKey(issuer: TestIssuer): Promise<string> {
  const publicKey = await importJWK(issuer.publicJwk, 'RS256', { extractable: true });
  const secret = new TextEncoder().encode(await exportSPKI(publicKey as CryptoKey));
  return issuer.sign({}, { alg: 'HS256' }, secret);
}

async function signWithStrangeKey(issuer: TestIssuer): Promise<string> {
  return issuer.sign({}, {}, (await generateKeyPair('RS256')).privateKey);
}

async function signWithOwnKey(issuer: TestIssuer): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return issuer.sign({}, { jwk: await exportJWK(publicKey) }, privateKey);
}
