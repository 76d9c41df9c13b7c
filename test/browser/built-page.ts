/** Sees to it that a page is built, and from the sources of today, before a browser opens it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Builds `dist/web/<page>` unless it is newer than everything in `web/<page>`. Takes some seconds. */
export function buildPageWhereStale(page: 'graphiql' | 'connect'): void {
  const built = join(root, 'dist/web', page, 'index.html');
  const config = `web/${page}.config.ts`;
  const own = readdirSync(join(root, 'web', page), { recursive: true, encoding: 'utf8' });
  const sources = [...own.map((file) => join('web', page, file)), config, 'web/page-build.ts'];
  const newestMs = Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs > newestMs) return;
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '-c', config], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
