/**
 * Who is let in, put together from the configuration: the start rule, the key store and the JWT verifier. A configuration that would
 * let anybody at real customers keeps the server from starting.
 */
import { type Authenticator, createAuthenticator } from './access/authenticator.js';
import type { CallAllowances } from './access/call-allowances.js';
import type { Access } from './access/check-access.js';

export interface OpenedAccess {
  /** Nobody has to say who he is. */
  readonly isOpen: boolean;
  readonly authenticator: Authenticator;
  /** Null where calls are not limited. */
  readonly allowances: CallAllowances | null;
}

export function openAccess(): OpenedAccess {
  const access: Access = { kind: 'OPEN' };
  const nobody = { authenticate: async () => null };
  return { isOpen: true, authenticator: createAuthenticator({ access, keys: nobody, jwt: null }), allowances: null };
}
