/**
 * One call as a route sees it: who asks, for which companies, with what body, and how dates are written. The rules that all
 * routes share are here: token, company header, privacy, IP restriction, body. Whatever breaks a rule is thrown as `Refusal`.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal, refuseInput, toCrash, toEmpty, toFailure, toProblem } from './answer.js';
import type { Client, Tokens } from './credentials.js';
import { type DateStyle, formatDate } from './dates.js';
import type { Body } from './filters.js';
import type { SimulatorSettings } from './settings.js';
import type { Company } from './world/companies.js';
import type { World } from './world/world.js';

export interface Call {
  readonly world: World;
  readonly settings: Readonly<SimulatorSettings>;
  readonly client: Client;
  /** The company of the header or path. Without one: all of the client's companies, mixed, as Keepnet does. */
  readonly companies: readonly Company[];
  /** The `{id}` of the path. */
  readonly id: string;
  readonly body: Body;
  readonly style: DateStyle;
  /** Keepnet's text for an instant; null stays null. */
  date(timeMs: number | null, withSeconds?: boolean): string | null;
}

export interface CallSource {
  readonly world: World;
  readonly settings: Readonly<SimulatorSettings>;
  readonly tokens: Tokens;
  readonly headers: IncomingHttpHeaders;
  readonly id: string;
  /** How far the route is bound to a company. */
  readonly scope: 'none' | 'header' | 'path';
  /** Faults: the company is not managed after all; dates cannot be read. */
  readonly isUnmanaged: boolean;
  readonly hasBadDates: boolean;
}

export const COMPANY_HEADERS = ['x-keepnet-company-id', 'x-ir-company-id'] as const;

/** Everything but the body, which is read only once the caller is known. */
export function toCall(source: CallSource): Omit<Call, 'body'> {
  const client = readClient(source);
  const { world, settings } = source;
  const companies = source.scope === 'none' ? client.companies : readScope(source, client);
  const [first] = companies;
  const isOwnStyle = settings.dateSource === 'company' && source.scope !== 'none' && companies.length === 1;
  const style: DateStyle = isOwnStyle && first !== undefined ? first : settings;
  return {
    world,
    settings,
    client,
    companies,
    id: source.id,
    style,
    date(timeMs, withSeconds) {
      if (timeMs === null) return null;
      return source.hasBadDates ? '31/02/2026 25:61' : formatDate(timeMs, style, withSeconds);
    },
  };
}

/** The first company header that is there; both names mean the same. */
export function companyHeader(headers: IncomingHttpHeaders): string | null {
  for (const name of COMPANY_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

export function readClientOf(headers: IncomingHttpHeaders, tokens: Tokens): Client | null {
  const [scheme, token] = (headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && token !== undefined ? tokens.clientOf(token) : null;
}

/** The JSON body of a POST with its keys in lower case. `json` is undefined where the text was no JSON. */
export function readJsonBody(headers: IncomingHttpHeaders, json: unknown, isPatchJsonRefused: boolean): Body {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isPatchJson = type === 'application/json-patch+json';
  if (isPatchJson && isPatchJsonRefused) return refuseInput('The content type is not accepted');
  if (!isPatchJson && type !== 'application/json' && type !== 'text/json') throw new Refusal(toProblem(415));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuseInput('Body is not valid');
  if (Object.keys(json).length === 0) throw new Refusal(toCrash());
  return lowerKeys(json) as Body;
}

function readClient(source: CallSource): Client {
  const client = readClientOf(source.headers, source.tokens);
  if (client === null) {
    throw new Refusal(toEmpty(401, { 'www-authenticate': 'Bearer error="invalid_token"' }));
  }
  return client;
}

function readScope(source: CallSource, client: Client): readonly Company[] {
  const header = companyHeader(source.headers);
  const named = [header, source.scope === 'path' ? source.id : null].filter((id) => id !== null);
  const companies = named.map((id) => readCompany(source, client, id));
  const last = companies.at(-1);
  if (last !== undefined) return [last];
  return client.companies.filter((company) => company.privacyDurationId !== 0 && company.health !== 'ipRestricted');
}

function readCompany(source: CallSource, client: Client, resourceId: string): Company {
  const company = source.world.companyById(resourceId);
  if (source.isUnmanaged || company === undefined || !client.manages(company)) {
    const status = source.settings.unmanagedStatus;
    throw new Refusal(toFailure(status, UNMANAGED[status], 'Company not found or not accessible'));
  }
  if (company.privacyDurationId === 0) throw new Refusal(toFailure(403, 'PRIVACY_ERROR', 'Account privacy is closed'));
  if (company.health === 'ipRestricted') throw new Refusal(toFailure(403, 'IP_RESTRICTED', 'Access denied'));
  return company;
}

const UNMANAGED = { 400: 'INPUT_ERROR', 403: 'FORBIDDEN', 404: 'NOT_FOUND' } as const;

function lowerKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toLowerCase(), lowerKeys(inner)]));
}
