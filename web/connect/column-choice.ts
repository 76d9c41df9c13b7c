/** Which columns of a table are to come: all of them unless told. */
import { element } from './element.js';
import type { TableColumn } from './wire.js';

export interface ColumnChoice {
  readonly field: HTMLElement;
  /** Null: not known, and then there is nothing to choose. */
  offer(columns: readonly TableColumn[] | null): void;
  read(): { readonly columns: readonly TableColumn[] | null; readonly hasAllColumns: boolean };
}

export function createColumnChoice(onChange: () => void): ColumnChoice {
  let offered: readonly TableColumn[] | null = null;
  let boxes: readonly HTMLInputElement[] = [];
  const summary = element('summary');
  const list = element('div', { class: 'boxes' });
  const field = element(
    'details',
    { hidden: true },
    summary,
    element('fieldset', { class: 'field' }, element('legend', {}, 'Columns, all if none is ticked'), list),
  );
  const chosen = () => (offered ?? []).filter((_, index) => boxes[index]?.checked === true);
  const summarise = () => {
    const count = chosen().length;
    summary.textContent = `Columns (${count === 0 ? `all ${offered?.length ?? 0}` : `${count} of ${offered?.length}`})`;
  };
  list.addEventListener('change', () => {
    summarise();
    onChange();
  });
  return {
    field,
    offer(columns) {
      offered = columns;
      boxes = (columns ?? []).map(({ name }) => element('input', { type: 'checkbox', id: `column-${name}` }));
      list.replaceChildren(...(columns ?? []).map((column, index) => toBox(column, boxes[index])));
      field.hidden = columns === null;
      summarise();
    },
    read() {
      const columns = chosen();
      return columns.length === 0 ? { columns: offered, hasAllColumns: true } : { columns, hasAllColumns: false };
    },
  };
}

function toBox({ name, description }: TableColumn, box: HTMLInputElement | undefined): HTMLElement {
  const label = element('label', { for: `column-${name}`, title: description }, name);
  return element('span', { class: 'box' }, ...(box === undefined ? [] : [box]), label);
}
