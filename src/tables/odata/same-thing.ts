/**
 * Whether a name in the graph means a column: `statuses` and `status`, `isLicenseExpired` and `license { isExpired }`,
 * `LICENSE_TYPE` and `license { type { name } }`. So filters and orders are found by the names that the schema has, and are
 * written down nowhere twice.
 */
import type { GraphQLField } from 'graphql';

/** `path` leads from the row to the column. */
export function meansColumn(name: string, path: readonly GraphQLField<unknown, unknown>[]): boolean {
  const names = path.map((field) => field.name);
  // The name of a thing stands for the thing.
  const [leaf = '', ...above] = (names.length > 1 && names.at(-1) === 'name' ? names.slice(0, -1) : names).reverse();
  const words = toWords(name);
  const hasWord = (list: readonly string[], word: string) => list.some((each) => isSameWord(each, word));
  const isWhole = toWords(leaf).every((word) => hasWord(words, word));
  return isWhole && words.every((word) => hasWord([leaf, ...above].flatMap(toWords), word));
}

/** Of `camelCase` or `UPPER_CASE`. */
function toWords(name: string): readonly string[] {
  return name
    .replace(/[a-z0-9](?=[A-Z])/g, '$&_')
    .toLowerCase()
    .split('_');
}

function isSameWord(one: string, other: string): boolean {
  return one === other || toPlural(one) === other || one === toPlural(other);
}

function toPlural(word: string): string {
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('s') ? `${word}es` : `${word}s`;
}
