/** The rooms of the house and the walls between them (`src/README.md`), held against every file. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  findCircles,
  findForbiddenHabits,
  findForbiddenImports,
  findLongFiles,
  findLongFunctions,
  findStrays,
  roomOf,
  type SourceText,
  type Walls,
} from './support/walls.js';

const ABOVE_APP = [
  'errors',
  'config',
  'telemetry',
  'keepnet',
  'simulator',
  'store',
  'access',
  'tables',
  'exports',
  'loaders',
  'schema',
  'http',
];

const WALLS: Walls = {
  errors: [],
  generated: [],
  config: ['errors'],
  telemetry: ['errors'],
  keepnet: ['errors', 'telemetry'],
  simulator: ['keepnet:type'],
  store: ['errors', 'telemetry'],
  access: ['errors', 'telemetry', 'store'],
  tables: ['errors'],
  exports: ['errors', 'telemetry', 'store', 'tables', 'access:type'],
  loaders: ['errors', 'keepnet:type'],
  schema: ['errors', 'loaders', 'keepnet:type', 'exports:type', 'access:type'],
  http: ['errors', 'telemetry', 'access', 'schema', 'tables', 'exports:type'],
  app: ABOVE_APP,
  cli: ['app', 'access', 'config', 'errors', 'telemetry', 'store', 'schema', 'simulator', 'generated:type'],
  web: ['generated:type'],
};

const MAX_LINES = 250;
/** Lists of independent entries: codes, types as Keepnet sends them and as they are decoded, variables. */
const LISTS = ['src/errors.ts', 'src/keepnet/rows.ts', 'src/keepnet/wire.ts', 'src/variables.ts'];

const MAX_FUNCTION_LINES = 40;
/** Lists of independent entries that stand in a function. */
const LISTS_IN_FUNCTIONS: readonly string[] = [];

