/** Elements of a page, without markup: texts stay texts, whatever they hold. */

type Tag = keyof HTMLElementTagNameMap;
type Attribute = string | number | boolean | undefined;

/** `true` writes an attribute without a value; `false` and undefined write none. */
export function element<T extends Tag>(
  tag: T,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/** An element of `index.html`. */
export function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

/** What a text has between backticks is code. */
export function withCode(text: string): (Node | string)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}

export interface CodeBlock {
  readonly block: HTMLElement;
  show(title: string, text: string): void;
}

/** A text to be copied, under its title. `what` is what a screen reader calls it. */
export function createCodeBlock(id: string, what: string): CodeBlock {
  const title = element('h3', { id: `${id}-title` });
  const code = element('code', { id });
  const head = element(
    'div',
    { class: 'code-head' },
    title,
    copyButton(what, () => code.textContent),
  );
  const text = element('pre', { tabindex: 0, 'aria-labelledby': `${id}-title` }, code);
  return {
    block: element('div', {}, head, text),
    show(shownTitle, shownText) {
      title.textContent = shownTitle;
      code.textContent = shownText;
    },
  };
}

/** A button that copies what `text` says at that moment, and says that it did. */
function copyButton(what: string, text: () => string): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'copy', 'aria-label': `Copy ${what}` }, 'Copy');
  const say = (outcome: string) => {
    button.textContent = outcome;
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1_500);
  };
  button.addEventListener('click', () => {
    copy(text()).then(
      () => say('Copied'),
      () => say('Select and copy'),
    );
  });
  return button;
}

/** Over plain HTTP to another machine a browser has no clipboard for pages; what is shown can still be selected. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard === undefined) throw new Error('no clipboard');
  await navigator.clipboard.writeText(text);
}
