/** What the stub has been asked: how many calls, with which statuses, how many at once, how many of them for the first time. */

export interface StubStats {
  /** Calls below `/api/`; tokens are counted apart. */
  readonly calls: number;
  readonly tokens: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byPath: Readonly<Record<string, number>>;
  /** Different calls: endpoint, company and body. What is above this number was asked again. */
  readonly distinct: number;
  readonly maxInFlight: number;
}

export interface Tally {
  inFlight(): number;
  token(): void;
  begin(path: string): void;
  /** Only calls that were read to their end are compared with earlier ones. */
  identify(identity: string): void;
  end(status: number): void;
  stats(): StubStats;
  /** Forgets all but the calls that are in flight. */
  clear(): void;
}

export function createTally(): Tally {
  let inFlight = 0;
  let counts = createCounts();
  return {
    inFlight: () => inFlight,
    token() {
      counts.tokens += 1;
    },
    begin(path) {
      inFlight += 1;
      counts.calls += 1;
      counts.maxInFlight = Math.max(counts.maxInFlight, inFlight);
      counts.byPath[path] = (counts.byPath[path] ?? 0) + 1;
    },
    identify: (identity) => void counts.identities.add(identity),
    end(status) {
      inFlight -= 1;
      counts.byStatus[status] = (counts.byStatus[status] ?? 0) + 1;
    },
    stats() {
      const { identities, ...rest } = counts;
      return { ...rest, distinct: identities.size };
    },
    clear() {
      counts = createCounts();
    },
  };
}

function createCounts() {
  return {
    calls: 0,
    tokens: 0,
    byStatus: {} as Record<string, number>,
    byPath: {} as Record<string, number>,
    identities: new Set<string>(),
    maxInFlight: 0,
  };
}
