/**
 * `/odata/`: the tables as OData 4.0, for clients that filter, sort and page by themselves. Everything that they ask is asked of
 * Keepnet, or refused; pages are the feed's. Promises that nothing looks whole that is not: where a company cannot be read, there is
 * no answer, unless it is closed to the reseller, or the request takes what there is.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.js';
import { toMetadata } from '../tables/odata/csdl.js';
import {
  countEntities,
  type EntityPageOptions,
  type MayMiss,
  readEntityPage,
  requireCompanies,
} from '../tables/odata/entity-page.js';
import { type EntityQuery, toEntityQuery } from '../tables/odata/entity-query.js';
import { type EntitySet, listEntitySets, toEntity } from '../tables/odata/entity-set.js';
import type { QueryOptions } from '../tables/odata/query-options.js';
import {
  checkBareQuery,
  JSON_FORMAT,
  parseCountOptions,
  parseQueryOptions,
  XML_FORMAT,
} from '../tables/odata/query-options.js';
import { parseParameters, type TableQuery } from '../tables/parameters.js';
import {
  checkVersion,
  findEntitySet,
  parseRequire,
  type Query,
  readPagePreference,
  toNextAddress,
} from './odata-request.js';
import { openRequest, toBaseUrl } from './open-request.js';
import { openTable } from './open-table.js';
import { answerNotFound } from './problem.js';
import { type TablesOptions, toCoverageHeader } from './tables.js';

export function registerOData(app: FastifyInstance, options: TablesOptions): void {
  const { tables, schema } = options.catalogue;
  const sets = listEntitySets(tables.values(), schema);
  const metadata = toMetadata(sets.values());
  const toAddress = (request: FastifyRequest) => `${toBaseUrl(request, options.publicUrl)}/odata`;
  const answer = (request: FastifyRequest<NamedSet>, reply: FastifyReply): Answer => {
    const set = findEntitySet(sets, request.params.set);
    return { request, reply, set, options, address: toAddress(request) };
  };
  app.register(
    async (scope) => {
      speakOData(scope, app);
      scope.get('/', CONFIG, (request, reply) => {
        checkBareQuery(request.query as Query, JSON_FORMAT);
        const value = [...sets.keys()].map((name) => ({ name, kind: 'EntitySet', url: name }));
        return reply.type(JSON_TYPE).send({ '@odata.context': `${toAddress(request)}/$metadata`, value });
      });
      const sendMetadata = (request: FastifyRequest, reply: FastifyReply) => {
        checkBareQuery(request.query as Query, XML_FORMAT);
        return reply.type('application/xml; charset=utf-8').send(metadata);
      };
      scope.get('/$metadata', CONFIG, sendMetadata);
      // Some clients write `%24`, which is the same, and is found as a name.
      scope.get<NamedSet>('/:set', ROWS, (request, reply) =>
        request.params.set === '$metadata' ? sendMetadata(request, reply) : answerEntities(answer(request, reply)),
      );
      scope.get<NamedPart>('/:set/:part', ROWS, (request, reply) => {
        if (request.params.part === '$count') return answerCount(answer(request, reply));
        throw new AppError('TABLE_NOT_FOUND', 'An entity set has rows, and their number at /$count, and nothing else.');
      });
    },
    { prefix: '/odata' },
  );
}

interface NamedSet {
  Params: { set: string };
}

interface NamedPart {
  Params: { set: string; part: string };
}

const CONFIG = { config: { needs: 'tables', takesBasic: true, takesQueryKey: true } } as const;
/** Asked for its head alone, the rows would be read in vain. */
const ROWS = { ...CONFIG, exposeHeadRoute: false } as const;

const JSON_TYPE = 'application/json;odata.metadata=minimal; charset=utf-8';

/** What all answers have, those included that refuse: their codes and statuses are the door's, their shape is OData's. */
function speakOData(scope: FastifyInstance, app: FastifyInstance): void {
  scope.addHook('onRequest', async ({ headers }) => checkVersion(headers));
  scope.addHook('preSerialization', async (_request, _reply, payload) => toODataError(payload));
  scope.addHook('onSend', async (_request, reply) => void reply.header('odata-version', '4.0'));
  scope.setNotFoundHandler((request, reply) => answerNotFound(app, request, reply));
}

