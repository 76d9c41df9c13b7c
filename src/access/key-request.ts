/** What a key is asked for, and whether it can be made so: everything is checked before anything is kept. */
import { badInput } from '../errors.js';
import { ABILITIES, type Ability, type CompanyGrant } from './caller.js';
import { checkGrant } from './grant.js';

export interface KeyRequest {
  /** For a person: 1 to 100 characters. */
  readonly name: string;
  readonly companies: CompanyGrant;
  readonly abilities: readonly Ability[];
  readonly masksPersonalData: boolean;
  /** Epoch milliseconds; null never expires. */
  readonly expiresAtMs: number | null;
}

/** @throws AppError BAD_USER_INPUT that names the field. */
export function checkKeyRequest({ name, companies, abilities, expiresAtMs }: KeyRequest, nowMs: number): void {
  if (!NAME.test(name) || name.trim() === '') {
    throw badInput('name', `expected 1 to 100 characters on one line, got ${JSON.stringify(name.slice(0, 120))}`);
  }
  checkGrant('companies', companies);
  if (isEmpty(companies)) throw badInput('companies', 'expected at least one id or tag, or all; got none');
  if (abilities.length === 0) throw badInput('abilities', `expected some of ${ABILITIES.join(', ')}; got none`);
  const unknown = abilities.find((ability) => !ABILITIES.includes(ability));
  if (unknown !== undefined) {
    throw badInput('abilities', `expected some of ${ABILITIES.join(', ')}; got ${JSON.stringify(unknown)}`);
  }
  if (
    expiresAtMs !== null &&
    !(Number.isSafeInteger(expiresAtMs) && expiresAtMs > nowMs && expiresAtMs < MAX_TIME_MS)
  ) {
    throw badInput('expiresAtMs', `expected an instant in the future, got ${expiresAtMs}`);
  }
}

const NAME = /^[^\p{Cc}]{1,100}$/u;
/** The year 10000, in which dates are written otherwise. */
const MAX_TIME_MS = Date.UTC(10_000, 0);

function isEmpty(grant: CompanyGrant): boolean {
  return (grant.kind === 'IDS' && grant.ids.length === 0) || (grant.kind === 'TAGS' && grant.tags.length === 0);
}
