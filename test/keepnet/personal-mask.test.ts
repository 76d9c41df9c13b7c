/** What stands in place of personal data: the same for the same, and nothing that leads back. */
import { describe, expect, it } from '@jest/globals';
import { createPersonalMask } from '../../src/keepnet/personal-mask.js';

const mask = createPersonalMask(Buffer.alloc(32, 1));
const other = createPersonalMask(Buffer.alloc(32, 2));

describe('a mask', () => {
  it('is the same for an address in any letter case, and the same everywhere with the secret', () => {
    const { email, name } = mask.person('Ada.Lovelace@example.com');
    expect(mask.person(' ada.lovelace@EXAMPLE.com ')).toEqual({ email, name });
    expect(createPersonalMask(Buffer.alloc(32, 1)).person('ada.lovelace@example.com')).toEqual({ email, name });
    expect(email).toMatch(/^user-[0-9a-f]{16}@masked\.invalid$/);
    expect(name).toBe(`User ${email.slice(5, 21)}`);
  });

  it('is another for another person, and with another secret', () => {
    const people = Array.from({ length: 2_000 }, (_, index) => mask.person(`user.${index}@example.com`).email);
    expect(new Set(people).size).toBe(2_000);
    expect(other.person('user.1@example.com').email).not.toBe(people[1]);
  });

  it('is the same for a telephone number however it is written', () => {
    expect(mask.phone('+90 (555) 123-45-67')).toBe(mask.phone('+905551234567'));
    expect(mask.phone('+905551234567')).not.toBe(mask.phone('+905551234568'));
  });

  it('does not show that a text repeats an address or a number', () => {
    const marks = [mask.person('+905551234567').email, mask.phone('+905551234567'), mask.text('+905551234567')].map(
      (text) => /[0-9a-f]{16}/.exec(text)?.[0],
    );
    expect(new Set(marks).size).toBe(3);
  });
});
