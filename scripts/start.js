/**
 * `npm start`: builds where nothing is built, or where a source is newer than the build, then serves in this same process, so
 * that signals and the exit code are the server's own. Options go to `serve`: `npm start -- --print-config`. What is given to Node
 * stands in package.json and is the same as in the first line of `cli.ts`: V8 must know of it before any of our code runs.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In milliseconds since 1970; 0 where there is no such file. */
function changedAtMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSourceAtMs() {
  const files = ['src', 'web'].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true }).map((name) => join(root, directory, name)),
  );
  const others = ['package-lock.json', 'tsconfig.json', 'scripts/build.js'].map((name) => join(root, name));
  return Math.max(...[...files, ...others].map(changedAtMs));
}

if (changedAtMs(join(root, 'dist/.built')) <= newestSourceAtMs()) {
  console.log('Building …');
  await import('./build.js');
}
process.argv.splice(2, 0, 'serve');
await import('../dist/cli.js');
