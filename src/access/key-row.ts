/** An API key as it is kept, as it is shown to whoever runs the server, and as the caller that it stands for. */
import { ABILITIES, type Ability, type Caller, type CompanyGrant } from './caller.js';
import type { KeyRequest } from './key-request.js';

/** All but the key itself. */
export interface AccessKey extends KeyRequest {
  readonly id: string;
  readonly createdAtMs: number;
  readonly revokedAtMs: number | null;
  /** To the minute; null where it was never used. */
  readonly lastUsedAtMs: number | null;
}

/** A row of `access_keys`. */
export type KeyRow = {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly companies: string;
  readonly abilities: string;
  readonly masks_personal_data: number;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  readonly last_used_at_ms: number | null;
};

export function toKeyRow(request: KeyRequest, made: { id: string; hash: string; createdAtMs: number }): KeyRow {
  return {
    id: made.id,
    name: request.name,
    hash: made.hash,
    companies: JSON.stringify(request.companies),
    abilities: ABILITIES.filter((ability) => request.abilities.includes(ability)).join(','),
    masks_personal_data: request.masksPersonalData ? 1 : 0,
    created_at_ms: made.createdAtMs,
    expires_at_ms: request.expiresAtMs,
    revoked_at_ms: null,
    last_used_at_ms: null,
  };
}

export function toAccessKey(row: KeyRow): AccessKey {
  return {
    id: row.id,
    name: row.name,
    companies: JSON.parse(row.companies) as CompanyGrant,
    abilities: row.abilities.split(',') as Ability[],
    masksPersonalData: row.masks_personal_data === 1,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
  };
}

export function toCaller(key: AccessKey): Caller {
  return {
    id: `key:${key.id}`,
    name: key.name,
    via: 'KEY',
    companies: key.companies,
    abilities: new Set(key.abilities),
    masksPersonalData: key.masksPersonalData,
  };
}

/** The key that a caller's id names; null where it names none. */
export function readCallerId(callerId: string): string | null {
  return callerId.startsWith('key:') ? callerId.slice('key:'.length) : null;
}

export function isUsable(key: AccessKey, nowMs: number): boolean {
  return key.revokedAtMs === null && (key.expiresAtMs === null || nowMs < key.expiresAtMs);
}
