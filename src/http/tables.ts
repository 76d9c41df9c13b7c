/**
 * `/tables`: what BI tools read: flat rows over GET, by one stable address, with a credential that they can store. Lists the tables,
 * tells their columns, and answers each as CSV, JSON, NDJSON or XLSX. Promises that companies which cannot be read are told in the
 * head of the answer, and that one which fails later never looks whole. Rows come from the graph, under the caller's own rights.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.js';
import { toObject } from '../tables/column.js';
import type { TableCoverage } from '../tables/coverage.js';
import { openFeed } from '../tables/feed.js';
import { readFeedPage } from '../tables/feed-page.js';
import type { Table } from '../tables/table.js';
import { type AnsweredTable, type AnsweredTables, createAnsweredTables } from './answered-tables.js';
import { openRequest, type RequestParts } from './open-request.js';
import { openTable, type TableParts } from './open-table.js';
import { createStreamPlaces, type StreamPlaces } from './stream-places.js';
import { MEDIA_TYPES, type StreamedFormat, toBody, writeRows } from './table-body.js';
import { describeTable, describeTables } from './table-descriptions.js';
import { DEFAULT_PAGE_ROWS, findTable, parseTableFile, parseTableRequest, type TableRequest } from './table-request.js';

export interface TablesOptions extends RequestParts, TableParts {
  readonly publicUrl: string | null;
  /** Of a page of `.json`; whole tables have hours. */
  readonly operationTimeoutMs: number;
  /** For how long whoever has an answer is told that it still holds. */
  readonly answersHoldMs: number;
  /** Whole tables under way, of all clients together. */
  readonly maxStreams?: number;
}

export function registerTables(app: FastifyInstance, options: TablesOptions): void {
  const { catalogue, maxStreams = MAX_STREAMS } = options;
  const answered = createAnsweredTables({ ttlMs: options.answersHoldMs });
  const places = createStreamPlaces(maxStreams);
  app.get('/tables', CONFIG, () => describeTables(catalogue));
  app.get<{ Params: { name: string } }>('/tables/:name/schema', CONFIG, ({ params }) =>
    describeTable(findTable(catalogue, params.name), catalogue),
  );
  app.route<{ Params: { file: string } }>({
    method: ['GET', 'HEAD'],
    url: '/tables/:file',
    ...CONFIG,
    async handler(request, reply) {
      const { table, format } = parseTableFile(catalogue, request.params.file);
      const query = request.query as Readonly<Record<string, unknown>>;
      const asked = parseTableRequest(table, { schema: catalogue.schema, format, query });
      const known = answered.find(request);
      if (known !== undefined) return reply.headers(toHeaders(known)).code(304).send();
      const answer = { request, reply, table, asked, options, answered };
      return format === 'json' ? answerPage(answer) : answerWhole({ ...answer, format, places });
    },
  });
}

const CONFIG = { config: { needs: 'tables', takesBasic: true, takesQueryKey: true } } as const;

const MAX_STREAMS = 20;
const WHOLE = { kind: 'table', isBulk: true, timeoutMs: 6 * 60 * 60 * 1_000 } as const;
const RETRY_AFTER_MS = 10_000;

interface Answer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly table: Table;
  readonly asked: TableRequest;
  readonly options: TablesOptions;
  readonly answered: AnsweredTables;
}

async function answerPage({ request, reply, table, asked, options, answered }: Answer): Promise<FastifyReply> {
  const kind = { kind: 'table', isBulk: false, timeoutMs: options.operationTimeoutMs } as const;
  const { opened } = openRequest(request, reply, { ...options, ...kind, name: table.name });
  const source = await openTable(table, asked, { ...options, opened });
  const { columns, cursor, limit, variables, companyIds } = asked;
  const question = JSON.stringify([table.name, variables, companyIds]);
  const page = await readFeedPage({ ...source, columns, cursor, limit: limit ?? DEFAULT_PAGE_ROWS, question });
  if (asked.requiresComplete) requireComplete(page.coverage);
  const { coverage, next, asOfMs } = page;
  if (next !== null) reply.header('link', `<${toNextAddress(request, next)}>; rel="next"`);
  const answer = toAnswered(request, { answered, coverage, asOfMs: asOfMs ?? Date.now() });
  if (coverage.gaps.length === 0) answered.remember(request, answer);
  const rows = page.rows.map((row) => toObject(page.columns, row));
  return reply.headers(toHeaders(answer)).type(MEDIA_TYPES.json).send({ rows, next, coverage });
}

async function answerWhole(answer: Answer & { format: StreamedFormat; places: StreamPlaces }): Promise<FastifyReply> {
  const { request, reply, table, asked, options, answered, format, places } = answer;
  places.take(reply);
  const { opened, operation } = openRequest(request, reply, { ...options, ...WHOLE, name: table.name });
  const source = await openTable(table, asked, { ...options, opened });
  const asOfMs = Date.now();
  const feed = await openFeed({ ...source, columns: asked.columns, limit: asked.limit });
  const { coverage } = feed;
  if (asked.requiresComplete) requireComplete(coverage);
  const whole = toAnswered(request, { answered, coverage, asOfMs });
  reply.headers(toHeaders(whole)).type(MEDIA_TYPES[format]);
  reply.header('content-disposition', `attachment; filename="${table.name}.${format}"`);
  if (request.method === 'HEAD') {
    await feed.pages.return();
    return reply.send();
  }
  const onWhole = () => {
    if (coverage.complete) answered.remember(request, whole);
  };
  const bytes = writeRows(format, { name: table.name, ...feed }, asked);
  return reply.send(toBody(bytes, format, { request, reply, operation, log: options.log, onWhole }));
}

/** On later pages the gaps of the earlier ones are known by their number only. */
function requireComplete({ companiesInScope, restricted, failed, gaps }: TableCoverage): void {
  if (restricted + failed + gaps.length === 0) return;
  const skipped = gaps.length - restricted - failed;
  const missing = `${restricted} closed to the reseller, ${failed} failed, ${Math.max(0, skipped)} not come to`;
  throw new AppError('TABLE_INCOMPLETE', `Of ${companiesInScope} companies some cannot be read: ${missing}.`, {
    retryAfterMs: RETRY_AFTER_MS,
  });
}

interface Told {
  readonly answered: AnsweredTables;
  readonly coverage: TableCoverage;
  readonly asOfMs: number;
}

function toAnswered(request: FastifyRequest, { answered, coverage, asOfMs }: Told): AnsweredTable {
  return { tag: answered.toTag(request, asOfMs), asOfMs, coverage: toCoverageHeader(coverage) };
}

export function toCoverageHeader({ answered, restricted, failed, skipped, companiesInScope }: TableCoverage): string {
  return `answered=${answered};restricted=${restricted};failed=${failed};skipped=${skipped};in_scope=${companiesInScope}`;
}

function toHeaders({ tag, asOfMs, coverage }: AnsweredTable): Record<string, string> {
  return {
    'x-coverage': coverage,
    age: String(Math.max(0, Math.floor((Date.now() - asOfMs) / 1_000))),
    ...(tag !== null && { etag: tag }),
    // Kept by whoever asked, and asked about before it is used again.
    'cache-control': 'private, no-cache',
    vary: 'authorization, x-api-key, accept-encoding',
  };
}

/** With the other parameters. */
function toNextAddress(request: FastifyRequest, cursor: string): string {
  return `?${new URLSearchParams({ ...(request.query as Readonly<Record<string, string>>), cursor })}`;
}
