/**
 * Who sent this request? Reads the two headers that may carry a credential, has it checked by the key store or the JWT verifier, and
 * answers the caller. Promises one refusal for everything that is not accepted, whatever the reason. What the caller may do is left to
 * those who ask.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { AppError } from '../errors.js';
import { type Caller, OPEN_CALLER } from './caller.js';
import type { Access } from './check-access.js';
import { looksLikeKey, readKeyId } from './key-text.js';
import { createFailureThrottle } from './throttle.js';

/** The two headers as they came: `request.raw.headersDistinct`, which shows a header that was sent twice, or `request.headers`. */
export interface CredentialHeaders {
  readonly authorization?: string | readonly string[] | undefined;
  readonly 'x-api-key'?: string | readonly string[] | undefined;
}

export interface AuthenticationRequest {
  readonly headers: CredentialHeaders;
  /** Of the client, for the throttle: `request.ip`. */
  readonly clientAddress: string;
  /** Whether an API key may come as the password of Basic: for tables, OData and downloads, whose clients know nothing else. */
  readonly allowsBasic: boolean;
}

export interface Authenticator {
  /**
   * @throws AppError UNAUTHENTICATED; RATE_LIMITED with `retryAfterMs` after many refusals from the same address; STORE_UNAVAILABLE or
   * IDENTITY_UNAVAILABLE where the credential could not be checked.
   */
  authenticate(request: AuthenticationRequest): Promise<Caller>;
  /**
   * Whether a caller of before could still come in, for what was signed for him. Of a JWT only that its issuer is still trusted can be
   * known. @throws AppError STORE_UNAVAILABLE
   */
  stillAccepts(callerId: string): Promise<boolean>;
}

/** `null` where the credential is not accepted; throws only where it could not be checked. */
export interface CredentialCheck {
  authenticate(credential: string): Promise<Caller | null>;
}

export interface AuthenticatorOptions {
  readonly access: Access;
  /** A `KeyStore`; asked only where `access` takes keys. */
  readonly keys: CredentialCheck & { stillKnows(callerId: string): Promise<boolean> };
  /** A `JwtVerifier`; null where `access` takes no JWT. */
  readonly jwt: CredentialCheck | null;
  readonly now?: () => number;
}

/** Where access is open, everybody is `OPEN_CALLER` and the headers are not read. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { access, keys, jwt, now = Date.now } = options;
  if (access.kind === 'OPEN') {
    return { authenticate: async () => OPEN_CALLER, stillAccepts: async (callerId) => callerId === OPEN_CALLER.id };
  }
  const throttle = createFailureThrottle(now);
  const accepted = new LRUCache<string, true>({ max: MAX_ACCEPTED });
  const checkOf = (credential: string) => {
    if (looksLikeKey(credential)) return access.takesKeys ? keys : null;
    return access.jwt === null ? null : jwt;
  };
  return {
    async authenticate({ headers, clientAddress, allowsBasic }) {
      const credential = readCredential(headers, allowsBasic);
      const digest = createHash('sha256').update(credential).digest('base64');
      const waitMs = throttle.waitMs(clientAddress);
      if (waitMs > 0 && !accepted.has(digest)) throw tooManyFailures(waitMs);
      const caller = (await checkOf(credential)?.authenticate(credential)) ?? null;
      if (caller === null) {
        throttle.addFailure(clientAddress);
        accepted.delete(digest);
        throw new AppError('UNAUTHENTICATED', 'The credential is not accepted.');
      }
      accepted.set(digest, true);
      return caller;
    },
    async stillAccepts(callerId) {
      if (callerId.startsWith('jwt:')) return access.jwt !== null;
      return access.takesKeys && keys.stillKnows(callerId);
    },
  };
}

/** Whoever was let in before is not kept out by others behind the same address, as all are behind a proxy. Hashes, not credentials. */
const MAX_ACCEPTED = 1_000;

/** The key or token that was sent. @throws AppError UNAUTHENTICATED where there is none, more than one, or none that can be read. */
function readCredential(headers: CredentialHeaders, allowsBasic: boolean): string {
  const authorizations = [headers.authorization ?? []].flat();
  const apiKeys = [headers['x-api-key'] ?? []].flat();
  if (authorizations.length + apiKeys.length > 1) {
    throw new AppError('UNAUTHENTICATED', 'More than one credential was sent: expected one.');
  }
  const [apiKey] = apiKeys;
  if (apiKey !== undefined) return checkKeyForm(apiKey);
  const [authorization] = authorizations;
  if (authorization === undefined) {
    const keyPlaces = allowsBasic ? '`x-api-key` or as the password of `Basic`' : '`x-api-key`';
    const expected = `an API key or a JWT as \`authorization: Bearer\`, or an API key as ${keyPlaces}`;
    throw new AppError('UNAUTHENTICATED', `A credential is missing: expected ${expected}.`);
  }
  const [, scheme = '', written = ''] = /^([A-Za-z]+) +([^ ]+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return looksLikeKey(written) ? checkKeyForm(written) : written;
  if (/^basic$/i.test(scheme) && allowsBasic) return checkKeyForm(readPassword(written));
  const expected = allowsBasic ? '`Bearer …`, or `Basic …` with an API key as the password' : '`Bearer …`';
  throw new AppError('UNAUTHENTICATED', `The header authorization cannot be read: expected ${expected}.`);
}

/** That a character is wrong anybody could find out by himself: it is told, because no other answer helps whoever copied the key. */
function checkKeyForm(written: string): string {
  if (readKeyId(written) !== null) return written;
  throw new AppError(
    'UNAUTHENTICATED',
    'That is no API key: expected kg_ and the rest of it, every character as it was shown.',
  );
}

/** Of `user:password`, whoever the user is. */
function readPassword(written: string): string {
  const text = Buffer.from(written, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function tooManyFailures(waitMs: number): AppError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new AppError('RATE_LIMITED', `Too many wrong credentials came from this address: wait ${seconds} s.`, {
    retryAfterMs: waitMs,
  });
}
