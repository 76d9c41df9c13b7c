/**
 * The rows of one answer after another: of one list, from its beginning or from where somebody left it, one page in memory. Promises
 * every row of the list once, or an error; the rows until then are worthless. Knows a graph only as a function that runs a document.
 */
import { badInput } from '../errors.js';
import type { Row } from './column.js';
import { createListCheck, type SeenList, UNSEEN } from './list-check.js';
import { createRowKeys } from './row-keys.js';
import type { RunContext, RunDocument } from './run-document.js';
import type { Table } from './table.js';
import { readTablePage, type TablePage } from './table-page.js';

/** The largest page that Keepnet is certain to give. */
export const PAGE_SIZE = 100;

export interface WalkedPage extends TablePage {
  /** When the page was read from Keepnet, in milliseconds since 1970. */
  readonly asOfMs: number;
}

export interface WalkSource {
  readonly run: RunDocument;
  readonly context: RunContext;
}

export interface WalkStart extends SeenList {
  /** The cursor to go on after; null for the beginning, which rows without ids of their own need: their keys are numbered from there. */
  readonly after: string | null;
  readonly pageSize: number;
}

export const FROM_THE_BEGINNING: WalkStart = { ...UNSEEN, after: null, pageSize: PAGE_SIZE };

/**
 * One page at least, be it empty. A variable that is null counts as not given.
 * @throws AppError: of the first field that failed; LIST_CHANGED, and then it is worth beginning again; BAD_USER_INPUT for a
 * variable that the table does not have
 */
export async function* walkPages(
  table: Table,
  variables: Readonly<Record<string, unknown>>,
  { run, context }: WalkSource,
  start: WalkStart = FROM_THE_BEGINNING,
): AsyncGenerator<WalkedPage, void, undefined> {
  const given = toGiven(table, variables);
  const check = createListCheck(table, start);
  const withKeys = createRowKeys(table.columns);
  let after: string | null | undefined = start.after ?? undefined;
  while (after !== null) {
    const page = table.rows === 'PAGED' ? { first: start.pageSize, after } : {};
    const answer = await run(table.document, { ...given, ...page }, context);
    const read = readTablePage(table, answer);
    check.see(read);
    after = read.next;
    yield { ...read, rows: withKeys(read.rows), asOfMs: answer.asOfMs ?? Date.now() };
  }
}

/** The rows alone, from the beginning. Empty pages are left out; a table without rows has none. Throws as `walkPages` does. */
export async function* walkTable(
  table: Table,
  variables: Readonly<Record<string, unknown>>,
  run: RunDocument,
  context: RunContext,
): AsyncGenerator<readonly Row[], void, undefined> {
  for await (const { rows } of walkPages(table, variables, { run, context })) if (rows.length > 0) yield rows;
}

/** A name that means nothing here would widen the table without a word. */
function toGiven(table: Table, variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = table.variables.map(({ name }) => name);
  const given = Object.entries(variables).filter(([, value]) => value !== null && value !== undefined);
  const unknown = given.find(([name]) => !known.includes(name));
  if (unknown) throw badInput(unknown[0], `table ${table.name} has ${known.join(', ')}`);
  return Object.fromEntries(given);
}
