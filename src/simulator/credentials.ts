/**
 * Who may call the simulated Keepnet: its REST API clients, what each manages, and the tokens they hold. Tokens look like
 * Keepnet's (a JWT with its claims) and are checked by look-up, so that revoking them works at once.
 */
import { createHmac } from 'node:crypto';
import type { WireTokenResponse } from '../keepnet/wire.js';
import type { Company } from './world/companies.js';
import type { World } from './world/world.js';

/** The default client: a reseller that manages every company of the simulation but `OTHER_RESELLER`'s. */
export const SIMULATOR_CREDENTIALS = { clientId: 'simulator', clientSecret: 'simulator-secret' } as const;
/** Its role is not Reseller: `companies/search` is 403; it sees the first company only. */
export const COMPANY_ADMIN_CREDENTIALS = { clientId: 'company-admin', clientSecret: 'company-admin-secret' } as const;
/** A reseller that manages four other companies, unknown to the first. */
export const OTHER_RESELLER_CREDENTIALS = {
  clientId: 'other-reseller',
  clientSecret: 'other-reseller-secret',
} as const;

export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly role: 'Reseller' | 'Company Admin';
  /** The client's own company; for a reseller none of `companies`. */
  readonly home: Company;
  readonly companies: readonly Company[];
  readonly manages: (company: Company) => boolean;
}

export function toClients(world: World): readonly Client[] {
  const first = world.resellerCompanies.slice(0, 1);
  const home = first[0] ?? world.homeCompanies.reseller;
  return [
    toClient(SIMULATOR_CREDENTIALS, 'Reseller', world.homeCompanies.reseller, world.resellerCompanies),
    toClient(COMPANY_ADMIN_CREDENTIALS, 'Company Admin', home, first),
    toClient(OTHER_RESELLER_CREDENTIALS, 'Reseller', world.homeCompanies.otherReseller, world.otherCompanies),
  ];
}

export interface Tokens {
  issue(client: Client, lifetimeSeconds: number, withPermissions: boolean): WireTokenResponse;
  /** Null for a token that is unknown, past its end or revoked. */
  clientOf(token: string): Client | null;
  revokeAll(): void;
}

const RESELLER_ONLY = ['companies/search|POST', 'companies/search/export|POST'];

/** `permissions` lists every route that the role may call. */
export function createTokens(allPermissions: readonly string[]): Tokens {
  const live = new Map<string, { client: Client; endsMs: number }>();
  let issued = 0;
  return {
    issue(client, lifetimeSeconds, withPermissions) {
      issued += 1;
      for (const [token, { endsMs }] of live) if (endsMs <= Date.now()) live.delete(token);
      const token = toJwt(client, lifetimeSeconds, issued);
      live.set(token, { client, endsMs: Date.now() + lifetimeSeconds * 1_000 });
      const isReseller = client.role === 'Reseller';
      const permissions = allPermissions.filter((each) => isReseller || !RESELLER_ONLY.includes(each));
      const response = { access_token: token, expires_in: lifetimeSeconds, token_type: 'Bearer', scope: 'api1' };
      return withPermissions ? { ...response, permissions } : response;
    },
    clientOf(token) {
      const known = live.get(token);
      return known !== undefined && known.endsMs > Date.now() ? known.client : null;
    },
    revokeAll: () => live.clear(),
  };
}

function toClient(
  credentials: { readonly clientId: string; readonly clientSecret: string },
  role: Client['role'],
  home: Company,
  companies: readonly Company[],
): Client {
  const managed = new Set(companies);
  return { ...credentials, role, home, companies, manages: (company) => managed.has(company) };
}

function toJwt(client: Client, lifetimeSeconds: number, serial: number): string {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const isReseller = client.role === 'Reseller';
  const claims = {
    client_id: client.clientId,
    role: client.role,
    scope: ['api1'],
    company_admin_access: 'True',
    reseller_access: isReseller ? 'True' : 'False',
    root_access: 'False',
    user_company_id: String(client.home.numericId),
    user_company_resourceid: client.home.resourceId,
    user_company_name: client.home.name,
    user_company_logopath: '',
    user_company_industry_name: 'Technology',
    user_company_parentcompany_resourceid: isReseller ? 'kN0RootAcc01' : '',
    user_company_parentcompany_name: isReseller ? 'Simulated Root' : '',
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    jti: String(serial),
  };
  const unsigned = `${toBase64Url({ alg: 'HS256', typ: 'at+jwt' })}.${toBase64Url(claims)}`;
  return `${unsigned}.${createHmac('sha256', 'simulator').update(unsigned).digest('base64url')}`;
}

function toBase64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
