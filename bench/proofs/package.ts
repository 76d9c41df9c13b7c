/**
 * `npm run proof:package`: what is committed, packed as it would be published and installed from the tarball into an empty folder,
 * serves. Proves that nothing is missing in the package: `npx keepnet-graph serve` answers the graph, a table, the pages with every file
 * that they name, and makes an export, with no build step and no development package; told to stop, it ends with 0. Needs git and the
 * npm registry.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BY_LINK, BY_NPX, type Installed, startInstalled } from './installed.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function prove() {
  const workDirectory = mkdtempSync(join(tmpdir(), 'keepnet-graph-package-'));
  try {
    const tarball = pack(join(workDirectory, 'sources'), workDirectory);
    const directory = join(workDirectory, 'empty');
    const packages = install(tarball, directory);
    const served = await startInstalled(directory, BY_NPX);
    const problems = await findProblems(served).finally(() => served.kill());
    const stopped = await startInstalled(directory, BY_LINK);
    const exitCode = await stopped.stop().finally(() => stopped.kill());
    if (exitCode !== 0) problems.push(`it ended with ${exitCode}`);
    return {
      tarballMegabytes: toMegabytes(statSync(tarball).size),
      packages,
      installedMegabytes: toMegabytes(sizeOf(join(directory, 'node_modules'))),
      problems: [...problems, ...findStrays(join(directory, 'node_modules/keepnet-graph'))],
    };
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
}

/** From a clone, so that what lies about in this folder can neither help nor harm. Packages to build with are this folder's. */
function pack(sources: string, destination: string): string {
  execFileSync('git', ['clone', '--quiet', '--local', ROOT, sources]);
  symlinkSync(join(ROOT, 'node_modules'), join(sources, 'node_modules'));
  npm(['run', '--silent', 'package', '--', '--pack-destination', destination], sources);
  const name = readdirSync(destination).find((each) => each.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm made no tarball');
  return join(destination, name);
}

/** How many packages that were. */
function install(tarball: string, directory: string): number {
  execFileSync('mkdir', [directory]);
  writeFileSync(join(directory, 'package.json'), '{ "private": true }');
  npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', tarball], directory);
  return npm(['ls', '--all', '--parseable'], directory).trim().split('\n').length - 1;
}

async function findProblems(server: Installed): Promise<string[]> {
  const problems: string[] = [];
  const expect = (what: string, isTrue: boolean) => void (isTrue || problems.push(what));
  expect('the graph does not answer', (await server.ask('{ companies(first: 1) { totalCount } }')).includes('25'));
  for (const page of ['/graphiql/', '/connect/']) {
    const links = (await server.get(page)).matchAll(/(?:src|href)="([^"]+)"/g);
    const assets = [...links].map(([, path = '']) => path).filter((path) => path.startsWith(`${page}assets/`));
    expect(`${page} names no files`, assets.length >= 2);
    for (const path of assets) await server.get(path);
  }
  const table = await server.get('/tables/user_counts.csv?columns=company_name,active_users');
  expect(`the table begins with ${table.slice(0, 40)}`, table.startsWith('company_name,active_users\r\n'));
  const csv = server.run(['export', 'leaderboard', '--companies', 'all', '--format', 'csv', '--out', '-']);
  expect(`the export has ${csv.split('\n').length} lines`, csv.split('\n').length > 1_000);
  expect('the version cannot be told', /^\d+\.\d+\.\d+\s*$/.test(server.run(['--version'])));
  return problems;
}

/** Sources, tests and type declarations are of no use there; examples are sources to copy. */
function findStrays(directory: string): string[] {
  const isStray = (path: string) =>
    /\.(pyc|map|test\.js)$|^(src|test|bench|web|node_modules)\/|^(?!examples\/).*\.ts$/.test(path);
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(isStray)
    .map((path) => `the package holds ${path}`);
}

function npm(args: readonly string[], cwd: string): string {
  // What the outer npm was told is not for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function sizeOf(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const sizes = names.map((name) => statSync(join(directory, name))).filter((stats) => stats.isFile());
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 100_000) / 10;
}

const proven = await prove();
const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
console.log(JSON.stringify({ version, ...proven }));
process.exitCode = proven.problems.length > 0 ? 1 : 0;
