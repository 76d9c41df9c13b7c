/** What is measured is the built server, as it is shipped. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Builds the server and its tables alone: no row asks for a page. @throws where it does not compile. */
export function buildIfStale(): void {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const newestAtMs = Math.max(...sources.map((name) => changedAtMs(join(ROOT, 'src', name))));
  if (changedAtMs(join(ROOT, 'dist/cli.js')) > newestAtMs) return;
  process.stderr.write('Building …\n');
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '--project', 'tsconfig.json'], { cwd: ROOT, stdio: 'inherit' });
  cpSync(join(ROOT, 'src/tables/documents'), join(ROOT, 'dist/tables/documents'), { recursive: true });
}

/** In milliseconds since 1970; 0 where there is no such file. */
function changedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
