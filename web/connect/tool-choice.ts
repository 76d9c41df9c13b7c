/** Which tool is to read, and in which format where it can read several. */
import { element } from './element.js';
import type { Format } from './snippets/reading.js';
import { TOOLS, type Tool } from './snippets/tools.js';

export interface ToolChoice {
  readonly tool: Tool;
  readonly format: Format;
}

/** `id` is the tool to begin with; an unknown one means the first. Returns what is chosen at a moment. */
export function createToolChoice(section: HTMLElement, id: string | null, onChange: () => void): () => ToolChoice {
  let tool = TOOLS.find((each) => each.id === id) ?? firstTool();
  const format = element('select', { id: 'format' });
  const formatField = element(
    'div',
    { class: 'field' },
    element('label', { for: 'format' }, 'Format'),
    element('div', { class: 'row' }, format),
  );
  const showFormats = () => {
    format.replaceChildren(...tool.formats.map((name) => element('option', { value: name }, NAMES[name])));
    formatField.hidden = tool.formats.length === 0;
  };
  const choose = (chosen: Tool) => {
    tool = chosen;
    showFormats();
    onChange();
  };
  format.addEventListener('change', onChange);
  const options = TOOLS.map((each) => createOption(each, each === tool, () => choose(each)));
  section.append(
    element('fieldset', { class: 'chips' }, element('legend', { class: 'unseen' }, 'Tool'), ...options),
    formatField,
  );
  showFormats();
  return () => ({ tool, format: (format.value || 'csv') as Format });
}

const NAMES: Readonly<Record<Format, string>> = {
  csv: 'CSV',
  json: 'JSON, in pages',
  ndjson: 'NDJSON, a row per line',
  xlsx: 'XLSX, for Excel',
};

function createOption({ id, name }: Tool, isChosen: boolean, onChoose: () => void): HTMLElement {
  const input = element('input', { type: 'radio', name: 'tool', id: `tool-${id}`, value: id, checked: isChosen });
  input.addEventListener('change', onChoose);
  return element('div', { class: 'chip' }, input, element('label', { for: `tool-${id}` }, name));
}

function firstTool(): Tool {
  const [first] = TOOLS;
  if (first === undefined) throw new Error('there are no tools');
  return first;
}
