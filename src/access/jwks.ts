/**
 * The public keys of a JWT issuer, fetched from its address and kept for ten minutes. A key that is not among them is looked for anew
 * at most every 30 s, and an address that fails is left alone for 5 s, so that forged tokens cannot make this server hammer it.
 */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import { AppError } from '../errors.js';

/**
 * Finds the key for a token's header. Throws jose's JWKSNoMatchingKey where there is none, AppError IDENTITY_UNAVAILABLE where the keys
 * cannot be fetched. The first fetch comes with the first token.
 */
export function createJwks(jwksUrl: string, now: () => number): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: UNKNOWN_KEY_PAUSE_MS,
    cacheMaxAge: KEPT_FOR_MS,
    [customFetch]: createFetch(now),
  });
}

const FETCH_TIMEOUT_MS = 5_000;
const UNKNOWN_KEY_PAUSE_MS = 30_000;
const KEPT_FOR_MS = 600_000;
const FAILURE_PAUSE_MS = 5_000;
const MAX_BYTES = 256 * 1024;

/** jose asks for no redirect to be followed, and gives the signal of the timeout. */
function createFetch(now: () => number): FetchImplementation {
  let failedAtMs = Number.NEGATIVE_INFINITY;
  return async (url, options) => {
    const sinceMs = now() - failedAtMs;
    if (sinceMs >= 0 && sinceMs < FAILURE_PAUSE_MS) throw toUnavailable('the last fetch failed a moment ago');
    try {
      const response = await fetch(url, options);
      if (response.status !== 200) throw new Error(`the answer has the status ${response.status}`);
      const keys = JSON.parse(await readText(response));
      // Throws where it is no set of keys.
      createLocalJWKSet(keys);
      return Response.json(keys);
    } catch (error) {
      failedAtMs = now();
      throw toUnavailable(error);
    }
  };
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_BYTES) throw new Error(`the answer has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toUnavailable(cause: unknown): AppError {
  return new AppError(
    'IDENTITY_UNAVAILABLE',
    'The token cannot be checked now: the keys of its issuer are not at hand.',
    {
      cause,
    },
  );
}
