/**
 * Who is asking, and what he may: the one description that every room above reads. How a caller proves it is left to the files
 * beside this one; what he sees of Keepnet follows from `companies` alone and is decided in one place, `scope.ts`.
 */

/** `read`: the graph. `tables`: BI tables. `export`: starting and fetching exports. `admin`: all of it, and what concerns the server. */
export const ABILITIES = ['read', 'tables', 'export', 'admin'] as const;
export type Ability = (typeof ABILITIES)[number];

/** Tags and ids that name nothing select nothing. */
export type CompanyGrant =
  | { readonly kind: 'ALL' }
  /** Keepnet's resource ids. */
  | { readonly kind: 'IDS'; readonly ids: readonly string[] }
  /** Companies that carry at least one of these tags, as written in Keepnet. */
  | { readonly kind: 'TAGS'; readonly tags: readonly string[] };

export interface Caller {
  /** Stable and harmless in logs and keys: `open`, `key:<id>` or `jwt:<hash of issuer and subject>`. */
  readonly id: string;
  /** What a person calls him; never logged. */
  readonly name: string;
  readonly via: 'OPEN' | 'KEY' | 'JWT';
  readonly companies: CompanyGrant;
  readonly abilities: ReadonlySet<Ability>;
  /** E-mail addresses, names and telephone numbers are replaced by a keyed hash. */
  readonly masksPersonalData: boolean;
}

/** Everybody who reaches a server that is open, as it is over the simulator. */
export const OPEN_CALLER: Caller = {
  id: 'open',
  name: 'Everybody on this machine',
  via: 'OPEN',
  companies: { kind: 'ALL' },
  abilities: new Set(ABILITIES),
  masksPersonalData: false,
};

export function isAllowed(caller: Caller, ability: Ability): boolean {
  return caller.abilities.has(ability) || caller.abilities.has('admin');
}
