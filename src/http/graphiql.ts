/**
 * Serves the GraphiQL page under `/graphiql/` from what `web/vite.config.ts` has built.
 * Promises a strict Content-Security-Policy on everything below it, the copies that were compressed at build time, and a
 * plain 503 instead of a broken page where nothing was built. The page itself is `web/graphiql`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface GraphiqlOptions {
  /** Absolute path of the built page: the directory that holds `index.html`. */
  assetsDirectory: string;
}

/**
 * Adds `/graphiql` and `/graphiql/*` to `app`. The files are listed once, here, and nothing else can be asked for: no path of
 * a request ever reaches the file system. (@fastify/static 10 would do more, but cannot be loaded by Jest on Node 20.)
 */
export async function registerGraphiql(app: FastifyInstance, options: GraphiqlOptions): Promise<void> {
  const files = await listFiles(options.assetsDirectory);
  await app.register(
    async (page) => {
      page.addHook('onSend', setPageHeaders);
      page.get('', FOR_EVERYBODY, (_request, reply) => reply.redirect('/graphiql/', 308));
      page.get<{ Params: { '*': string } }>('/*', FOR_EVERYBODY, async (request, reply) => {
        if (!files.has('index.html')) return answerNotBuilt(reply);
        const file = files.get(request.params['*'] || 'index.html');
        return file ? sendFile(file, request, reply) : reply.callNotFound();
      });
    },
    { prefix: '/graphiql' },
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

/** The page's files by their path below `/graphiql/`; empty where there is no such directory. */
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

/** `gzip, br;q=0` names br only to refuse it. */
function acceptsEncoding(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name, quality = 'q=1'] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return name === encoding && Number(quality.slice('q='.length)) > 0;
  });
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
  const isHashedFile = request.url.startsWith('/graphiql/assets/') && reply.statusCode === 200;
  reply.headers({
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': isHashedFile ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}

function answerNotBuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send(
      'GraphiQL is not built. Run "npm run build", then start the server again. The graph itself is at /graphql.\n',
    );
}
