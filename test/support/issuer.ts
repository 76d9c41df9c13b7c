/**
 * An issuer of JWT on a loopback port: it signs what a test asks for, publishes its keys as JWKS, and counts how often they are
 * fetched. Whoever opens it closes it.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { JwtIssuer } from '../../src/access/check-access.js';

export interface TestIssuer {
  /** As the server is configured for it. */
  readonly settings: JwtIssuer;
  /** Of the key `rs`, published and never hidden. */
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;
  /** So many times the keys were fetched. */
  fetches(): number;
  /** Another answer than the keys, from now on; null for the keys again. */
  answer(instead: ((response: ServerResponse) => void) | null): void;
  /** Good for five minutes, for `alice`, unless the claims or the header say otherwise; undefined takes a claim away. */
  sign(claims?: JWTPayload, header?: Record<string, unknown>, key?: CryptoKey | Uint8Array): Promise<string>;
  close(): Promise<void>;
}

export async function openIssuer(): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: 'rs', alg: 'RS256', use: 'sig' };
  let fetches = 0;
  let instead: ((response: ServerResponse) => void) | null = null;
  const server = createServer((_request, response) => {
    fetches += 1;
    if (instead) return instead(response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [publicJwk] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { jwksUrl: `${url}/keys`, issuer: url, audience: 'graph', companiesClaim: 'companies' };
  return {
    settings,
    publicJwk,
    privateKey,
    fetches: () => fetches,
    answer(next) {
      instead = next;
    },
    sign(claims = {}, header = {}, key = privateKey) {
      const seconds = Math.floor(Date.now() / 1_000);
      const payload = { iss: url, aud: 'graph', sub: 'alice', exp: seconds + 300, ...claims };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: 'rs', ...header })
        .sign(key, { crit: { exotic: true } });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
