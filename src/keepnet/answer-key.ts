/**
 * The name under which an answer is kept and shared: who asks, for which company, what exactly. Promises that two different
 * questions never have one key, and that nothing of a question (a filter may hold an e-mail address) can be read from it.
 */
import { hash } from 'node:crypto';
import type { HttpRequest } from './transport.js';

/** Carries the type of the answer, so that what is put under a key comes back as the same. 43 characters. */
export type AnswerKey<Output> = string & { readonly [answer]: Output };
declare const answer: unique symbol;

/** Tells credentials apart: the same client id at another Keepnet is another credential. The secret is no part of it. */
export function toCredentialKey({ baseUrl, clientId }: { baseUrl: string; clientId: string }): string {
  return digest([baseUrl, clientId]);
}

/** The headers of a request are left out: they say nothing that credential and company do not. */
export function toAnswerKey<Output>(question: {
  /** From `toCredentialKey`. */
  readonly credential: string;
  /** Null for a call that answers for the credential. */
  readonly companyId: string | null;
  /** For example `POST target-users/search`. */
  readonly operation: string;
  /** Its body is JSON that our endpoints wrote, with its keys always in one order: equal questions are equal texts. */
  readonly request: Pick<HttpRequest, 'path' | 'body'>;
}): AnswerKey<Output> {
  const { credential, companyId, operation, request } = question;
  return digest([credential, companyId, operation, request.path, request.body ?? null]) as AnswerKey<Output>;
}

/** Of a JSON array, which keeps its parts apart whatever they hold. */
function digest(parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
