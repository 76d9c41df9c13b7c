/**
 * The start rule: whether a server with this configuration may start, and whom it lets in. Pure: the configuration and the number of
 * usable keys in, a decision out. Without callers to tell apart nobody but this machine reaches it, and never Keepnet unasked.
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
