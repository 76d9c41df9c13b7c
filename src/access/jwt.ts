/**
 * JSON Web Tokens of one issuer: signature, issuer, audience and time are checked with the issuer's public keys, and what a token
 * says about keys, algorithms or extensions itself is not believed. What its claims grant is left to `jwt-claims.ts`.
 */
import { createHash } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, type ProtectedHeaderParameters } from 'jose';
import { LRUCache } from 'lru-cache';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Caller } from './caller.js';
import type { JwtIssuer } from './check-access.js';
import { createJwks } from './jwks.js';
import { parseClaims } from './jwt-claims.js';

export interface JwtVerifier {
  /** Null for what is not accepted, whatever the reason. @throws AppError IDENTITY_UNAVAILABLE where it cannot be checked now. */
  authenticate(token: string): Promise<Caller | null>;
}

export interface JwtVerifierOptions {
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Asks the issuer for its keys with the first token. */
export function createJwtVerifier(issuer: JwtIssuer, { log, now = Date.now }: JwtVerifierOptions): JwtVerifier {
  const jwks = createJwks(issuer.jwksUrl, now);
  async function verify(token: string): Promise<JWTPayload> {
    checkHeader(readHeader(token));
    const { payload } = await jwtVerify(token, jwks, {
      algorithms: ALGORITHMS,
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
    });
    return payload;
  }
  const believed = createBelieved(now);
  return {
    async authenticate(token) {
      if (token.length > MAX_TOKEN_LENGTH) return null;
      const before = believed.find(token);
      if (before) return before;
      try {
        const payload = await verify(token);
        const caller = parseClaims(payload, issuer.companiesClaim);
        believed.add(token, caller, payload);
        return caller;
      } catch (error) {
        if (error instanceof AppError && error.code === 'IDENTITY_UNAVAILABLE') throw error;
        log.info({ reason: toReason(error) }, 'a token was refused');
        return null;
      }
    },
  };
}

/** Signatures by a private key only: with a shared secret the public key of the issuer would do for forging. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_TOLERANCE_SECONDS = 5;
/** Half of what all headers may take. */
const MAX_TOKEN_LENGTH = 8_192;
const BELIEVED_FOR_MS = 10_000;
const MAX_BELIEVED = 1_000;
const MAX_KEY_ID_LENGTH = 256;
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
/** A key, or where to fetch one, from whoever wrote the token; and extensions that would have to be understood. */
const REFUSED_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'crit'];

/** A signature costs more than all else of a small request: a token that was good is believed for some seconds, never beyond its end. */
function createBelieved(now: () => number) {
  const callers = new LRUCache<
    string,
    { readonly caller: Caller; readonly sinceMs: number; readonly endsAtMs: number }
  >({
    max: MAX_BELIEVED,
  });
  return {
    find(token: string): Caller | null {
      const found = callers.get(toDigest(token));
      if (!found) return null;
      const ageMs = now() - found.sinceMs;
      return ageMs >= 0 && ageMs < BELIEVED_FOR_MS && now() < found.endsAtMs ? found.caller : null;
    },
    add(token: string, caller: Caller, { exp = 0 }: JWTPayload): void {
      callers.set(toDigest(token), { caller, sinceMs: now(), endsAtMs: exp * 1_000 });
    },
  };
}

/** Tokens themselves are not kept. */
function toDigest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

function readHeader(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch (cause) {
    throw new errors.JWTInvalid('the header cannot be read', { cause });
  }
}

function checkHeader(header: ProtectedHeaderParameters): void {
  const refused = REFUSED_HEADERS.find((name) => Object.hasOwn(header, name));
  if (refused !== undefined) throw new errors.JWTInvalid(`the header ${refused} is not taken`);
  const type = typeof header.typ === 'string' ? header.typ.toLowerCase() : header.typ;
  if (!TYPES.includes(type)) throw new errors.JWTInvalid('the token is of another type');
  const { kid = '' } = header;
  if (typeof kid !== 'string' || kid.length > MAX_KEY_ID_LENGTH) throw new errors.JWTInvalid('the key id is no key id');
}

/** For the log: what kind of failure, and nothing of the token. */
function toReason(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) return `claim ${error.claim}: ${error.reason}`;
  if (error instanceof errors.JOSEError) return error.code;
  if (error instanceof AppError) return `claim ${error.argument}: not of its form`;
  return error instanceof Error ? error.name : 'unknown';
}
