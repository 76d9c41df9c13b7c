/**
 * What this page asks of the server: the tables, their columns, companies, and one page of rows. Promises to send the key in a header
 * and nowhere else, to end each wait, and to turn every failure into a `ServerFailure`.
 */
import type { Failure } from './failure.js';
import type { TableColumn, TableEntry, TablePage } from './wire.js';

export class ServerFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

export interface Company {
  readonly id: string;
  readonly name: string;
}

export interface Answer<T> {
  readonly body: T;
  readonly headers: Headers;
}

export interface Server {
  /** Null: none. Used from the next question on. */
  key: string | null;
  tables(): Promise<Answer<{ readonly tables: readonly TableEntry[] }>>;
  columns(table: string): Promise<readonly TableColumn[]>;
  /** Page after page of the table `companies`, until all are there. `onMore` hears how many there are so far. */
  companies(onMore: (count: number) => void): Promise<readonly Company[]>;
  /** `path` as an address has it behind the origin. */
  page(path: string, signal: AbortSignal): Promise<Answer<TablePage>>;
}

/** A little longer than the server itself takes before it gives up. */
const PATIENCE_MS = 75_000;
const MOST_COMPANIES = 20_000;

export function createServer(): Server {
  const ask = <T>(path: string, signal?: AbortSignal) => get<T>(path, server.key, signal);
  const server: Server = {
    key: null,
    tables: () => ask('/tables'),
    async columns(table) {
      const { body } = await ask<{ columns: TableColumn[] }>(`/tables/${encodeURIComponent(table)}/schema`);
      return body.columns;
    },
    async companies(onMore) {
      const companies: Company[] = [];
      for (let cursor: string | null = ''; cursor !== null && companies.length < MOST_COMPANIES; ) {
        const { body }: Answer<TablePage> = await ask(toCompaniesPath(cursor));
        companies.push(...body.rows.map((row) => ({ id: String(row.company_id), name: String(row.company_name) })));
        onMore(companies.length);
        cursor = body.next;
      }
      return companies;
    },
    page: (path, signal) => ask(path, signal),
  };
  return server;
}

function toCompaniesPath(cursor: string): string {
  const path = '/tables/companies.json?columns=company_id,company_name&limit=1000';
  return cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`;
}

async function get<T>(path: string, key: string | null, signal?: AbortSignal): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(path, {
    // What the browser remembers of other visits says nothing about this key, and a refusal must not open its own dialogue.
    credentials: 'omit',
    headers: { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ServerFailure(toSilence(timeout.aborted));
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new ServerFailure(toFailure(response, body));
  return { body: body as T, headers: response.headers };
}

function toSilence(isTimeout: boolean): Failure {
  const message = isTimeout ? 'It took too long. Ask for fewer customers.' : 'Is it still running?';
  return { status: null, code: null, message, retryAfterSeconds: null, requestId: null };
}

interface Refusal {
  readonly errors?: readonly { readonly message?: string; readonly extensions?: { readonly code?: string } }[];
}

function toFailure(response: Response, body: unknown): Failure {
  const error = (body as Refusal | null)?.errors?.[0];
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    status: response.status,
    code: error?.extensions?.code ?? null,
    message: error?.message ?? '',
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    requestId: response.headers.get('x-request-id'),
  };
}
