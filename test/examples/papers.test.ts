/** What the papers of `examples/` say is so: files and headings that they link to, and how far each example was run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDERS = readdirSync('examples', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const TESTED = ['curl', 'python', 'typescript'];
const INDEX = readFileSync('examples/README.md', 'utf8');

it('the index has a line for each folder', () => {
  const named = [...INDEX.matchAll(/^\| \[([\w-]+)\]\(\1\/README\.md\)/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(FOLDERS.toSorted());
});

describe.each(['README.md', ...FOLDERS.map((name) => `${name}/README.md`)])('examples/%s', (name) => {
  const path = join('examples', name);
  const text = readFileSync(path, 'utf8');

  it('links to what is there', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(dirname(path), target)))).toEqual([]);
  });

  it('shows no address or key of anybody', () => {
    expect(text).not.toMatch(/kg_[0-9A-Za-z]{6}/);
  });
});

it.each(FOLDERS)('%s says how far it was run: against the simulator, or by documentation and when', (folder) => {
  const text = readFileSync(`examples/${folder}/README.md`, 'utf8').replaceAll('\n', ' ');
  const said = TESTED.includes(folder)
    ? 'Run against the simulator by a test.'
    : /by documentation,( not run,)? 2026-11-21\./i;
  expect(text).toMatch(said);
  expect(existsSync(`test/examples/${folder}.test.ts`)).toBe(!['excel', 'tableau'].includes(folder));
});
