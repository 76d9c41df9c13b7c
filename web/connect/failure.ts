/** What to tell a person when the server does not give what was asked: what happened, and what can be done about it. */

export interface Failure {
  /** Null where no answer came. */
  readonly status: number | null;
  readonly code: string | null;
  /** Of the server; empty where it said nothing. */
  readonly message: string;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
}

export interface Words {
  readonly title: string;
  readonly advice: string;
}

export function toWords(failure: Failure, hasKey: boolean): Words {
  const { status, message } = failure;
  if (status === null) return { title: 'The server does not answer.', advice: message || 'Is it still running?' };
  if (status === 401 && !hasKey)
    return { title: 'This server asks for an API key.', advice: 'Give it in the field above.' };
  if (status === 401) {
    return {
      title: 'The server does not accept this key.',
      advice: 'It may be misspelt, expired or revoked. Make a new one, or ask whoever runs the server.',
    };
  }
  if (status === 403 && lacksTables(failure)) {
    return { title: 'This key may not read tables.', advice: 'Make one with --may tables.' };
  }
  return { title: message || `The server answered with HTTP ${status}.`, advice: toAdvice(failure) };
}

/** The key is good, but for something else. */
export function lacksTables({ status, message }: Failure): boolean {
  return status === 403 && /\btables\b/.test(message);
}

function toAdvice({ status, code, retryAfterSeconds, requestId }: Failure): string {
  const again = retryAfterSeconds === null ? 'Try again later.' : `Try again in ${retryAfterSeconds} s.`;
  if (status === 400) return 'Correct the value; Keepnet was not asked.';
  if (status === 404) return 'It may have been renamed, or this key may not see it. Load the page again.';
  if (status === 429) return again;
  if (code === 'TABLE_INCOMPLETE') return `${again} Or allow that companies are missing.`;
  if (status !== null && status >= 500) return requestId === null ? again : `${again} The request id is ${requestId}.`;
  return '';
}
