/** Text as XML 1.0 and Excel hold it. What XML cannot hold at all has been taken out before (`defuse.ts`, `sheet-names.ts`). */

const SPECIAL = /[&<>"\r]|_(?=x[0-9a-f]{4}_)/gi;

/** Excel reads `_x0041_` as an escaped `A`, so that a text with these very letters has its underscore escaped. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  _: '_x005F_',
};

/** For the content of an element, and for an attribute in double quotes. */
export function toXmlText(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}
