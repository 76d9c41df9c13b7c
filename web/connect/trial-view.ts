/** "Test now": asks for the first rows of what is chosen, and shows them, who is missing, and how long it took. */
import { element } from './element.js';
import { toWords } from './failure.js';
import { type Answer, type Server, ServerFailure } from './server.js';
import type { Coverage, Gap, TablePage } from './wire.js';

export interface TrialView {
  /** Behind the origin; null: nothing to try. What was shown of another address is taken away. */
  offer(path: string | null): void;
}

/** Enough to see that it is what one wants. */
export const TRIAL_ROWS = 20;

/** `onFailure` hears of failures that may concern the key. */
export function createTrialView(
  section: HTMLElement,
  server: Server,
  onFailure: (error: ServerFailure) => void,
): TrialView {
  const button = element('button', { type: 'button', class: 'primary', disabled: true }, 'Test now');
  const result = element('div', { 'aria-live': 'polite' });
  let path: string | null = null;
  let running: AbortController | null = null;
  const run = async (asked: string) => {
    running?.abort();
    const own = new AbortController();
    running = own;
    result.replaceChildren(element('p', { class: 'hint' }, 'Asking …'));
    const shown = await attempt(server, asked, own.signal, onFailure);
    if (!own.signal.aborted) result.replaceChildren(...shown);
  };
  button.addEventListener('click', () => void (path !== null && run(path)));
  section.append(element('p', { class: 'hint' }, `Asks for the first ${TRIAL_ROWS} rows.`), button, result);
  return {
    offer(offered) {
      button.disabled = offered === null;
      if (offered === path) return;
      path = offered;
      running?.abort();
      result.replaceChildren();
    },
  };
}

async function attempt(
  server: Server,
  path: string,
  signal: AbortSignal,
  onFailure: (error: ServerFailure) => void,
): Promise<HTMLElement[]> {
  const startedAtMs = performance.now();
  try {
    const answer = await server.page(path, signal);
    return showAnswer(answer, performance.now() - startedAtMs);
  } catch (error) {
    if (!(error instanceof ServerFailure)) return [];
    onFailure(error);
    const { title, advice } = toWords(error.failure, server.key !== null);
    return [
      element('div', { class: 'failure', role: 'alert' }, element('strong', {}, title), element('p', {}, advice)),
    ];
  }
}

function showAnswer({ body, headers }: Answer<TablePage>, tookMs: number): HTMLElement[] {
  const { rows, next, coverage } = body;
  const count = rows.length === 1 ? '1 row' : `${rows.length} rows`;
  const more = next === null ? ', and that is all' : ', and more to come';
  const age = Number(headers.get('age') ?? 0);
  const facts = [`${count}${more}`, `${Math.round(tookMs)} ms`, ...(age > 0 ? [`data of ${age} s ago`] : [])];
  return [
    element('p', { class: 'facts' }, facts.join(' · ')),
    element('p', { class: 'hint' }, toCoverageText(coverage)),
    ...(coverage.gaps.length > 0 ? [showGaps(coverage.gaps)] : []),
    ...(rows.length > 0 ? [showRows(rows)] : []),
  ];
}

function toCoverageText({ companiesInScope, answered, restricted, failed, skipped }: Coverage): string {
  const parts = [
    `${answered} answered`,
    ...(restricted > 0 ? [`${restricted} closed to you`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} not asked for these rows`] : []),
  ];
  return `Customers: ${parts.join(', ')}, of ${companiesInScope}.`;
}

function showGaps(gaps: readonly Gap[]): HTMLElement {
  const entries = gaps.map(({ companyName, message, code }) =>
    element('li', {}, element('strong', {}, companyName), ` ${message} `, element('code', {}, code)),
  );
  return element('ul', { class: 'gaps', 'aria-label': 'Customers that are missing' }, ...entries);
}

function showRows(rows: TablePage['rows']): HTMLElement {
  const names = Object.keys(rows[0] ?? {});
  const isNumber = (name: string) => rows.some((row) => typeof row[name] === 'number');
  const numeric = new Map(names.map((name) => [name, isNumber(name) ? 'number' : undefined]));
  const body = rows.map((row) =>
    element('tr', {}, ...names.map((name) => element('td', { class: numeric.get(name) }, toCell(row[name])))),
  );
  const head = element(
    'tr',
    {},
    ...names.map((name) => element('th', { scope: 'col', class: numeric.get(name) }, name)),
  );
  return element(
    'div',
    { class: 'rows', tabindex: 0, role: 'region', 'aria-label': 'First rows' },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)),
  );
}

function toCell(value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
