/**
 * The rows of a table, page after page by cursor, one page in memory. Promises every row of the list once, or an error; the
 * rows until then are worthless. Knows a graph only as a function that runs a document.
 */
import { badInput } from '../errors.js';
import type { Row } from './column.js';
import { createListCheck } from './list-check.js';
import { createRowKeys } from './row-keys.js';
import type { RunContext, RunDocument } from './run-document.js';
import type { Table } from './table.js';
import { readTablePage } from './table-page.js';

/** The largest page that Keepnet is certain to give. */
const PAGE_SIZE = 100;

/**
 * Empty pages are left out; a table without rows has none. A variable that is null counts as not given.
 * @throws AppError: of the first field that failed; LIST_CHANGED, and then it is worth beginning again; BAD_USER_INPUT for a
 * variable that the table does not have
 */
export async function* walkTable(
  table: Table,
  variables: Readonly<Record<string, unknown>>,
  run: RunDocument,
  context: RunContext,
): AsyncGenerator<readonly Row[], void, undefined> {
  const given = toGiven(table, variables);
  const check = createListCheck(table.columns);
  const withKeys = createRowKeys(table.columns);
  for (let after: string | null | undefined; after !== null; ) {
    const page = readTablePage(table, await run(table.document, { ...given, first: PAGE_SIZE, after }, context));
    check.see(page);
    if (page.rows.length > 0) yield withKeys(page.rows);
    after = page.next;
  }
  check.end();
}

/** A name that means nothing here would widen the table without a word. */
function toGiven(table: Table, variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = table.variables.map(({ name }) => name);
  const given = Object.entries(variables).filter(([, value]) => value !== null && value !== undefined);
  const unknown = given.find(([name]) => !known.includes(name));
  if (unknown) throw badInput(unknown[0], `table ${table.name} has ${known.join(', ')}`);
  return Object.fromEntries(given);
}
