/**
 * Who is let in, put together from the configuration: the start rule, the key store, the JWT verifier, and what each caller may ask
 * for in a minute. What would let anybody at real customers keeps the server from starting.
 */
import { type Authenticator, createAuthenticator } from './access/authenticator.js';
import type { CallAllowances } from './access/call-allowances.js';
import { type Access, checkAccess } from './access/check-access.js';
import { createJwtVerifier } from './access/jwt.js';
import { createKeyStore } from './access/keys.js';
import { type Config, ConfigError } from './config.js';
import type { Database } from './store/database.js';
import type { Log } from './telemetry.js';

export interface OpenedAccess {
  /** Nobody has to say who he is. */
  readonly isOpen: boolean;
  readonly authenticator: Authenticator;
  /** Null where calls are not limited. */
  readonly allowances: CallAllowances | null;
  stop(): void;
}

/** @throws ConfigError that says what is missing; AppError STORE_UNAVAILABLE */
export async function openAccess(
  config: Config,
  { database, log }: { readonly database: Database; readonly log: Log },
): Promise<OpenedAccess> {
  const keys = createKeyStore(database, { log });
  const decision = checkAccess(config, await keys.countUsable());
  if ('problems' in decision) throw new ConfigError(decision.problems);
  const { access } = decision;
  const jwt = access.kind === 'OPEN' || access.jwt === null ? null : createJwtVerifier(access.jwt, { log });
  const allowances = await openAllowances(config, access);
  return {
    isOpen: access.kind === 'OPEN',
    authenticator: createAuthenticator({ access, keys, jwt }),
    allowances,
    stop: () => allowances?.stop(),
  };
}

/** An open server has one caller, and nobody to be kept from him. The counters are loaded where there is something to count. */
async function openAllowances({ server, redisUrl }: Config, access: Access): Promise<CallAllowances | null> {
  const callsPerMinute = server.rateLimitCallsPerMinute;
  if (access.kind === 'OPEN' || callsPerMinute === null) return null;
  const { createCallAllowances } = await import('./access/call-allowances.js');
  return createCallAllowances({ callsPerMinute, redisUrl });
}
