/** What SECURITY.md and the papers in docs/ name is there: variables, error codes, npm scripts, and the files that they link to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../src/errors.js';
import { VARIABLES } from '../src/variables.js';

const PAPERS = ['README.md', 'SECURITY.md', ...readdirSync('docs').map((name) => join('docs', name))];
const SCHEMA = readFileSync('schema.graphql', 'utf8');

/** A variable, a code, a name of the graph, or one of compose.yaml. */
function isKnown(name: string): boolean {
  const variable = name.replace(/_FILE$/, '');
  return (
    Object.hasOwn(VARIABLES, variable) ||
    Object.hasOwn(ERROR_CODES, name) ||
    new RegExp(`\\b${name}\\b`).test(SCHEMA + readFileSync('compose.yaml', 'utf8'))
  );
}

describe.each(PAPERS)('%s', (path) => {
  const text = readFileSync(path, 'utf8');

  it('names variables and codes that exist', () => {
    const named = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !isKnown(name) && !OTHERS.test(name))).toEqual([]);
  });

  it('links to what is there, headings included', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, target = '']) => target);
    const lost = targets.filter((target) => {
      const [file = '', heading] = target.split('#');
      const full = file === '' ? path : join(dirname(path), file);
      return !existsSync(full) || (heading !== undefined && !headingsOf(full).includes(heading));
    });
    expect(lost).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

/** Codes of Apollo, and what the command line reads for itself. */
const OTHERS = /^(GRAPHQL_\w+|BAD_REQUEST|OPERATION_RESOLUTION_FAILURE|KEEPNET_GRAPH_KEY)$/;

/** As hosts of sources write them: small letters, hyphens, no punctuation. */
function headingsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\d -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
