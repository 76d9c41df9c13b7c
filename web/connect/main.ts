/**
 * The page that connects BI tools to tables. It joins its parts: what is chosen on the left decides what stands on the right, at once
 * and without asking the server, but for the columns of a table and the first rows when somebody wants to see them.
 */
import { createCompanyChoice } from './company-choice.js';
import { createConnectionView } from './connection-view.js';
import { find } from './element.js';
import { lacksTables, toWords } from './failure.js';
import { createKeyChoice } from './key-choice.js';
import { createServer, ServerFailure } from './server.js';
import { type Reading, toPath, toQuery, withQuery } from './snippets/reading.js';
import { createTableChoice } from './table-choice.js';
import { createToolChoice } from './tool-choice.js';
import { createTrialView, TRIAL_ROWS } from './trial-view.js';
import { showUpstream } from './upstream.js';

const server = createServer();
/** A link may say what to begin with: `/connect/#tool=excel&table=leaderboard`. */
const wanted = new URLSearchParams(location.hash.slice(1));
let isOpen = false;
/** What keeps the page from knowing tables and columns, in words; null: nothing. */
let trouble: string | null = null;

const key = createKeyChoice(find('key'), (given) => {
  server.key = given;
  void enter();
});
const tool = createToolChoice(find('tool'), wanted.get('tool'), update);
const table = createTableChoice(find('table'), () => void showColumns(), update);
const companies = createCompanyChoice(find('companies'), (onMore) => server.companies(onMore).catch(tell), update);
const connection = createConnectionView(find('connection'));
const trial = createTrialView(find('trial'), server, showKey);

void enter();

/** With the key of this moment: which tables there are, and whether the server lets us in at all. */
async function enter(): Promise<void> {
  const asked = server.key;
  key.show('UNKNOWN');
  companies.reset();
  trouble = null;
  try {
    const { body, headers } = await server.tables();
    if (asked !== server.key) return;
    showUpstream(find('upstream'), headers);
    isOpen = asked === null;
    key.show(isOpen ? 'OPEN' : 'USED');
    table.offer(body.tables, table.read().table?.name ?? wanted.get('table'));
  } catch (error) {
    if (asked !== server.key) return;
    table.offer([], null);
    key.show('SILENT');
    trouble = toText(error);
  }
  await showColumns();
}

/** The columns of the table that is chosen; until they are there, what needs them waits. */
async function showColumns(): Promise<void> {
  const { table: chosen } = table.read();
  table.setColumns(null);
  update();
  if (chosen === null) return;
  trouble = null;
  try {
    const columns = await server.columns(chosen.name);
    if (table.read().table !== chosen) return;
    table.setColumns(columns);
    update();
  } catch (error) {
    if (table.read().table !== chosen) return;
    trouble = toText(error);
    update();
  }
}

function update(): void {
  const { tool: chosen, format } = tool();
  key.setName(chosen.keyName);
  const { table: entry } = table.read();
  find('companies').hidden = entry?.per !== 'COMPANY';
  const reading = toReading();
  if (typeof reading === 'string') {
    connection.wait(reading);
    trial.offer(null);
    return;
  }
  connection.show(reading, { tool: chosen, format });
  trial.offer(withQuery(`/${toPath(reading, 'json')}`, [['limit', String(TRIAL_ROWS)], ...toQuery(reading)]));
  history.replaceState(null, '', `#${new URLSearchParams({ tool: chosen.id, table: reading.table })}`);
}

/** A text: what is still missing. */
function toReading(): Reading | string {
  const { table: entry, parameters, missing, columns, hasAllColumns, needsAll } = table.read();
  if (trouble !== null) return trouble;
  if (entry === null) return 'Choose a table first.';
  if (missing.length > 0) return `Fill in ${missing.join(', ')} first.`;
  if (columns === null) return 'Asking for the columns …';
  if (tool().tool.isOData && entry.parameters.some(({ isRequired }) => isRequired)) {
    return 'OData has only tables that need no parameter. Choose another table, or another tool.';
  }
  const picked = entry.per === 'COMPANY' ? companies.read() : null;
  if (picked?.length === 0) return 'Pick at least one customer first.';
  const scope = picked === null ? [] : [['companies', picked.join(',')] as const];
  const { origin } = location;
  return { origin, table: entry.name, parameters: [...scope, ...parameters], columns, hasAllColumns, needsAll, isOpen };
}

/** A refusal may say something about the key, whatever was asked. */
function showKey({ failure }: ServerFailure): void {
  if (failure.status === 401) key.show(server.key === null ? 'WANTED' : 'REFUSED');
  if (lacksTables(failure)) key.show('LACKING');
}

/** For a person; what concerns the key is told beside the key. Throws what is no answer of the server. */
function toText(error: unknown): string {
  if (!(error instanceof ServerFailure)) throw error;
  showKey(error);
  if (error.failure.status === 401 || lacksTables(error.failure)) return 'Give an API key first.';
  const { title, advice } = toWords(error.failure, server.key !== null);
  return `${title} ${advice}`;
}

function tell(error: unknown): never {
  throw new Error(toText(error));
}
