/** The address, what is to be pasted, and the steps, for what is chosen; or what is still missing. */
import { createCodeBlock, element } from './element.js';
import type { Reading } from './snippets/reading.js';
import type { ToolChoice } from './tool-choice.js';

export interface ConnectionView {
  show(reading: Reading, choice: ToolChoice): void;
  /** `reason` says what is to be done first. */
  wait(reason: string): void;
}

/** Of addresses: beyond it proxies and tools begin to refuse them. */
const LONG_ADDRESS = 6_000;

export function createConnectionView(section: HTMLElement): ConnectionView {
  const address = createCodeBlock('address', 'the address');
  const snippet = createCodeBlock('snippet', 'the query');
  const warning = element('p', { class: 'note', hidden: true });
  const steps = element('ol', { class: 'steps' });
  const outcome = element('div', { class: 'parts', hidden: true }, address.block, warning, snippet.block, steps);
  const reason = element('p', { class: 'hint', role: 'status' });
  section.append(reason, outcome);
  return {
    show(reading, { tool, format }) {
      outcome.hidden = false;
      reason.hidden = true;
      const text = tool.address(reading, format);
      address.show('Address', text);
      warning.hidden = text.length <= LONG_ADDRESS;
      warning.textContent = `The address has ${text.length.toLocaleString('en')} characters, more than some tools take. Pick fewer customers, or all.`;
      snippet.block.hidden = tool.snippet === null;
      if (tool.snippet !== null) snippet.show(tool.snippet.title, tool.snippet.text(reading, format));
      steps.replaceChildren(...tool.steps(reading).map((step) => element('li', {}, step)));
    },
    wait(text) {
      outcome.hidden = true;
      reason.hidden = false;
      reason.textContent = text;
    },
  };
}
