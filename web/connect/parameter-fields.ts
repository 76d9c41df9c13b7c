/**
 * Fields for the parameters of a table, by their type: words to choose from where there are any, dates, numbers, yes or no, and texts.
 * What a value means is left to the server, which refuses what it cannot use.
 */
import { element, withCode } from './element.js';
import type { Parameter } from './snippets/reading.js';
import type { TableParameter } from './wire.js';

export interface ParameterFields {
  readonly required: readonly HTMLElement[];
  readonly optional: readonly HTMLElement[];
  /** Those that are filled in. */
  values(): readonly Parameter[];
  /** Names of required ones that are not. */
  missing(): readonly string[];
}

interface Field {
  readonly parameter: TableParameter;
  readonly field: HTMLElement;
  /** Empty where nothing was filled in. */
  read(): string;
}

export function createParameterFields(parameters: readonly TableParameter[], onChange: () => void): ParameterFields {
  const fields = parameters.map(createField);
  for (const { field } of fields) {
    field.addEventListener('input', onChange);
    field.addEventListener('change', onChange);
  }
  return {
    required: fields.filter(({ parameter }) => parameter.isRequired).map(({ field }) => field),
    optional: fields.filter(({ parameter }) => !parameter.isRequired).map(({ field }) => field),
    values: () =>
      fields.map(({ parameter, read }) => [parameter.name, read()] as const).filter(([, value]) => value !== ''),
    missing: () =>
      fields
        .filter(({ parameter, read }) => parameter.isRequired && read() === '')
        .map(({ parameter }) => parameter.name),
  };
}

function createField(parameter: TableParameter): Field {
  const { values = [] } = parameter;
  if (values.length > 0 && isList(parameter)) return createWords(parameter, values);
  const id = `parameter-${parameter.name}`;
  const hint = `${id}-hint`;
  const input = createInput(parameter, { id, 'aria-describedby': hint, required: parameter.isRequired });
  const field = element(
    'div',
    { class: 'field' },
    element('label', { for: id }, parameter.name, ...toMark(parameter)),
    input,
    element('p', { class: 'hint', id: hint }, ...withCode(parameter.description)),
  );
  return { parameter, field, read: () => input.value.trim() };
}

/** Several words of a few: a box each. */
function createWords(parameter: TableParameter, values: readonly string[]): Field {
  const boxes = values.map((value) =>
    element('input', { type: 'checkbox', value, id: `parameter-${parameter.name}-${value}` }),
  );
  const field = element(
    'fieldset',
    { class: 'field' },
    element('legend', {}, parameter.name, ...toMark(parameter)),
    element(
      'div',
      { class: 'boxes' },
      ...boxes.map((box) => element('span', { class: 'box' }, box, element('label', { for: box.id }, box.value))),
    ),
    element('p', { class: 'hint' }, ...withCode(parameter.description)),
  );
  const read = () =>
    boxes
      .filter(({ checked }) => checked)
      .map(({ value }) => value)
      .join(',');
  return { parameter, field, read };
}

type Attributes = Parameters<typeof element>[1];

function createInput(parameter: TableParameter, attributes: Attributes): HTMLInputElement | HTMLSelectElement {
  const { values = [], type } = parameter;
  const scalar = type.replace(/[[\]!]/g, '');
  const words = values.length > 0 ? values : scalar === 'Boolean' ? ['true', 'false'] : [];
  if (words.length > 0 && !isList(parameter)) {
    const none = element('option', { value: '' }, parameter.isRequired ? 'Choose one' : 'Not set');
    return element('select', attributes, none, ...words.map((word) => element('option', { value: word }, word)));
  }
  const common = { ...attributes, autocomplete: 'off', spellcheck: 'false' };
  if (isList(parameter)) return element('input', { ...common, type: 'text' });
  if (scalar === 'Date') return element('input', { ...common, type: 'date' });
  const isNumber = scalar === 'Int' || scalar === 'Float';
  return element('input', { ...common, type: 'text', inputmode: isNumber ? 'decimal' : undefined });
}

function toMark({ isRequired }: TableParameter): HTMLElement[] {
  return isRequired ? [element('span', { class: 'mark' }, ' required')] : [];
}

function isList({ type }: TableParameter): boolean {
  return type.startsWith('[');
}
