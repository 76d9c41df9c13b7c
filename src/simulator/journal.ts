/**
 * What was asked of the simulator, in order of arrival: the witness of every test about calls. Bounded; the oldest entries
 * are dropped and counted. Never holds a secret.
 */
import type { FaultKind } from './faults.js';

export interface JournalEntry {
  readonly seq: number;
  /** Of arrival, in milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the company header, whichever name it has. */
  readonly companyId: string | null;
  /** Both names as received; null where absent. */
  readonly companyHeaders: Readonly<Record<'x-keepnet-company-id' | 'x-ir-company-id', string | null>>;
  /** Calls being answered at arrival, this one included. */
  readonly inFlight: number;
  clientId: string | null;
  /** JSON, or the form of a token call with its secret struck out; null for none. */
  body: unknown;
  /** The last fault that had a part in the answer. */
  fault: FaultKind | null;
  /** Null until the answer is complete, and for an answer that never came. */
  status: number | null;
  durationMs: number | null;
  /** The client went away before its answer was complete. */
  aborted: boolean;
}

export type Arrival = Pick<JournalEntry, 'method' | 'path' | 'companyId' | 'companyHeaders' | 'clientId'>;

export interface JournalReport {
  readonly entries: readonly JournalEntry[];
  readonly maxInFlight: number;
  readonly dropped: number;
}

export interface Journal {
  open(arrival: Arrival): JournalEntry;
  /** Ends an entry once; later ends are ignored. */
  close(entry: JournalEntry, outcome: { status: number | null; aborted: boolean }): void;
  inFlight(): number;
  report(): JournalReport;
  clear(): void;
}

export function createJournal(maxEntries = 50_000): Journal {
  let entries: JournalEntry[] = [];
  let seq = 0;
  let dropped = 0;
  let maxInFlight = 0;
  const open = new Set<JournalEntry>();
  return {
    open(arrival) {
      seq += 1;
      const pending = { body: null, fault: null, status: null, durationMs: null, aborted: false };
      const entry = { seq, time: Date.now(), ...arrival, inFlight: open.size + 1, ...pending };
      open.add(entry);
      maxInFlight = Math.max(maxInFlight, open.size);
      entries.push(entry);
      // Cut in slices, so that a full journal does not move its whole content for each call.
      if (entries.length > maxEntries * 1.1) {
        dropped += entries.length - maxEntries;
        entries = entries.slice(-maxEntries);
      }
      return entry;
    },
    close(entry, outcome) {
      if (!open.delete(entry)) return;
      entry.durationMs = Date.now() - entry.time;
      entry.status = outcome.status;
      entry.aborted = outcome.aborted;
    },
    inFlight: () => open.size,
    report: () => ({ entries, maxInFlight, dropped }),
    clear() {
      entries = [];
      dropped = 0;
      maxInFlight = open.size;
    },
  };
}
