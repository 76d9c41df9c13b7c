/** Callers for tests, as keys would make them. */
import { type Caller, type CompanyGrant, OPEN_CALLER } from '../../src/access/caller.js';

export function aCaller(name: string, companies: CompanyGrant, masksPersonalData = false): Caller {
  return { id: `key:${name}`, name, via: 'KEY', companies, abilities: OPEN_CALLER.abilities, masksPersonalData };
}

export const ADMIN: Caller = aCaller('admin', { kind: 'ALL' });
