/** The pages that a browser opens, and what each may load beyond its own scripts, styles and requests. They are built from `web/`. */
import type { FastifyInstance } from 'fastify';
import { type Page, registerPage } from './page.js';

export const PAGES: readonly Page[] = [
  {
    path: 'graphiql',
    name: 'GraphiQL',
    policy: {
      // Monaco and the dialogs create <style> elements while they run and can be given neither hash nor nonce.
      'style-src': "'self' 'unsafe-inline'",
      // data: because the style sheets draw squiggles and arrows with it.
      'img-src': "'self' data:",
      'font-src': "'self'",
      'worker-src': "'self'",
    },
  },
  {
    path: 'connect',
    name: 'The page for BI tools',
    policy: {
      'img-src': "'self'",
      // It shows what the server answers, and never as markup.
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    },
  },
];

/** `pagesDirectory`: absolute, with a directory for each page. */
export async function registerPages(app: FastifyInstance, pagesDirectory: string): Promise<void> {
  for (const page of PAGES) await registerPage(app, page, pagesDirectory);
}
