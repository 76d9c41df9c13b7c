/** Whose rows are to come: all companies that the key may see, or some that are ticked in a list that can be searched. */
import { element } from './element.js';
import type { Company } from './server.js';

export interface CompanyChoice {
  /** Ids; null: all. An empty list is not yet a choice. */
  read(): readonly string[] | null;
  /** What was listed belongs to another caller: all are meant again. */
  reset(): void;
}

/** `load` is called when the list is wanted for the first time, and again after `reset`. It fails with what is to be told. */
export function createCompanyChoice(
  section: HTMLElement,
  load: (onMore: (count: number) => void) => Promise<readonly Company[]>,
  onChange: () => void,
): CompanyChoice {
  const all = element('input', { type: 'radio', name: 'whose', id: 'whose-all', checked: true });
  const some = element('input', { type: 'radio', name: 'whose', id: 'whose-some' });
  const picker = createPicker(onChange);
  /** Another object with each list; null: none was asked for. */
  let list: object | null = null;
  const fill = async () => {
    if (list !== null) return;
    const own = {};
    list = own;
    const isWanted = () => own === list;
    try {
      const companies = await load((count) => isWanted() && picker.say(`${count} so far …`));
      if (isWanted()) picker.offer(companies);
    } catch (error) {
      if (!isWanted()) return;
      list = null;
      picker.say(error instanceof Error ? error.message : '');
    }
  };
  const choose = () => {
    picker.element.hidden = !some.checked;
    if (some.checked) void fill();
    onChange();
  };
  for (const input of [all, some]) input.addEventListener('change', choose);
  section.append(
    element(
      'fieldset',
      {},
      element('legend', { class: 'unseen' }, 'Customers'),
      element(
        'div',
        { class: 'box' },
        all,
        element('label', { for: 'whose-all' }, 'All that the key may see, new ones too'),
      ),
      element('div', { class: 'box' }, some, element('label', { for: 'whose-some' }, 'Only some of them')),
    ),
    picker.element,
  );
  return {
    read: () => (some.checked ? picker.picked() : null),
    reset() {
      list = null;
      all.checked = true;
      picker.element.hidden = true;
      picker.offer([]);
    },
  };
}

function createPicker(onChange: () => void) {
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
