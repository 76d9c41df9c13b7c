/**
 * Companies that hold things, as a small graph, for tests of feeds: what was asked of it is told, and a company can be made to fail
 * from any of its pages on.
 */
import { buildSchema, execute, GraphQLError } from 'graphql';
import { AppError, type ErrorCode } from '../../src/errors.js';
import type { TableCompany } from '../../src/tables/coverage.js';
import type { FeedOptions } from '../../src/tables/feed.js';
import type { DocumentAnswer, RunDocument } from '../../src/tables/run-document.js';
import { parseTable, type Table } from '../../src/tables/table.js';

export const FAKE_SCHEMA = buildSchema(`
  type Query {
    company(id: ID!): Company
    companies(first: Int, after: String): Companies!
  }
  type Companies { totalCount: Int!  pageInfo: PageInfo!  nodes: [Company!]! }
  type Company {
    id: ID!
    resourceId: String!
    name: String!
    things(first: Int, after: String): Things
    counts: Counts
    boxes: [Box!]
  }
  type Things { totalCount: Int!  pageInfo: PageInfo!  nodes: [Thing!]! }
  type PageInfo { hasNextPage: Boolean!  endCursor: String }
  type Thing { id: ID!  label: String  weight: Int }
  type Counts { things: Int! }
  type Box { id: ID!  title: String!  things: [Thing!] }
`);

const PAGE = 'totalCount pageInfo { hasNextPage endCursor }';
const COMPANY = 'company_id: resourceId company_name: name';

const DOCUMENTS = {
  things: `# Things of each company.
    # 1 call per page.
    query($company: ID!, $first: Int!, $after: String) { company(id: $company) { ${COMPANY}
    things(first: $first, after: $after) { ${PAGE} nodes { row_key: id label weight } } } }`,
  labels: `query($company: ID!, $first: Int!, $after: String) { company(id: $company) { ${COMPANY}
    things(first: $first, after: $after) { ${PAGE} nodes { label weight } } } }`,
  counts: `query($company: ID!) { company(id: $company) { row_key: id ${COMPANY} counts { things } } }`,
  boxes: `query($company: ID!) { company(id: $company) { ${COMPANY}
    rows: boxes { box_id: id title rows: things { thing: id label weight } } } }`,
  companies: `query($first: Int!, $after: String) { companies(first: $first, after: $after) { ${PAGE}
    nodes { row_key: id ${COMPANY} } } }`,
} as const;

export type FakeTable = keyof typeof DOCUMENTS;

export interface FakeThing {
  readonly label: string;
  readonly weight: number;
}

export interface FakeWorld {
  /** By company; may be changed while it is read. */
  readonly things: Record<string, FakeThing[]>;
  /** `company`, and from which page on it fails: 1 is the first. */
  fail(companyId: string, code: ErrorCode, fromPage?: number): void;
  mend(companyId: string): void;
  readonly run: RunDocument;
  /** `company after`, in the order in which it was asked. */
  readonly asked: string[];
  /** How many answers were under way at a time, at most. */
  readonly mostAtOnce: () => number;
  options(table: FakeTable, options?: Partial<FeedOptions>): FeedOptions;
  table(name: FakeTable): Table;
  /** Awaited before each answer. */
  hold: (company: string) => Promise<unknown>;
}

/** `sizes`: how many things each company has. */
export function createFakeWorld(sizes: Readonly<Record<string, number>>): FakeWorld {
  const things = Object.fromEntries(
    Object.entries(sizes).map(([company, size]) => [company, toThings(company, size)]),
  ) as Record<string, FakeThing[]>;
  const failures = new Map<string, { code: ErrorCode; fromPage: number }>();
  const asked: string[] = [];
  let underWay = 0;
  let most = 0;
  const world: FakeWorld = {
    things,
    asked,
    mostAtOnce: () => most,
    fail: (companyId, code, fromPage = 1) => void failures.set(companyId, { code, fromPage }),
    mend: (companyId) => void failures.delete(companyId),
    hold: () => new Promise(setImmediate),
    async run(document, variables) {
      const { company, after } = variables as { company?: string; after?: string };
      asked.push([company, after].filter(Boolean).join(' '));
      most = Math.max(most, ++underWay);
      await world.hold(company ?? '');
      underWay -= 1;
      const failure = failures.get(company ?? '');
      const page = Number(after ?? 0) / 100 + 1;
      const told = failure !== undefined && page >= failure.fromPage;
      if (told) return { data: null, errors: [toError(new AppError(failure.code, `No ${company}.`))] };
      return execute({
        schema: FAKE_SCHEMA,
        document,
        variableValues: variables,
        rootValue: toRoot(things),
      }) as DocumentAnswer;
    },
    table: (name) => parseTable(name, DOCUMENTS[name], FAKE_SCHEMA),
    options: (name, options = {}) => ({
      table: world.table(name),
      variables: {},
      companies: name === 'companies' ? null : toCompanies(Object.keys(things)),
      missing: 0,
      columns: null,
      limit: null,
      run: world.run,
      context: { signal: new AbortController().signal, requestId: 'request-1' },
      ...options,
    }),
  };
  return world;
}

export function toThings(company: string, size: number, from = 0): FakeThing[] {
  return Array.from({ length: size }, (_, index) => ({ label: `${company} ${from + index}`, weight: index % 7 }));
}

function toCompanies(ids: readonly string[]): TableCompany[] {
  return ids.map((companyId) => ({ companyId, companyName: `The ${companyId}` }));
}

function toError(originalError: AppError): GraphQLError {
  return new GraphQLError(originalError.message, { originalError });
}

function toRoot(things: Readonly<Record<string, readonly FakeThing[]>>) {
  const toCompany = (id: string) => {
    const all = (things[id] ?? []).map((thing) => ({ id: `Thing:${thing.label}`, ...thing }));
    const boxes = all.flatMap((_thing, at) =>
      at % 10 === 0 ? [{ id: `Box:${id}:${at}`, title: `Box ${at}`, at }] : [],
    );
    return {
      id: `Company:${id}`,
      resourceId: id,
      name: `The ${id}`,
      counts: { things: all.length },
      things: (window: Window) => toPage(all, window),
      boxes: boxes.map((box) => ({ ...box, things: box.at % 30 === 0 ? null : all.slice(box.at, box.at + 10) })),
    };
  };
  return {
    company: ({ id }: { id: string }) => toCompany(id),
    companies: (window: Window) => toPage(Object.keys(things).map(toCompany), window),
  };
}

interface Window {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A page as Keepnet gives it: by number, of the list as it is now. */
function toPage<Node>(all: readonly Node[], { first, after }: Window) {
  const offset = Number(after ?? 0);
  const nodes = all.slice(offset, offset + (first ?? 20));
  const end = offset + nodes.length;
  return { totalCount: all.length, nodes, pageInfo: { hasNextPage: end < all.length, endCursor: String(end) } };
}
