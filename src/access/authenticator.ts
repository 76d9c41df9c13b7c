/**
 * Who sent this request? Reads the two headers that may carry a credential, has it checked by the key store or the JWT verifier, and
 * answers the caller. Promises one refusal for everything that is not accepted, whatever the reason. What the caller may do is left to
 * those who ask.
 */
import { AppError } from '../errors.js';
import { type Caller, OPEN_CALLER } from './caller.js';
import type { Access } from './check-access.js';

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
}

/** `null` where the credential is not accepted; throws only where it could not be checked. */
export interface CredentialCheck {
  authenticate(credential: string): Promise<Caller | null>;
}

export interface AuthenticatorOptions {
  readonly access: Access;
  /** A `KeyStore`; asked only where `access` takes keys. */
  readonly keys: CredentialCheck;
  /** A `JwtVerifier`; null where `access` takes no JWT. */
  readonly jwt: CredentialCheck | null;
  readonly now?: () => number;
}

/** Where access is open, everybody is `OPEN_CALLER` and the headers are not read. */
export function createAuthenticator({ access }: AuthenticatorOptions): Authenticator {
  return {
    async authenticate() {
      if (access.kind === 'OPEN') return OPEN_CALLER;
      throw new AppError('UNAUTHENTICATED', 'The credential is not accepted.');
    },
  };
}
