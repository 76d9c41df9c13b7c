/** Sees to it that the GraphiQL page is built, and from the sources of today, before a browser opens it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds `dist/web/graphiql` unless it is newer than everything in `web/`. Takes some seconds. */
export function buildPageWhereStale(): void {
  const page = join(root, 'dist/web/graphiql/index.html');
  const sources = readdirSync(join(root, 'web'), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(root, 'web', file),
  );
  const newestMs = Math.max(...sources.map((file) => statSync(file).mtimeMs));
  if (existsSync(page) && statSync(page).mtimeMs > newestMs) return;
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '-c', 'web/vite.config.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
