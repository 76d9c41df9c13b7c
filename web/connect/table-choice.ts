/** Which table is to be read, with which parameters and columns. */
import { createColumnChoice } from './column-choice.js';
import { element, withCode } from './element.js';
import { createParameterFields, type ParameterFields } from './parameter-fields.js';
import type { Parameter } from './snippets/reading.js';
import type { TableColumn, TableEntry, TableParameter } from './wire.js';

export interface TableChoice {
  /** Null while there is none. */
  readonly table: TableEntry | null;
  readonly parameters: readonly Parameter[];
  /** Names of parameters that must be filled in and are not. */
  readonly missing: readonly string[];
  /** Null until the server has told them. */
  readonly columns: readonly TableColumn[] | null;
  readonly hasAllColumns: boolean;
  readonly needsAll: boolean;
}

export interface TableChooser {
  /** Those to choose from; `name` is the one to begin with. */
  offer(tables: readonly TableEntry[], name: string | null): void;
  /** Of the table that is chosen; null: not known. */
  setColumns(columns: readonly TableColumn[] | null): void;
  read(): TableChoice;
}

const UNKNOWN = 'The tables are listed as soon as the server lets you in.';

/** `onTable` hears when another table is chosen, `onChange` of everything else. */
export function createTableChoice(section: HTMLElement, onTable: () => void, onChange: () => void): TableChooser {
  let tables: readonly TableEntry[] = [];
  let parameters: ParameterFields = createParameterFields([], onChange);
  const columns = createColumnChoice(onChange);
  const completeness = createCompleteness(onChange);
  const parts = createParts();
  const { select, description } = parts;
  section.append(parts.field, parts.required, parts.optional, columns.field, completeness.field);
  const chosen = () => tables.find(({ name }) => name === select.value) ?? null;
  const show = () => {
    const table = chosen();
    description.replaceChildren(...withCode(table?.description ?? UNKNOWN));
    parameters = createParameterFields(table?.parameters.filter(hasField) ?? [], onChange);
    showParameters(parameters, parts);
    columns.offer(null);
    completeness.field.hidden = table === null;
  };
  select.addEventListener('change', () => {
    show();
    onTable();
  });
  show();
  return {
    offer(offered, name) {
      tables = offered;
      select.replaceChildren(...tables.map((table) => element('option', { value: table.name }, table.name)));
      if (tables.some((table) => table.name === name)) select.value = name ?? '';
      select.hidden = tables.length === 0;
      show();
    },
    setColumns: columns.offer,
    read: () => ({
      table: chosen(),
      parameters: parameters.values(),
      missing: parameters.missing(),
      ...columns.read(),
      needsAll: completeness.isNeeded(),
    }),
  };
}

function createParts() {
  const select = element('select', { id: 'table-select', 'aria-describedby': 'table-description', hidden: true });
  const description = element('p', { class: 'hint', id: 'table-description' });
  const label = element('label', { for: 'table-select', class: 'unseen' }, 'Table');
  const field = element('div', { class: 'field' }, label, select, description);
  return { select, description, field, required: element('div'), optional: element('details', { hidden: true }) };
}

/** Companies are chosen by name, elsewhere; a whole filter or period as JSON is for programs, and its parts have fields of their own. */
function hasField({ name, type }: TableParameter): boolean {
  return name !== 'companies' && !/(Filter|Input)!?$/.test(type);
}

interface Places {
  readonly required: HTMLElement;
  readonly optional: HTMLDetailsElement;
}

/** What must be filled in stands open; the rest is a click away. */
function showParameters(parameters: ParameterFields, { required, optional }: Places): void {
  required.replaceChildren(...parameters.required);
  const summary = element('summary', {}, `Filters and order (${parameters.optional.length})`);
  optional.replaceChildren(summary, ...parameters.optional);
  optional.hidden = parameters.optional.length === 0;
}

function createCompleteness(onChange: () => void) {
  const box = element('input', { type: 'checkbox', id: 'needs-all', 'aria-describedby': 'needs-all-hint' });
  box.addEventListener('change', onChange);
  const field = element(
    'div',
    { class: 'field' },
    element('span', { class: 'box' }, box, element('label', { for: 'needs-all' }, 'Refuse incomplete answers')),
    element(
      'p',
      { class: 'hint', id: 'needs-all-hint' },
      'If customers cannot be read, the refresh fails instead of showing sums that are too small.',
    ),
  );
  return { field, isNeeded: () => box.checked };
}
