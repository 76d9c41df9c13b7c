/** Names of worksheets, by Excel's rules. */
import { describe, expect, it } from '@jest/globals';
import { createSheetNames } from '../../src/tables/sheet-names.js';

function takeAll(wanted: readonly string[]): string[] {
  const names = createSheetNames();
  return wanted.map((name) => names.take(name));
}

describe('a sheet name', () => {
  it.each([
    ['Şişecam İnşaat Ğğ Öö Üü Çç ıI', 'Şişecam İnşaat Ğğ Öö Üü Çç ıI'],
    ['A/B [x]: what? *\\', 'A-B -x-- what- --'],
    ["''quoted''", 'quoted'],
    ["O'Neill", "O'Neill"],
    ['  blanks  ', 'blanks'],
    ['line\nbreak\0', 'line break'],
    ['half \uD800 pair', 'half   pair'],
    ['', 'Sheet'],
    ["'''", 'Sheet'],
    ['S\u0327is\u0327', 'Şiş'],
    ['history', 'history (2)'],
  ])('%j becomes %j', (wanted, expected) => {
    expect(takeAll([wanted])).toEqual([expected]);
  });

  it('has 31 characters at most, its number included', () => {
    const [first, second] = takeAll(['Ş'.repeat(40), 'ş'.repeat(40)]);
    expect(first).toBe('Ş'.repeat(31));
    expect(second).toBe(`${'ş'.repeat(27)} (2)`);
  });

  it('does not end in half a character, a blank or an apostrophe after the cut', () => {
    expect(takeAll([`${'a'.repeat(30)}😀`])).toEqual(['a'.repeat(30)]);
    expect(takeAll([`${'a'.repeat(29)}😀b`])).toEqual([`${'a'.repeat(29)}😀`]);
    expect(takeAll([`${'a'.repeat(29)} 'bc`])).toEqual(['a'.repeat(29)]);
  });

  it('is given out once, whatever case, dots on the I, or encoding it comes in', () => {
    expect(takeAll(['Işık', 'IŞIK', 'işik', 'İŞİK'])).toEqual(['Işık', 'IŞIK (2)', 'işik (3)', 'İŞİK (4)']);
    expect(takeAll(['Acme', 'Acme (2)', 'acme'])).toEqual(['Acme', 'Acme (2)', 'acme (3)']);
    expect(takeAll(['Acme', 'Ａｃｍｅ'])).toEqual(['Acme', 'Ａｃｍｅ (2)']);
    expect(takeAll(['a/b', 'a:b'])).toEqual(['a-b', 'a-b (2)']);
  });
});
