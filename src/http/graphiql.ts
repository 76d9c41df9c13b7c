/**
 * Serves the GraphiQL page under `/graphiql/` from what `web/vite.config.ts` has built.
 * Promises a strict Content-Security-Policy on everything below it, files that were compressed at build time, and a plain
 * 503 instead of a broken page where nothing was built. The page itself is `web/graphiql`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface GraphiqlOptions {
  /** Absolute path of the built page: the directory that holds `index.html`. */
  assetsDirectory: string;
}

/** Adds `/graphiql` and `/graphiql/*` to `app`. Whether the page is built is looked up once, here. */
export async function registerGraphiql(app: FastifyInstance, options: GraphiqlOptions): Promise<void> {
  const built = existsSync(join(options.assetsDirectory, 'index.html'));
  await app.register(
    async (page) => {
      page.addHook('onSend', setPageHeaders);
      page.get('', (_request, reply) => reply.redirect('/graphiql/', 308));
      if (!built) {
        page.get('/*', answerNotBuilt);
        return;
      }
      await page.register(fastifyStatic, {
        root: options.assetsDirectory,
        preCompressed: true,
        decorateReply: false,
        // `setPageHeaders` decides; the plugin would say `public, max-age=0`.
        cacheControl: false,
      });
    },
    { prefix: '/graphiql' },
  );
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Monaco and the dialogs create <style> elements while they run and can be given neither hash nor nonce.
  "style-src 'self' 'unsafe-inline'",
  // data: because the style sheets draw squiggles and arrows with it.
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** In `onSend`, so that it wins over the defaults that the door sets for its own answers. */
async function setPageHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  // A file under assets/ carries the hash of its content in its name; a missing one must not be remembered.
  const isHashedFile = request.url.startsWith('/graphiql/assets/') && [200, 206, 304].includes(reply.statusCode);
  reply.headers({
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': isHashedFile ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}

function answerNotBuilt(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send(
      'GraphiQL is not built. Run "npm run build", then start the server again. The graph itself is at /graphql.\n',
    );
}
