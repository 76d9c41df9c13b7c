/** What Node is given can only stand on its command line; a server must not be slower for the way it was started. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const toFlags = (text: string) => text.split(/\s+/).filter((word) => word.startsWith('--'));

describe('what Node is given', () => {
  it('is the same by `npm start` and by the command', () => {
    const [firstLine = ''] = readFileSync(join(root, 'src/cli.ts'), 'utf8').split('\n', 1);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
    expect(firstLine).toMatch(/^#!\/usr\/bin\/env -S node /);
    expect(toFlags(firstLine)).toEqual(['--max-semi-space-size=32']);
    expect(toFlags(scripts.start)).toEqual(toFlags(firstLine));
  });
});
