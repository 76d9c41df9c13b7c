/** `/connect/token`: client credentials in a form. Anything that is not a form is a crash, as at Keepnet. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, CANARY, toCrash, toJson } from '../answer.js';
import type { Client, Tokens } from '../credentials.js';
import type { SimulatorSettings } from '../settings.js';

export interface TokenRequest {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly clients: readonly Client[];
  readonly tokens: Tokens;
  readonly settings: Readonly<SimulatorSettings>;
}

export function answerToken(request: TokenRequest): Answer {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return toCrash();
  const form = new URLSearchParams(request.text);
  if (form.get('grant_type') !== 'client_credentials') return toOAuthError('unsupported_grant_type');
  if (form.get('scope') !== 'api1') return toOAuthError('invalid_scope');
  const client = request.clients.find((each) => each.clientId === form.get('client_id'));
  if (client === undefined || client.clientSecret !== form.get('client_secret')) return toOAuthError('invalid_client');
  const { tokenLifetimeSeconds, omitPermissions } = request.settings;
  return toJson(200, request.tokens.issue(client, tokenLifetimeSeconds, !omitPermissions));
}

/** The form for the journal, without the secret. */
export function toJournalForm(text: string): Record<string, string> {
  const form = Object.fromEntries(new URLSearchParams(text));
  return 'client_secret' in form ? { ...form, client_secret: '***' } : form;
}

function toOAuthError(error: string): Answer {
  return toJson(400, { error, error_description: CANARY });
}
