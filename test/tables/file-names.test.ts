/** Names of files that every system can keep. */
import { describe, expect, it } from '@jest/globals';
import { createFileNames } from '../../src/tables/file-names.js';

function takeAll(wanted: readonly string[]): string[] {
  const names = createFileNames();
  return wanted.map((name) => names.take(name, 'csv'));
}

describe('a file name', () => {
  it.each([
    ['Şişecam İnşaat A.Ş.', 'Şişecam İnşaat A.Ş.csv'],
    ['../../etc/passwd', 'etc-passwd.csv'],
    ['..\\..\\windows\\system32', 'windows-system32.csv'],
    ['/absolute', 'absolute.csv'],
    ['C:\\x', 'C--x.csv'],
    ['a\r\nSet-Cookie: x', 'aSet-Cookie- x.csv'],
    ['"quoted" \'too\' ‘and’ “so”', 'quoted- -too- -and- -so-.csv'],
    ['.hidden', 'hidden.csv'],
    ['-rf', 'rf.csv'],
    ['~root', 'root.csv'],
    ['trailing. . ', 'trailing.csv'],
    ['CON', '_CON.csv'],
    ['nul.txt', '_nul.txt.csv'],
    ['com1', '_com1.csv'],
    ['LPT¹', '_LPT¹.csv'],
    ['console', 'console.csv'],
    ['gpj.\u202Eexe', 'gpj.exe.csv'],
    ['half \uD800 pair', 'half  pair.csv'],
    ['..', 'file.csv'],
    ['', 'file.csv'],
    ['%2e%2e%2f', '2e-2e-2f.csv'],
  ])('%j becomes %j', (wanted, expected) => {
    expect(takeAll([wanted])).toEqual([expected]);
  });

  it('has 120 characters at most, its number and extension included, and no more bytes than a file system takes', () => {
    const [first, second] = takeAll(['a'.repeat(300), 'a'.repeat(300)]);
    expect(first).toBe(`${'a'.repeat(116)}.csv`);
    expect(second).toBe(`${'a'.repeat(112)} (2).csv`);
    const [wide] = takeAll(['語'.repeat(300)]);
    expect(Buffer.byteLength(wide ?? '')).toBeLessThanOrEqual(240);
    expect(wide).toMatch(/^語{70,}\.csv$/);
    const [pairs] = takeAll([`a${'😀'.repeat(100)}`]);
    expect(pairs).toMatch(/^a(😀)+\.csv$/u);
  });

  it('is given out once, whatever case or encoding it comes in', () => {
    expect(takeAll(['Acme', 'ACME', 'acme', 'Ac\u00ADme'])).toEqual([
      'Acme.csv',
      'ACME (2).csv',
      'acme (3).csv',
      'Acme (4).csv',
    ]);
  });
});
