/**
 * Builds the pages that a browser opens: `web/graphiql` into `dist/web/graphiql`, served by us under `/graphiql/`.
 * Promises that the result needs nothing from another host, holds no inline script (strict CSP), and lies beside its own
 * `.br` and `.gz` copies, so that the server never compresses. How it is served is `src/http/graphiql.ts`.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const outDir = join(import.meta.dirname, '../dist/web/graphiql');

export default defineConfig({
  root: join(import.meta.dirname, 'graphiql'),
  base: '/graphiql/',
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // Fonts and icons stay files of their own: `data:` URLs cannot be cached or allowed one by one.
    assetsInlineLimit: 0,
    // Monaco is one large chunk by nature; the warning would only be noise.
    chunkSizeWarningLimit: 4_000,
    reportCompressedSize: false,
    // "use client" at the head of React libraries means nothing to a page without a server half.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: 'es' },
  plugins: [precompress()],
});

/** Writes a `.br` and a `.gz` copy of every text asset. Quality 9 is within a tenth of the size of 11, in a tenth of its time. */
function precompress(): Plugin {
  const compressBrotli = promisify(brotliCompress);
  const compressGzip = promisify(gzip);
  return {
    name: 'precompress',
    apply: 'build',
    async closeBundle() {
      const files = await readdir(outDir, { recursive: true });
      for (const file of files.filter((name) => /\.(js|css|html|svg|ttf)$/.test(name))) {
        const path = join(outDir, file);
        const content = await readFile(path);
        const brotli = compressBrotli(content, { params: { [zlib.BROTLI_PARAM_QUALITY]: 9 } });
        await writeFile(`${path}.br`, await brotli);
        await writeFile(`${path}.gz`, await compressGzip(content, { level: 9 }));
      }
    },
  };
}
