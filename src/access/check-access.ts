/**
 * The start rule: whether a server with this configuration may start, and whom it lets in. Pure: the configuration and the number of
 * usable keys in, a decision out. A server that is open listens on loopback only, and answers for Keepnet only where that was written.
 */

export type AccessMode = 'keys' | 'jwt' | 'open';

export interface JwtIssuer {
  readonly jwksUrl: string;
  /** `iss`, exactly. */
  readonly issuer: string;
  /** One of `aud`, exactly. */
  readonly audience: string;
  readonly companiesClaim: string;
}

export interface AccessConfig {
  readonly server: { readonly host: string };
  /** `credentials`: null where the simulator answers. */
  readonly keepnet: { readonly credentials: object | null };
  readonly access: {
    /** Null where ACCESS is not set. */
    readonly modes: readonly AccessMode[] | null;
    readonly jwksUrl: string | null;
    readonly issuer: string | null;
    readonly audience: string | null;
    readonly companiesClaim: string;
  };
}

/** Whom the server lets in. */
export type Access =
  | { readonly kind: 'OPEN' }
  | {
      readonly kind: 'AUTHENTICATED';
      readonly takesKeys: boolean;
      /** Null where JWT are not taken. */
      readonly jwt: JwtIssuer | null;
    };

/** What to do; or why the server must not start, a line for each variable that is wrong, as `ConfigError` takes them. */
export type AccessDecision = { readonly access: Access } | { readonly problems: readonly string[] };

/** `usableKeys`: how many API keys are neither revoked nor expired. */
export function checkAccess(config: AccessConfig, usableKeys: number): AccessDecision {
  const { access, keepnet, server } = config;
  const isSimulated = keepnet.credentials === null;
  const isLoopback = LOOPBACK.test(server.host);
  const modes = access.modes ?? (isSimulated && isLoopback ? ['open'] : ['keys']);
  const problems = [...findJwtProblems(access, modes)];
  if (modes.includes('open')) {
    if (!isLoopback) problems.push(`HOST: expected a loopback address, because ACCESS is open; got: "${server.host}"`);
    return problems.length > 0 ? { problems } : { access: { kind: 'OPEN' } };
  }
  const jwt = modes.includes('jwt') ? toIssuer(access) : null;
  // Over the simulator the first key may be made while it runs: nobody is kept from anything meanwhile.
  if (problems.length === 0 && !isSimulated && jwt === null && usableKeys === 0) problems.push(NO_KEYS);
  if (problems.length > 0) return { problems };
  return { access: { kind: 'AUTHENTICATED', takesKeys: modes.includes('keys'), jwt } };
}

const LOOPBACK = /^(localhost|::1|127(\.\d{1,3}){3})$/;

const NO_KEYS =
  'ACCESS: expected at least one API key that can be used, because KEEPNET_CLIENT_ID is set; got: none. ' +
  'Make one (keepnet-graph key create), or take JWT, or write ACCESS=open where only this machine can reach the server.';

/** Whoever names an issuer means it to be asked: a server must not be open because ACCESS was forgotten. */
function findJwtProblems(access: AccessConfig['access'], modes: readonly AccessMode[]): readonly string[] {
  const named = { JWT_JWKS_URL: access.jwksUrl, JWT_ISSUER: access.issuer, JWT_AUDIENCE: access.audience };
  const entries = Object.entries(named);
  if (modes.includes('jwt')) {
    const missing = entries.filter(([, value]) => value === null);
    return missing.map(([name]) => `${name}: expected a value, because ACCESS takes jwt; got: nothing`);
  }
  const needless = entries.find(([, value]) => value !== null);
  if (!needless || access.modes !== null) return [];
  return [`ACCESS: expected a value that says whether JWT are taken, because ${needless[0]} is set; got: nothing`];
}

function toIssuer({ jwksUrl, issuer, audience, companiesClaim }: AccessConfig['access']): JwtIssuer | null {
  return jwksUrl === null || issuer === null || audience === null
    ? null
    : { jwksUrl, issuer, audience, companiesClaim };
}