/** Whatever is no error passes. */
function toODataError(payload: unknown): unknown {
  const { errors } = payload as { errors?: readonly { message: string; extensions: { code: string } }[] };
  const [error] = errors ?? [];
  if (error === undefined) return payload;
  return { error: { code: error.extensions.code, message: error.message } };
}

interface Answer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly set: EntitySet;
  readonly options: TablesOptions;
  /** Of the service, without a slash at its end. */
  readonly address: string;
}

async function answerEntities(answer: Answer): Promise<FastifyReply> {
  const { request, reply, set, address } = answer;
  const preference = readPagePreference(request.headers);
  const asked = parseQuestion(answer, parseQueryOptions);
  const { select, top, skip, skipToken, wantsCount } = asked.options;
  const body = await askTable(answer, asked, async (feed) => {
    const count = wantsCount ? await countEntities(feed, asked.query, asked.mayMiss) : null;
    const page = await readEntityPage({ feed, query: asked.query, top, skip, skipToken, pageRows: preference.rows });
    requireCompanies(feed, page.coverage, asked.mayMiss);
    reply.header('x-coverage', toCoverageHeader(page.coverage));
    const name = set.table.name;
    return {
      '@odata.context': `${address}/$metadata#${name}${select === null ? '' : `(${select.join(',')})`}`,
      ...(count !== null && { '@odata.count': count }),
      '@keepnet.coverage': page.coverage,
      value: page.rows.map((row) => toEntity(row, page.columns, select)),
      ...(page.next && { '@odata.nextLink': toNextAddress(`${address}/${name}`, request.query as Query, page.next) }),
    };
  });
  if (preference.isApplied) reply.header('preference-applied', `odata.maxpagesize=${preference.rows}`);
  return reply.type(JSON_TYPE).send(body);
}

async function answerCount(answer: Answer): Promise<FastifyReply> {
  const asked = parseQuestion(answer, parseCountOptions);
  const count = await askTable(answer, asked, (feed) => countEntities(feed, asked.query, asked.mayMiss));
  return answer.reply.type('text/plain; charset=utf-8').send(String(count));
}

interface Question {
  readonly options: QueryOptions;
  readonly table: TableQuery;
  readonly query: EntityQuery;
  readonly mayMiss: MayMiss;
}

/** Before anything is asked of Keepnet. @throws AppError BAD_USER_INPUT, NOT_PUSHED_DOWN */
function parseQuestion({ request, set, options }: Answer, parse: typeof parseQueryOptions): Question {
  const { mayMiss, rest: written } = parseRequire(request.query as Query);
  const { options: asked, rest } = parse(written, set.columns);
  const table = parseParameters(set.table, options.catalogue.schema, rest);
  return { options: asked, table, query: toEntityQuery(set, asked, table), mayMiss };
}

async function askTable<Result>(
  { request, reply, set, options }: Answer,
  { table, query, mayMiss }: Question,
  ask: (feed: EntityPageOptions['feed']) => Promise<Result>,
): Promise<Result> {
  const kind = { kind: 'odata', isBulk: false, timeoutMs: options.operationTimeoutMs } as const;
  const { opened } = openRequest(request, reply, { ...options, ...kind, name: set.table.name });
  try {
    const source = await openTable(set.table, { ...table, variables: query.variables }, { ...options, opened });
    const companies = source.companies?.filter(query.isWanted) ?? null;
    const variables = query.order(companies);
    // What leaves companies out is written in the filter; a page after gaps speaks for those who take gaps.
    const { $filter } = request.query as Query;
    const question = JSON.stringify(['odata', set.table.name, variables, table.companyIds, $filter, mayMiss]);
    return await ask({ ...source, companies, variables, question });
  } catch (error) {
    throw query.toRefusal(error);
  }
}
