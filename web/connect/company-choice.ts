/** Whose rows are to come: all companies that the key may see, or some that are ticked in a list that can be searched. */
import { type CompanyPicker, createCompanyPicker } from './company-picker.js';
import { element } from './element.js';
import type { Company } from './server.js';

export interface CompanyChoice {
  /** Ids; null: all. An empty list is not yet a choice. */
  read(): readonly string[] | null;
  /** What was listed belongs to another caller: all are meant again. */
  reset(): void;
}

/** It fails with what is to be told. */
type LoadCompanies = (onMore: (count: number) => void) => Promise<readonly Company[]>;

/** `load` is called when the list is wanted for the first time, and again after `reset`. */
export function createCompanyChoice(section: HTMLElement, load: LoadCompanies, onChange: () => void): CompanyChoice {
  const all = element('input', { type: 'radio', name: 'whose', id: 'whose-all', checked: true });
  const some = element('input', { type: 'radio', name: 'whose', id: 'whose-some' });
  const picker = createCompanyPicker(onChange);
  const list = createList(picker, load);
  const choose = () => {
    picker.element.hidden = !some.checked;
    if (some.checked) void list.fill();
    onChange();
  };
  for (const input of [all, some]) input.addEventListener('change', choose);
  section.append(
    element(
      'fieldset',
      {},
      element('legend', { class: 'unseen' }, 'Customers'),
      toOption(all, 'All that the key may see, new ones too'),
      toOption(some, 'Only some of them'),
    ),
    picker.element,
  );
  return {
    read: () => (some.checked ? picker.picked() : null),
    reset() {
      list.forget();
      all.checked = true;
      picker.element.hidden = true;
    },
  };
}

function toOption(input: HTMLInputElement, text: string): HTMLElement {
  return element('div', { class: 'box' }, input, element('label', { for: input.id }, text));
}

/** Fills the picker once. What arrives after it was forgotten is nobody's. */
function createList(picker: CompanyPicker, load: LoadCompanies) {
  let current: object | null = null;
  return {
    async fill() {
      if (current !== null) return;
      const own = {};
      current = own;
      const isWanted = () => own === current;
      try {
        const companies = await load((count) => isWanted() && picker.say(`${count} so far …`));
        if (isWanted()) picker.offer(companies);
      } catch (error) {
        if (!isWanted()) return;
        current = null;
        picker.say(error instanceof Error ? error.message : '');
      }
    },
    forget() {
      current = null;
      picker.offer([]);
    },
  };
}
