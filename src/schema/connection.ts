/**
 * Forward-only Relay connections over an API that pages by number. A cursor is an offset and a mark of the question that it
 * belongs to, so a cursor of another filter, order, period, company or user is refused instead of answering from the wrong list.
 */
import { createHash } from 'node:crypto';
import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { badInput } from '../errors.js';
import type { Page, PageRequest } from '../keepnet/rows.js';
import { LazyField } from './lazy-field.js';

export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 20;

@ObjectType({ simpleResolvers: true, description: 'Where a page lies in its list. Pages go forward only.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether entries follow this page.' })
  hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Whether entries precede this page.' })
  hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first entry of the page; null where it is empty.',
  })
  startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last entry of the page, for `after`; null where it is empty.',
  })
  endCursor: string | null;
}

/** What a resolver returns for a connection; `edges` and `pageInfo` are only worked out where they are selected. */
export interface Connection<NodeSource> {
  readonly nodes: readonly NodeSource[];
  readonly edges: () => { readonly node: NodeSource; readonly cursor: string }[];
  readonly pageInfo: () => PageInfo;
  readonly totalCount: number;
}

/** The GraphQL types `<name>Connection` and `<name>Edge` for one node type. */
export function createConnectionType<NodeSource extends object>(
  name: string,
  nodeType: () => ClassType<NodeSource>,
  totalCountDescription: string,
): ClassType<Connection<NodeSource>> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `An entry of a ${name}Connection and its cursor.` })
  class EdgeType {
    @Field(nodeType, { description: 'The entry.' })
    node: NodeSource;

    @Field(() => String, { description: 'Cursor of this entry, for `after`.' })
    cursor: string;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of a list of ${name}.` })
  class ConnectionType {
    @Field(() => [nodeType()], { description: 'The entries of the page.' })
    nodes: NodeSource[];

    @Field(() => [EdgeType], { description: 'The entries of the page with their cursors.' })
    @LazyField()
    edges: () => EdgeType[];

    @Field(() => PageInfo, { description: 'Where the page lies in the list.' })
    @LazyField()
    pageInfo: () => PageInfo;

    @Field(() => Int, { description: totalCountDescription })
    totalCount: number;
  }
  return ConnectionType;
}

/** The question that a connection answers: everything but the page and whose list it is. */
export interface ConnectionScope {
  readonly field: string;
  readonly question: unknown;
}

export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A window into a list, in entries. */
export interface Window {
  readonly offset: number;
  readonly first: number;
}

/**
 * The window that `first` and `after` ask for. Throws BAD_USER_INPUT that names the argument. The owner of a list
 * (its company, or its user and period) is checked where it is known: leave it out in the check before the operation runs.
 */
export function parseWindow(args: PageArgs, scope: ConnectionScope, ownerId?: string): Window {
  const first = args.first ?? DEFAULT_PAGE_SIZE;
  if (first < 1 || first > MAX_PAGE_SIZE) throw badInput('first', `expected 1 to ${MAX_PAGE_SIZE}, got: ${first}`);
  if (args.after === undefined || args.after === null) return { offset: 0, first };
  return { offset: parseCursor(args.after, scope, ownerId) + 1, first };
}

const CURSOR = /^(\d{1,9}) ([\w-]{16})(?: ([\w:-]{6,120}))?$/;

function parseCursor(cursor: string, scope: ConnectionScope, ownerId: string | undefined): number {
  const text = cursor.length > 256 ? '' : Buffer.from(cursor, 'base64url').toString('latin1');
  const [, index, mark, owner] = CURSOR.exec(text) ?? [];
  if (index === undefined) throw badInput('after', 'expected a cursor from `pageInfo.endCursor` or an edge');
  const isElsewhere = ownerId !== undefined && owner !== ownerId;
  if (mark !== toMark(scope) || isElsewhere) {
    throw badInput('after', 'the cursor belongs to another list, or to this one under another filter, order or period');
  }
  return Number(index);
}

function toMark(scope: ConnectionScope): string {
  return createHash('sha256').update(JSON.stringify(scope, toCanonical)).digest('base64url').slice(0, 16);
}

/** Absent and null mean the same, and the order in which a client wrote the properties of a filter means nothing. */
function toCanonical(_name: string, value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/**
 * Loads a window through an API that pages by number: one call wherever some page size from `first` to 100 holds the
 * window whole, which is always so for a client that keeps its `first`; else the two pages that it lies across.
 */
export async function loadWindow<Row>(
  window: Window,
  loadPage: (page: PageRequest) => Promise<Page<Row>>,
): Promise<Page<Row>> {
  const { offset, first } = window;
  const pageSize = findPageSize(window);
  if (pageSize !== undefined) {
    const page = await loadPage({ pageNumber: Math.floor(offset / pageSize) + 1, pageSize });
    const start = offset % pageSize;
    return { rows: page.rows.slice(start, start + first), totalCount: page.totalCount };
  }
  const pageNumber = Math.floor(offset / first) + 1;
  const [left, right] = await Promise.all([
    loadPage({ pageNumber, pageSize: first }),
    loadPage({ pageNumber: pageNumber + 1, pageSize: first }),
  ]);
  const start = offset % first;
  return { rows: [...left.rows, ...right.rows].slice(start, start + first), totalCount: left.totalCount };
}

function findPageSize({ offset, first }: Window): number | undefined {
  for (let pageSize = first; pageSize <= MAX_PAGE_SIZE; pageSize += 1) {
    if ((offset % pageSize) + first <= pageSize) return pageSize;
  }
  return undefined;
}

export function toConnection<Row, NodeSource>(
  page: Page<Row>,
  window: Window,
  position: { scope: ConnectionScope; ownerId?: string },
  toNode: (row: Row) => NodeSource,
): Connection<NodeSource> {
  const nodes = page.rows.map(toNode);
  const toCursor = createCursorWriter(position.scope, position.ownerId);
  return {
    nodes,
    totalCount: page.totalCount,
    edges: () => nodes.map((node, index) => ({ node, cursor: toCursor(window.offset + index) })),
    pageInfo: () => ({
      hasNextPage: window.offset + nodes.length < page.totalCount && nodes.length > 0,
      hasPreviousPage: window.offset > 0,
      startCursor: nodes.length === 0 ? null : toCursor(window.offset),
      endCursor: nodes.length === 0 ? null : toCursor(window.offset + nodes.length - 1),
    }),
  };
}

function createCursorWriter(scope: ConnectionScope, ownerId: string | undefined): (index: number) => string {
  let mark: string | undefined;
  return (index) => {
    mark ??= toMark(scope);
    const text = ownerId === undefined ? `${index} ${mark}` : `${index} ${mark} ${ownerId}`;
    return Buffer.from(text, 'latin1').toString('base64url');
  };
}
