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
import type { CompanyId, CompanyRow } from './rows.js';
import type { CompanyDirectory } from './session.js';
import { createSharedFlights } from './shared-flights.js';

export interface DirectorySource {
  /** From memory where it is young enough, else by a walk. @throws AppError: a page that fails fails the directory. */
  get(asker: Asker): Promise<CompanyDirectory>;
}

export interface DirectoryOptions {
  callFor(asker: Asker): Call;
  /** How long a directory is kept; 0 for not at all. */
  readonly keptMs: number;
  /** Told where the pages held fewer companies than the first of them promised. */
  onShort(counts: { promised: number; found: number }): void;
}

/** The largest page that is certain to be accepted. */
const DIRECTORY_PAGE_SIZE = 100;

export function createDirectorySource(options: DirectoryOptions): DirectorySource {
  const flights = createSharedFlights();
  let kept: { readonly directory: CompanyDirectory; readonly untilMs: number } | null = null;

  async function load(asker: Asker): Promise<CompanyDirectory> {
    const directory = toDirectory(await walk(options, asker));
    kept = { directory, untilMs: Date.now() + options.keptMs };
    return directory;
  }

  return {
    async get(asker) {
      if (!asker.isFresh && kept !== null && Date.now() < kept.untilMs) return kept.directory;
      // The pages are asked anew: one that was kept would make the directory older than it may be.
      return flights.join('', asker.signal, (signal) => load({ ...asker, signal, isFresh: true })).promise;
    },
  };
}

/** More would be a broken total rather than a reseller. */
const MAX_PAGES = 1000;

/** Ends all its calls when nobody waits any more, and when one page fails. */
async function walk(options: DirectoryOptions, asker: Asker): Promise<CompanyRow[]> {
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

async function walkPages({ callFor, onShort }: DirectoryOptions, asker: Asker): Promise<CompanyRow[]> {
  const call = callFor(asker);
  // Oldest first: a company that is added meanwhile comes at the end and shifts no page.
  const fetchPage = (pageNumber: number) =>
    call(searchCompanies, {
      pageNumber,
      pageSize: DIRECTORY_PAGE_SIZE,
      order: { field: 'CREATED_AT', direction: 'ASC' },
      filter: {},
    });
  const first = await fetchPage(1);
  const pageCount = Math.ceil(first.totalCount / DIRECTORY_PAGE_SIZE);
  if (pageCount > MAX_PAGES) {
    throw new AppError('UPSTREAM_BAD_RESPONSE', 'Keepnet tells of more companies than the server can list.');
  }
  const others = Array.from({ length: Math.max(0, pageCount - 1) }, (_, index) => fetchPage(index + 2));
  const rows = [first, ...(await Promise.all(others))].flatMap((page) => page.rows);
  const unique = new Map(rows.map((row) => [row.companyId, row]));
  if (unique.size < first.totalCount) onShort({ promised: first.totalCount, found: unique.size });
  return [...unique.values()];
}

function toDirectory(companies: readonly CompanyRow[]): CompanyDirectory {
  const byId = new Map<string, CompanyRow>(companies.map((row) => [row.companyId satisfies CompanyId, row]));
  return { companies, find: (resourceId) => byId.get(resourceId) };
}
