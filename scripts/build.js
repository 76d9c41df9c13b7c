/**
 * Builds `dist` anew: the server with tsc, the documents of its tables as they are, the pages with vite. What was there before
 * is taken away first, so that a file that the sources no longer have is not served. The stamp at the end says that the build
 * came to its end (`start.js` reads it).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const resolve = createRequire(import.meta.url).resolve;

/** Runs a tool of `node_modules` with this very Node: no shell, the same on every system. */
function run(script, ...args) {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
run(resolve('typescript/bin/tsc'), '--project', 'tsconfig.json');
cpSync(join(root, 'src/tables/documents'), join(root, 'dist/tables/documents'), { recursive: true });
const vite = join(resolve('vite/package.json'), '../bin/vite.js');
for (const page of ['graphiql', 'connect']) {
  run(vite, 'build', '--config', `web/${page}.config.ts`, '--logLevel', 'warn');
}
writeFileSync(join(root, 'dist/.built'), '');
