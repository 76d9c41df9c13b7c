/**
 * What the claims of a checked token say: who it is, and what he may. A claim that is missing grants nothing beyond `read`; one that
 * is not of its form refuses the token, because what it was meant to withhold cannot be known.
 */
import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { badInput } from '../errors.js';
import { ABILITIES, type Ability, type Caller, type CompanyGrant } from './caller.js';
import { parseGrant } from './grant.js';

/** `companiesClaim`: the claim that lists the companies. @throws AppError BAD_USER_INPUT that names the claim. */
export function parseClaims(payload: JWTPayload, companiesClaim: string): Caller {
  const { iss = '', sub, name } = payload;
  if (typeof sub !== 'string' || sub === '') throw badInput('sub', 'expected a name that is not empty');
  return {
    id: `jwt:${createHash('sha256').update(`${iss}\n${sub}`).digest('hex').slice(0, 32)}`,
    name: (typeof name === 'string' && name !== '' ? name : sub).slice(0, 100),
    via: 'JWT',
    companies: parseCompanies(payload, companiesClaim),
    abilities: new Set(parseAbilities(payload.abilities)),
    masksPersonalData: parseMasking(payload.mask_personal_data),
  };
}

/** A list of ids, or of tags as `tag:NAME`, or the text `all`. Without the claim no company is seen. */
function parseCompanies(payload: JWTPayload, claim: string): CompanyGrant {
  const written = Object.hasOwn(payload, claim) ? payload[claim] : [];
  if (written === 'all' || isTextList(written)) return parseGrant(claim, written);
  throw badInput(claim, 'expected a list of company ids, a list of tags as tag:NAME, or all');
}

/** Abilities of other servers may stand in the same list. */
function parseAbilities(written: unknown = ['read']): readonly Ability[] {
  if (!isTextList(written)) throw badInput('abilities', 'expected a list of texts');
  return ABILITIES.filter((ability) => written.includes(ability));
}

function parseMasking(written: unknown = false): boolean {
  if (typeof written !== 'boolean') throw badInput('mask_personal_data', 'expected true or false');
  return written;
}

function isTextList(written: unknown): written is readonly string[] {
  return Array.isArray(written) && written.every((entry) => typeof entry === 'string');
}
