/**
 * Where export jobs get their rows and files: the shipped tables, walked over the graph, and Keepnet's own files; each part in
 * a session of its own. Joins tables, graph and client for `app.ts`, which hands it to the jobs.
 */
import type { GraphQLSchema } from 'graphql';
import { openKeepnetFile } from './app-export-files.js';
import { findUsers, rememberUsers } from './app-export-users.js';
import { type SessionRights, toPartRights } from './app-rights.js';
import { AppError } from './errors.js';
import type { ExportSources, SourceContext } from './exports/exports.js';
import type { ExportKind, ExportRequest, ExportTarget } from './exports/job.js';
import type { KeepnetClient } from './keepnet/client.js';
import type { PersonalMask } from './keepnet/personal-mask.js';
import type { KeepnetDownload, KeepnetSession } from './keepnet/session.js';
import { createContext, type Upstream } from './schema/context.js';
import { createExecutor } from './schema/execute.js';
import type { Row } from './tables/column.js';
import { parseShippedTables, type ShippedTable } from './tables/documents.js';
import { chain, readAhead } from './tables/read-ahead.js';
import type { RunDocument } from './tables/run-document.js';
import type { Table } from './tables/table.js';
import { walkTable } from './tables/walk.js';
import { NO_SPAN } from './telemetry-tracing.js';

export interface ExportSourceParts {
  readonly keepnet: KeepnetClient;
  readonly schema: GraphQLSchema;
  readonly upstream: Upstream;
  readonly mask: PersonalMask;
}

/** @throws Error where a shipped table does not fit the schema: a fault of this server */
export function createExportSources({ keepnet, schema, upstream, mask }: ExportSourceParts): ExportSources {
  const tables = parseShippedTables(schema);
  const execute = createExecutor(schema);
  return {
    columns: (kind) => tables[TABLES[kind]].columns,
    async *rows(request, target, context) {
      const { session, signal, end } = openPart(keepnet, context, toPartRights(request, target, mask));
      // A context remembers what it loaded, so each page has one of its own.
      const run: RunDocument = (document, variables, { requestId }) =>
        execute(
          document,
          variables,
          createContext({ requestId, signal, wantsReceipt: false, upstream, keepnet: session }),
        );
      const walk: Walk = (table, variables) =>
        walkTable(tables[table], variables, run, { signal, requestId: context.requestId });
      try {
        yield* readRows(request, target, { walk, session, tables });
      } finally {
        end();
      }
    },
    async file(request, target, context) {
      const { session, end } = openPart(keepnet, context, toPartRights(request, target, mask));
      try {
        const { document } = tables[TABLES[request.kind]];
        const file = await openKeepnetFile(request, target, { session, schema, document });
        if (file !== null) return { ...file, body: endAfter(file.body, end) };
      } catch (error) {
        end();
        throw error;
      }
      end();
      return null;
    },
  };
}

const TABLES: Readonly<Record<ExportKind, ShippedTable>> = {
  COMPANIES: 'companies',
  LEADERBOARD: 'leaderboard',
  TARGET_USERS: 'target_users',
  USER_TIMELINE: 'user_timeline',
};

/** So many timelines are begun before the one that is being written: one after the other would take a company hours. */
const TIMELINES_AHEAD = 7;

type Walk = (table: ShippedTable, variables: Readonly<Record<string, unknown>>) => AsyncIterable<readonly Row[]>;

interface RowParts {
  readonly walk: Walk;
  readonly session: KeepnetSession;
  readonly tables: Readonly<Record<ShippedTable, Table>>;
}

/** `users` are raw ids of the company's users; without them a timeline is that of every user who is not deleted. */
function readRows(
  { kind, variables }: ExportRequest,
  { companyId }: ExportTarget,
  { walk, session, tables }: RowParts,
): AsyncIterable<readonly Row[]> {
  if (kind === 'COMPANIES') return readAhead(walk('companies', variables));
  if (kind !== 'USER_TIMELINE') return readAhead(walk(TABLES[kind], { ...variables, company: companyId }));
  const { users, ...others } = variables as { readonly users?: readonly string[] | null };
  const userIds = users
    ? findUsers(users, companyId, session)
    : readColumn(walk('target_users', { company: companyId }), tables.target_users, 'target_user_id');
  return chain(userIds, (user) => walk('user_timeline', { ...others, company: companyId, user }), TIMELINES_AHEAD);
}

async function* readColumn(pages: AsyncIterable<readonly Row[]>, { columns }: Table, name: string) {
  const at = columns.findIndex((column) => column.name === name);
  for await (const rows of pages) yield* rows.map((row) => String(row[at]));
}

interface Part {
  readonly session: KeepnetSession;
  readonly signal: AbortSignal;
  /** Ends what is still under way. */
  end(): void;
}

/** A part may wait long for its turns, and out a pause of Keepnet's, but not for ever. */
const PART_TIMEOUT_MS = 6 * 60 * 60 * 1_000;

function openPart(
  keepnet: KeepnetClient,
  { signal, requestId, span = NO_SPAN }: SourceContext,
  rights: SessionRights,
): Part {
  const part = new AbortController();
  const leave = () => part.abort(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(() => part.abort(outOfTime()), PART_TIMEOUT_MS);
  const session = keepnet.openSession({
    requestId,
    signal: part.signal,
    span,
    deadlineAtMs: Date.now() + PART_TIMEOUT_MS,
    lane: 'exports',
    maxCalls: Number.POSITIVE_INFINITY,
    // Not `isFresh`, which would read the whole directory anew for each part: without the cache every other answer is fresh.
    isFresh: false,
    usesCache: false,
    ...rights,
  });
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    part.abort();
  };
  return { session: rememberUsers(session), signal: part.signal, end };
}

function outOfTime(): AppError {
  return new AppError('DEADLINE_EXCEEDED', 'The rows of one company took longer than six hours.');
}

/** The part is over when its last byte is read, or its reader leaves, be it before the first. */
function endAfter(body: KeepnetDownload['body'], end: () => void): KeepnetDownload['body'] {
  return {
    async next() {
      const result = await body.next().catch((error: unknown) => {
        end();
        throw error;
      });
      if (result.done) end();
      return result;
    },
    async return() {
      end();
      await body.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
