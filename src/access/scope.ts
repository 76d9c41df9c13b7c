/**
 * Which companies a caller sees: the one place that decides it. Pure. What is asked of Keepnet for him goes through a session that
 * asks here about every company; an id that a client sends is believed only after that.
 */
import type { Caller } from './caller.js';

/** What a decision needs to know of a company: its id and its tags, as Keepnet tells them. */
export interface ScopedCompany {
  readonly companyId: string;
  readonly tags: readonly string[];
}

export interface Scope {
  /** Nothing needs to be looked at: he sees what the Keepnet credential sees, companies to come included. */
  readonly seesAll: boolean;
  sees(company: ScopedCompany): boolean;
}

/** Ids and tags are compared as they are written: another letter case is another tag. */
export function createScope({ companies }: Pick<Caller, 'companies'>): Scope {
  switch (companies.kind) {
    case 'ALL':
      return { seesAll: true, sees: () => true };
    case 'IDS': {
      const ids = new Set(companies.ids);
      return { seesAll: false, sees: ({ companyId }) => ids.has(companyId) };
    }
    case 'TAGS': {
      const wanted = new Set(companies.tags);
      return { seesAll: false, sees: ({ tags }) => tags.some((tag) => wanted.has(tag)) };
    }
  }
}