function readSources(directory: string): SourceText[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => `${directory}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('src/generated/'))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

const files = [...readSources('src'), ...readSources('web')];

describe('the house', () => {
  it('is seen whole: so many files, and every room has some', () => {
    expect(files.length).toBeGreaterThan(90);
    const seen = new Set(files.map(({ path }) => roomOf(path, WALLS)));
    expect(Object.keys(WALLS).filter((room) => room !== 'generated' && !seen.has(room))).toEqual([]);
  });

  it('has every file in a room of the table', () => {
    expect(findStrays(files, WALLS)).toEqual([]);
  });

  it('has no import through a wall', () => {
    expect(findForbiddenImports(files, WALLS)).toEqual([]);
  });

  it('has no rooms that import each other in a circle', () => {
    expect(findCircles(WALLS)).toEqual([]);
  });

  it('keeps its habits: one place for the environment, for fetching, for printing; no default exports; no @Authorized', () => {
    expect(findForbiddenHabits(files)).toEqual([]);
  });

  it('has no long files but its lists', () => {
    expect(findLongFiles(files, MAX_LINES, LISTS)).toEqual([]);
  });

  it('has no long functions', () => {
    expect(findLongFunctions(files, MAX_FUNCTION_LINES, LISTS_IN_FUNCTIONS)).toEqual([]);
  });
});

describe('a planted fault', () => {
  it.each([
    ['src/utils/dates.ts', 'export const x = 1;'],
    ['src/helpers.ts', 'export const x = 1;'],
  ])('%s is a stray', (path, text) => {
    expect(findStrays([{ path, text }], WALLS)).toEqual([`${path} is in no room`]);
  });

  it.each([
    ['src/keepnet/planted.ts', "import { createApp } from '../app.js';", 'keepnet may not import app'],
    [
      'src/keepnet/planted.ts',
      "import type { GraphContext } from '../schema/context.js';",
      'keepnet may not import types of schema',
    ],
    [
      'src/schema/planted.ts',
      "import { createKeepnetClient } from '../keepnet/client.js';",
      'schema may not import keepnet',
    ],
    [
      'src/schema/company/planted.ts',
      "import { type KeepnetClient, createKeepnetClient } from '../../keepnet/client.js';",
      'schema may not import keepnet',
    ],
    ['src/schema/planted.ts', "export * from '../keepnet/client.js';", 'schema may not import keepnet'],
    ['src/loaders/planted.ts', "export const x = () => import('../http/server.js');", 'loaders may not import http'],
    ['src/http/planted.ts', "export type X = import('../config.js').Config;", 'http may not import types of config'],
    ['src/simulator/planted.ts', "import '../telemetry.js';", 'simulator may not import telemetry'],
    ['src/variables.ts', "import { x } from './telemetry.js';", 'config may not import telemetry'],
    ['src/http/planted.ts', "import { x } from '../../test/support/house.js';", 'in no room'],
    ['web/planted.ts', "import { x } from '../src/errors.js';", 'web may not import errors'],
  ])('in %s: %s', (path, text, expected) => {
    const found = findForbiddenImports([{ path, text }], WALLS);
    expect(found).toEqual([expect.stringContaining(expected)]);
  });

  it('in the table is found as a circle', () => {
    expect(findCircles({ low: [], middle: ['low'], high: ['middle:type', 'low'] })).toEqual([]);
    expect(findCircles({ low: ['high:type'], middle: ['low'], high: ['middle'], top: ['high'] })).toEqual([
      'low',
      'middle',
      'high',
    ]);
  });

  it.each([
    ['src/http/planted.ts', 'export const x = process.env.HOST;', 'reads process.env'],
    ['src/http/planted.ts', "export const x = process['env'];", 'reads process.env'],
    ['src/keepnet/planted.ts', "export const x = () => fetch('https://example.com');", 'fetches'],
    ['src/schema/planted.ts', "import fetchIt from 'cross-fetch';", 'fetches'],
    ['src/app/planted.ts', 'console.log(1);', 'prints'],
    ['src/http/planted.ts', "process.stdout.write('x');", 'prints'],
    ['src/http/planted.ts', 'export default function x() {}', 'has a default export'],
    ['src/http/planted.ts', 'const x = 1; export default x;', 'has a default export'],
    ['src/schema/planted.ts', "class Row { @Authorized('admin') name: string; }", 'uses @Authorized'],
    ['src/schema/planted.ts', 'buildSchema({ authChecker: () => true });', 'uses @Authorized'],
    ['src/schema/planted.ts', 'buildSchema({ globalMiddlewares: [] });', 'has a global middleware'],
  ])('in %s: %s', (path, text, expected) => {
    expect(findForbiddenHabits([{ path, text }])).toEqual([`${path} ${expected}`]);
  });

  it('of length is found, and so is an exemption that nobody needs', () => {
    const long = { path: 'src/long.ts', text: 'x;\n'.repeat(11) };
    const short = { path: 'src/short.ts', text: 'x;\n'.repeat(10) };
    expect(findLongFiles([long, short], 10, [])).toEqual(['src/long.ts has 11 lines']);
    expect(findLongFiles([long, short], 10, ['src/long.ts'])).toEqual([]);
    expect(findLongFiles([short], 10, ['src/short.ts'])).toEqual(['src/short.ts need not be exempt']);
  });

  it.each([
    ['export function walk() {\n1;\n2;\n}', 'walk'],
    ['const walk = async () => {\n1;\n2;\n};', 'walk'],
    ['class Walk { walk() {\n1;\n2;\n} }', 'walk'],
    ['class Walk { constructor() {\n1;\n2;\n} }', 'constructor'],
    ['const steps = { walk: function () {\n1;\n2;\n} };', 'walk'],
    ['// A comment does not count.\nrun(() => {\n1;\n2;\n});', 'line 2'],
  ])('of length is found in %j', (text, name) => {
    const file = { path: 'src/planted.ts', text };
    expect(findLongFunctions([file], 3, [])).toEqual([`src/planted.ts ${name} has 4 lines`]);
    expect(findLongFunctions([file], 3, [`src/planted.ts ${name}`])).toEqual([]);
    expect(findLongFunctions([file], 4, [`src/planted.ts ${name}`])).toEqual([
      `src/planted.ts ${name} need not be exempt`,
    ]);
  });
});
