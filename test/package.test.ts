/**
 * What an installed package needs it asks for. That it then works is proven by `npm run proof:package`, which takes a minute and
 * a registry.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compileSources } from './support/compiled.js';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const readManifest = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest;
const MANIFEST = readManifest('package.json');

/** Packages that the code loads when it runs: what is imported for its types alone is not in JavaScript any more. */
function findLoaded(): Set<string> {
  const compiled = compileSources();
  try {
    const files = readdirSync(compiled.directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    const texts = files.map((name) => readFileSync(join(compiled.directory, name), 'utf8'));
    const specifiers = texts.flatMap((text) =>
      [
        ...text.matchAll(
          /(?:^|\*\/ )(?:import|export) (?:[^'"]*? from )?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm,
        ),
      ].map(([, fixed, dynamic]) => fixed ?? dynamic ?? ''),
    );
    return new Set(specifiers.filter((name) => !name.startsWith('.') && !isBuiltin(name)).map(toPackage));
  } finally {
    compiled.remove();
  }
}

function toPackage(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

describe('the package', () => {
  const loaded = findLoaded();

  it('depends on what it loads, and not only for development', () => {
    expect(loaded.size).toBeGreaterThanOrEqual(20);
    expect([...loaded].filter((name) => !(name in MANIFEST.dependencies))).toEqual([]);
  });

  it('depends on what the packages that it loads want beside them', () => {
    for (const name of loaded) {
      const { peerDependencies = {}, peerDependenciesMeta = {} } = readManifest(
        `node_modules/${name}/package.json`,
      ) as Manifest & { peerDependenciesMeta?: Record<string, { optional?: boolean }> };
      const wanted = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
      expect({ name, missing: wanted.filter((peer) => !(peer in MANIFEST.dependencies)) }).toEqual({
        name,
        missing: [],
      });
    }
  });

  it('names each version exactly', () => {
    expect(
      Object.values(MANIFEST.dependencies).filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    ).toEqual([]);
  });

  it('is built when it is packed, although .npmrc lets no script run by itself', () => {
    expect(readFileSync('.npmrc', 'utf8')).toContain('ignore-scripts=true');
    expect(MANIFEST.scripts.prepack).toBe(MANIFEST.scripts.build);
    expect(MANIFEST.scripts.package).toBe('npm pack --ignore-scripts=false');
  });
});
