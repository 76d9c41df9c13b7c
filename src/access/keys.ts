/**
 * API keys: made, listed, revoked, recognised. A key is shown once, when it is made; what is kept is a hash of it.
 */
import type { Ability, Caller, CompanyGrant } from './caller.js';

export interface KeyRequest {
  readonly name: string;
  readonly companies: CompanyGrant;
  readonly abilities: readonly Ability[];
  readonly masksPersonalData: boolean;
  /** Epoch milliseconds; null never expires. */
  readonly expiresAtMs: number | null;
}

/** A key as it may be shown to whoever runs the server: all but the key itself. */
export interface AccessKey extends KeyRequest {
  readonly id: string;
  readonly createdAtMs: number;
  readonly revokedAtMs: number | null;
  /** To the minute. */
  readonly lastUsedAtMs: number | null;
}

export interface KeyStore {
  /** @throws AppError BAD_USER_INPUT naming the field. */
  create(request: KeyRequest): Promise<{ readonly key: AccessKey; readonly keyText: string }>;
  /** Every key, revoked and expired ones too; oldest first. */
  list(): Promise<readonly AccessKey[]>;
  /** How many are neither revoked nor expired. */
  countUsable(): Promise<number>;
  /** Null where no key has this id. Revoking twice changes nothing. */
  revoke(id: string): Promise<AccessKey | null>;
  /** Null for what is unknown, revoked or expired. A revocation holds within two seconds, wherever it was made. */
  authenticate(keyText: string): Promise<Caller | null>;
}
