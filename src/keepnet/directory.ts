/**
 * The directory: every company of the credential, walked in pages and kept for a while. Keepnet finds no list row by its id,
 * and only the list row tells access, licence and totals. Askers share one walk, which ends when the last of them has left:
 * each waits for as long as it may, and each call has its own time.
 */
import { AppError } from '../errors.js';
import type { Asker } from './answers.js';
import { CallAbort } from './call-signal.js';
import type { Call } from './endpoint.js';
import { searchCompanies } from './endpoints/companies.js';
import type { CompanyId, CompanyRow, CompanySearch } from './rows.js';
import type { CompanyDirectory } from './session.js';
import { createSharedFlights } from './shared-flights.js';
import { type WalkedCompanies, walkCompanies } from './walk-companies.js';

export interface DirectorySource {
  /** From memory where it is young enough, else by a walk. @throws AppError: a page that fails fails the directory. */
  get(asker: Asker): Promise<CompanyDirectory>;
  /** The last one that was read, however old; null before the first. */
  last(): CompanyDirectory | null;
}

export interface DirectoryOptions {
  callFor(asker: Asker): Call;
  /** How long a directory is kept; 0 for not at all. */
  readonly keptMs: number;
  /** Told where the pages held fewer companies than the first of them promised. */
  onShort(counts: { promised: number; found: number }): void;
}

/** Oldest first: a company that is added meanwhile comes at the end and shifts no page. */
const WHOLE_LIST: Pick<CompanySearch, 'filter' | 'order'> = {
  filter: {},
  order: { field: 'CREATED_AT', direction: 'ASC' },
};

export function createDirectorySource(options: DirectoryOptions): DirectorySource {
  const flights = createSharedFlights();
  let kept: ReadDirectory | null = null;

  async function load(asker: Asker): Promise<ReadDirectory> {
    const readAtMs = Date.now();
    kept = { directory: toDirectory(await walk(options, asker)), readAtMs, untilMs: Date.now() + options.keptMs };
    return kept;
  }

  /** The pages are asked anew: one that was kept would make the directory older than it may be. */
  const join = (asker: Asker) =>
    flights.join('', asker.signal, (signal) => load({ ...asker, signal, isFresh: true })).promise;

  return {
    async get(asker) {
      const isKept = !asker.isFresh && kept !== null && Date.now() < kept.untilMs;
      const { directory, readAtMs } = (isKept && kept) || (await join(asker));
      asker.ledger.answered(readAtMs);
      return directory;
    },
    last: () => kept?.directory ?? null,
  };
}

interface ReadDirectory {
  readonly directory: CompanyDirectory;
  /** When its walk began. */
  readonly readAtMs: number;
  readonly untilMs: number;
}

/** Ends all its calls when nobody waits any more, and when one page fails. */
async function walk(options: DirectoryOptions, asker: Asker): Promise<WalkedCompanies> {
  const { signal } = asker;
  const ending = new CallAbort();
  const leave = () => ending.abort(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await walkPages(options, { ...asker, signal: ending });
  } finally {
    signal.removeEventListener('abort', leave);
    ending.abort(new AppError('DEADLINE_EXCEEDED', 'The walk through the list of companies is over.'));
  }
}

async function walkPages({ callFor, onShort }: DirectoryOptions, asker: Asker): Promise<WalkedCompanies> {
  const call = callFor(asker);
  const walked = await walkCompanies(WHOLE_LIST, (search) => call(searchCompanies, search));
  const found = walked.companies.length;
  if (found < walked.promised) onShort({ promised: walked.promised, found });
  return walked;
}

function toDirectory({ companies, promised }: WalkedCompanies): CompanyDirectory {
  const byId = new Map<string, CompanyRow>(companies.map((row) => [row.companyId satisfies CompanyId, row]));
  const missing = Math.max(0, promised - companies.length);
  return { companies, missing, find: (resourceId) => byId.get(resourceId) };
}
