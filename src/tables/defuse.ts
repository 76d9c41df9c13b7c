/**
 * Takes the fuse out of texts that a spreadsheet would run as a formula. For text cells of CSV and XLSX only: numbers stay numbers,
 * and NDJSON, which no spreadsheet opens, keeps its texts as they are.
 */

/** `= + - @` in their ordinary, full-width and small forms, also behind blanks, control and invisible characters. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;
/** At the head of a cell some programs drop these and read on, and some take them for the end of the cell before. */
const LEADING_CONTROL = /^[\t\r\n\0]/;
/** What XML 1.0 cannot hold, not even escaped. Most readers of CSV stumble over NUL as well. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be found
const UNWRITABLE = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g;
const REPLACEMENT = '\uFFFD';

/** Whether a spreadsheet that finds this text in a file may take it for a formula. */
export function isFormulaLike(text: string): boolean {
  return FORMULA.test(text) || LEADING_CONTROL.test(text);
}

/**
 * The text as a spreadsheet's cell may hold it: with an apostrophe before what looks like a formula, and with U+FFFD in place of
 * each NUL and other character that XML 1.0 forbids, so that the loss is seen. Any other text comes back unchanged.
 */
export function toSpreadsheetText(text: string): string {
  const writable = text.replace(UNWRITABLE, REPLACEMENT);
  return isFormulaLike(text) ? `'${writable}` : writable;
}
