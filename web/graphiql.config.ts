/** Builds GraphiQL. */
import { defineConfig } from 'vite';
import { buildPage } from './page-build.js';

export default defineConfig({
  ...buildPage('graphiql', {
    // Monaco is one large chunk by nature; the warning would only be noise.
    chunkSizeWarningLimit: 4_000,
    // "use client" at the head of React libraries means nothing to a page without a server half.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  }),
  worker: { format: 'es' },
});
