/**
 * Serves one page of `web/` under a path of its own, from what vite has built.
 * Promises its Content-Security-Policy on everything below the path, the copies that were compressed at build time, and a
 * plain 503 instead of a broken page where nothing was built. Which pages there are is `pages.ts`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptsEncoding } from './accepts-encoding.js';

export interface Page {
  /** Also the directory of the page among the built ones: `graphiql` is served under `/graphiql/`. */
  readonly path: string;
  /** What people call it. */
  readonly name: string;
  /** What the page may load and do, by directive; all that is not named is forbidden. */
  readonly policy: Readonly<Record<string, string>>;
}

/**
 * Adds `/<path>` and `/<path>/*` to `app`. The files are listed once, here, and nothing else can be asked for: no path of
 * a request ever reaches the file system. (@fastify/static 10 would do more, but cannot be loaded by Jest on Node 20.)
 *
 * @param pagesDirectory - Absolute path of the built pages, a directory each with its `index.html`.
 */
export async function registerPage(app: FastifyInstance, page: Page, pagesDirectory: string): Promise<void> {
  const files = await listFiles(join(pagesDirectory, page.path));
  const prefix = `/${page.path}`;
  const headers = toPageHeaders(page);
  await app.register(
    async (scope) => {
      // In `onSend`, so that it wins over the defaults that the door sets for its own answers.
      scope.addHook('onSend', async (request, reply) => {
        // A file under assets/ carries the hash of its content in its name; a missing one must not be remembered.
        const isHashedFile = request.url.startsWith(`${prefix}/assets/`) && reply.statusCode === 200;
        reply.headers({
          ...headers,
          'cache-control': isHashedFile ? 'public, max-age=31536000, immutable' : 'no-cache',
        });
      });
      scope.get('', FOR_EVERYBODY, (_request, reply) => reply.redirect(`${prefix}/`, 308));
      scope.get<{ Params: { '*': string } }>('/*', FOR_EVERYBODY, async (request, reply) => {
        if (!files.has('index.html')) return answerNotBuilt(page, reply);
        const file = files.get(request.params['*'] || 'index.html');
        return file ? sendFile(file, request, reply) : reply.callNotFound();
      });
    },
    { prefix },
  );
}

/** The page holds no data and no secret; it must be there before anybody can give it a key. What it asks is asked with that. */
const FOR_EVERYBODY = { config: { needs: 'NOTHING' } } as const;

interface PageFile {
  readonly path: string;
  readonly mediaType: string;
  /** The compressed copies that lie beside it, smallest first. */
  readonly copies: readonly (typeof COPIES)[number][];
}

const COPIES = [
  { encoding: 'br', extension: '.br' },
  { encoding: 'gzip', extension: '.gz' },
] as const;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** The page's files by their path below its own; empty where there is no such directory. */
async function listFiles(directory: string): Promise<Map<string, PageFile>> {
  const names = new Set(await readdir(directory, { recursive: true }).catch(() => []));
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const mediaType = MEDIA_TYPES[extname(name)];
    if (!mediaType) continue;
    const copies = COPIES.filter(({ extension }) => names.has(name + extension));
    files.set(name.replaceAll(sep, '/'), { path: join(directory, name), mediaType, copies });
  }
  return files;
}

async function sendFile(file: PageFile, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const accepted = request.headers['accept-encoding'] ?? '';
  const copy = file.copies.find(({ encoding }) => acceptsEncoding(accepted, encoding));
  const content = await readFile(file.path + (copy?.extension ?? ''));
  if (copy) reply.header('content-encoding', copy.encoding);
  return reply.type(file.mediaType).header('vary', 'accept-encoding').send(content);
}

function toPageHeaders({ policy }: Page): Readonly<Record<string, string>> {
  const directives = { ...NOTHING_BUT_OWN, ...policy };
  return {
    'content-security-policy': Object.entries(directives)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
}

/** Holds for every page: nothing inline, nothing from elsewhere, and nobody may put a frame around it. */
const NOTHING_BUT_OWN = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

function answerNotBuilt({ name }: Page, reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send(`${name} is not built. Run "npm run build", then start the server again. The graph itself is at /graphql.\n`);
}
