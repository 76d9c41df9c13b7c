/**
 * The sources as JavaScript in a directory of their own, laid out as a built project is, in a fraction of the time that a
 * build takes: for tests that start the command line as a process many times.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

export interface Compiled {
  /** Holds `dist/cli.js`, `package.json` and `schema.graphql`; nothing else. */
  readonly directory: string;
  remove(): void;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Inside `node_modules`, where the packages are found and nobody looks for sources. */
export function compileSources(): Compiled {
  const directory = mkdtempSync(join(ROOT, 'node_modules/.compiled-'));
  for (const name of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const target = join(directory, 'dist', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, toJavaScript(join(ROOT, 'src', name)));
  }
  cpSync(join(ROOT, 'src/tables/documents'), join(directory, 'dist/tables/documents'), { recursive: true });
  for (const name of ['package.json', 'schema.graphql']) cpSync(join(ROOT, name), join(directory, name));
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}

function toJavaScript(path: string): string {
  const { code } = transformFileSync(path, {
    swcrc: false,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'es6' },
  });
  return code;
}
