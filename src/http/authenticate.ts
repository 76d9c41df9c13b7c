/**
 * Who may pass the door: every route says which ability it needs, and whoever lacks it is refused before a byte of the body is read.
 * A route that says nothing keeps the server from starting. Whether a credential is good is the authenticator's to know; which
 * companies a caller sees, the session's.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.js';
import { type Ability, type Caller, isAllowed } from '../access/caller.js';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before the door has asked, and on routes that need nothing; `callerOf` is for the others. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    needs?: Ability | 'NOTHING';
    /** A key may come as the password of Basic, from clients that know nothing else. */
    takesBasic?: boolean;
    /** A key may come as `key` in the address, where the operator allows that, from clients that can send no header. */
    takesQueryKey?: boolean;
  }
}

export interface AuthenticationOptions {
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  readonly allowsQueryKey: boolean;
  readonly log: Log;
}

/** For the routes that are added after it. A path that leads nowhere is told to everybody: which there are is no secret. */
export function registerAuthentication(app: FastifyInstance, options: AuthenticationOptions): void {
  const { authenticator, allowsQueryKey, log } = options;
  app.decorateRequest('caller', null);
  app.addHook('onRoute', ({ url, config }) => {
    if (config?.needs === undefined) throw new Error(`the route ${url} does not say what it needs`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { needs = 'admin', takesBasic = false, takesQueryKey = false } = request.routeOptions.config;
    if (needs === 'NOTHING' || request.is404) return;
    const queryKeys = takesQueryKey && allowsQueryKey ? readQueryKeys(request) : [];
    try {
      request.caller = await admit(request, { authenticator, needs, takesBasic, queryKeys });
    } catch (error) {
      if (error instanceof AppError) log.info({ requestId: request.id, code: error.code }, 'refused at the door');
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') challenge(reply, takesBasic);
      throw error;
    }
  });
}

/** On a route that needs something. */
export function callerOf({ caller, url }: FastifyRequest): Caller {
  if (caller === null) throw new Error(`nobody was asked who he is at ${url.split('?', 1)[0]}`);
  return caller;
}

interface Admission {
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  readonly needs: Ability;
  readonly takesBasic: boolean;
  readonly queryKeys: readonly string[];
}

async function admit(request: FastifyRequest, admission: Admission): Promise<Caller> {
  const { authenticator, needs, takesBasic, queryKeys } = admission;
  // A header that was sent twice shows only among the distinct ones.
  const { authorization, 'x-api-key': apiKeys = [] } = request.raw.headersDistinct;
  // An open server reads no credentials; elsewhere a key in the address counts like one in the header.
  const headers = { authorization, 'x-api-key': [...apiKeys, ...queryKeys] };
  if (isBasic(authorization) && comesFromElsewhere(request)) {
    throw new AppError('FORBIDDEN', 'A page of another site may not use the password that the browser remembers.');
  }
  const caller = await authenticator.authenticate({ headers, clientAddress: request.ip, allowsBasic: takesBasic });
  if (isAllowed(caller, needs)) return caller;
  throw new AppError('FORBIDDEN', `This needs a credential with the ability ${needs}.`);
}

/** Taken out of the query as well: what is asked is the same without it, and it must not get into an answer. */
function readQueryKeys(request: FastifyRequest): readonly string[] {
  const { key, ...query } = request.query as Readonly<Record<string, unknown>>;
  request.query = query;
  return [key ?? []].flat().map(String);
}

function isBasic(authorization: readonly string[] | undefined): boolean {
  return authorization?.some((value) => /^basic\b/i.test(value)) ?? false;
}

/** Basic is the one credential that a browser sends by itself, also for a page that only knows the address. */
function comesFromElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** A line for each scheme: of several in one line Chromium reads the first alone, and would not ask the person for the password. */
function challenge(reply: FastifyReply, takesBasic: boolean): void {
  reply.header('www-authenticate', [
    'Bearer realm="keepnet-graph"',
    ...(takesBasic ? ['Basic realm="keepnet-graph", charset="UTF-8"'] : []),
  ]);
}
