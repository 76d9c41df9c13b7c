/**
 * The credential's access token: asked for when it is first needed, by one request however many wait for it, and renewed at
 * 90 % of its life. Keepnet has no refresh token. The token's claims are read to describe the credential; they decide nothing.
 */
import type { AppError } from '../errors.js';
import type { CallSignal } from './call-signal.js';
import { parseJsonObject, toStatusFailure } from './envelope.js';
import { type CallContext, CallFailure, toAppError } from './failure.js';
import type { CredentialInfo } from './session.js';
import { createSharedFlights } from './shared-flights.js';
import type { HttpAnswer, Transport } from './transport.js';

export interface Token {
  readonly accessToken: string;
  readonly credential: CredentialInfo;
}

export interface TokenSource {
  /** @throws AppError; UPSTREAM_UNAUTHENTICATED where Keepnet refuses the credential. */
  current(signal: CallSignal): Promise<Token>;
  /** Tells that Keepnet refused this token. A newer one, fetched meanwhile by somebody else, is kept. */
  invalidate(accessToken: string): void;
  /** What the last token told; null before the first. */
  known(): CredentialInfo | null;
}

export interface TokenOptions {
  readonly transport: Transport;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
}

export function createTokenSource(options: TokenOptions): TokenSource {
  let kept: (Token & { readonly renewAtMs: number }) | null = null;
  let credential: CredentialInfo | null = null;
  const flights = createSharedFlights();

  async function renew(signal: CallSignal): Promise<Token> {
    const askedAtMs = Date.now();
    const response = await requestToken(options, signal);
    const expiresAtMs = askedAtMs + response.lifetimeMs;
    credential = toCredential(response, expiresAtMs);
    kept = { accessToken: response.accessToken, credential, renewAtMs: askedAtMs + response.lifetimeMs * RENEW_AT };
    return kept;
  }

  return {
    async current(signal) {
      return kept !== null && Date.now() < kept.renewAtMs ? kept : flights.join('', signal, renew).promise;
    },
    invalidate(accessToken) {
      if (kept?.accessToken === accessToken) kept = null;
    },
    known: () => credential,
  };
}

const RENEW_AT = 0.9;
/** Keepnet's fixed lifetime, for an answer that does not say. */
const DEFAULT_LIFETIME_SECONDS = 3600;

const TOKEN_CALL: CallContext = {
  operation: 'POST connect/token',
  permission: 'connect/token|POST',
  companyId: null,
  credential: null,
};

interface TokenResponse {
  readonly accessToken: string;
  readonly lifetimeMs: number;
  readonly permissions: readonly string[] | null;
}

async function requestToken({ transport, clientId, clientSecret, timeoutMs }: TokenOptions, signal: CallSignal) {
  // Form-encoded by necessity: Keepnet answers a JSON body with a 500.
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'api1' };
  try {
    const answer = await transport.send(
      {
        method: 'POST',
        path: '/connect/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(form).toString(),
      },
      // Asked twice, Keepnet gives two tokens, of which one is not used.
      { signal, timeoutMs, onSentAgain: () => undefined },
    );
    return parseTokenAnswer(answer);
  } catch (error) {
    throw error instanceof CallFailure ? toTokenError(error) : error;
  }
}

function parseTokenAnswer(answer: HttpAnswer): TokenResponse {
  if (answer.status < 200 || answer.status > 299) throw toStatusFailure(answer);
  const body = parseJsonObject(answer.body);
  const accessToken = body?.access_token;
  // It becomes a header: anything but visible ASCII is no token.
  if (body === null || typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken)) {
    throw new CallFailure('BAD_RESPONSE', 'no access token', { status: answer.status });
  }
  const seconds = Number(body.expires_in);
  const lifetimeSeconds = Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_LIFETIME_SECONDS;
  return {
    accessToken,
    lifetimeMs: lifetimeSeconds * 1000,
    permissions: Array.isArray(body.permissions) ? body.permissions.map(String) : null,
  };
}

/** Keepnet answers 400 `invalid_client` for a wrong secret where others answer 401; here every refusal means the credential. */
function toTokenError(failure: CallFailure): AppError {
  const isRefused = ['REJECTED', 'UNAUTHENTICATED', 'FORBIDDEN'].includes(failure.kind);
  const told = isRefused ? new CallFailure('CREDENTIAL_REFUSED', failure.message, { status: failure.status }) : failure;
  return toAppError(told, TOKEN_CALL);
}

function toCredential({ accessToken, permissions }: TokenResponse, expiresAtMs: number): CredentialInfo {
  const claims = toClaims(accessToken);
  return {
    role: toRole(claims.role),
    companyName: toText(claims.user_company_name),
    companyResourceId: toText(claims.user_company_resourceid),
    permissions,
    tokenExpiresAt: new Date(expiresAtMs).toISOString(),
  };
}

/** The claims, unverified: Keepnet verifies them, here they only describe. Empty for a token that is no JWT. */
function toClaims(accessToken: string): Record<string, unknown> {
  const [, payload = ''] = accessToken.split('.');
  return parseJsonObject(Buffer.from(payload, 'base64url').toString('utf8')) ?? {};
}

/** `Company Admin` and `CompanyAdmin` are one role; where there are several, being a Reseller is what matters here. */
function toRole(claim: unknown): string | null {
  const roles = (Array.isArray(claim) ? claim : [claim])
    .filter((role): role is string => typeof role === 'string')
    .map((role) => role.replaceAll(' ', ''))
    .filter((role) => role !== '');
  return roles.find((role) => role === 'Reseller') ?? roles[0] ?? null;
}

function toText(claim: unknown): string | null {
  return typeof claim === 'string' && claim !== '' ? claim : null;
}
