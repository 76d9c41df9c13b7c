/**
 * Where the page is given an API key, and what it says about it. The key lives in this page alone, as in GraphiQL: it is written into
 * no storage and into no address, and is gone when the page is closed or loaded again.
 */
import { createCodeBlock, element } from './element.js';

/** `OPEN`: nobody has to say who he is. `LACKING`: the key is good, but not for tables. `UNKNOWN`: the server is being asked. `SILENT`: it gave no answer. */
export type KeyState = 'UNKNOWN' | 'SILENT' | 'OPEN' | 'WANTED' | 'REFUSED' | 'LACKING' | 'USED';

const TEXTS: Record<KeyState, string> = {
  UNKNOWN: 'Asking the server …',
  SILENT: 'The server could not be asked. Load this page again in a moment.',
  OPEN: 'This server is open to this machine: no key is needed.',
  WANTED: 'This server asks for an API key that may read tables.',
  REFUSED: 'The server does not accept this key. It may be misspelt, expired or revoked.',
  LACKING: 'The server knows this key, but it may not read tables.',
  USED: 'The key is accepted. It stays in this page and is forgotten when you close it.',
};

export interface KeyChoice {
  show(state: KeyState): void;
  /** Whom a key would be made for. */
  setName(name: string): void;
}

/** `onKey` hears of a new key, or of null when it is to be forgotten. */
export function createKeyChoice(section: HTMLElement, onKey: (key: string | null) => void): KeyChoice {
  const status = element('p', { role: 'status', class: 'status' });
  const { field, input } = createField(onKey);
  const forget = element('button', { type: 'button' }, 'Forget it');
  forget.addEventListener('click', () => onKey(null));
  const command = createCodeBlock('key-command', 'the command');
  const recipe = element('div', {}, command.block);
  section.append(status, field, forget, recipe);
  return {
    show(state) {
      status.textContent = TEXTS[state];
      status.dataset.state = state.toLowerCase();
      const isWanted = ['WANTED', 'REFUSED', 'LACKING'].includes(state);
      field.hidden = recipe.hidden = !isWanted;
      forget.hidden = state !== 'USED';
      if (state === 'USED') input.value = '';
    },
    setName(name) {
      const text = `keepnet-graph key create --name "${name}" --companies all --may tables`;
      command.show('To make one, where the server runs:', text);
    },
  };
}

/** No form: browsers offer to keep what is sent by one. */
function createField(onKey: (key: string) => void) {
  const input = element('input', {
    id: 'key-input',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'kg_…',
  });
  const use = () => {
    const key = input.value.trim();
    // Another character could not be sent in a header, and stands in no key.
    if (/^[\x21-\x7e]+$/.test(key)) onKey(key);
  };
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') use();
  });
  const button = element('button', { type: 'button' }, 'Use it');
  button.addEventListener('click', use);
  const field = element(
    'div',
    { class: 'field' },
    element('label', { for: 'key-input' }, 'API key'),
    element('div', { class: 'row' }, input, button),
  );
  return { field, input };
}
