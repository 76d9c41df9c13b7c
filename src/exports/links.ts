/**
 * Addresses of files that work without a key, for a quarter of an hour: a browser or a download manager can follow them. An
 * HMAC-SHA256 stands over the job, the file, the caller and the time, so that none of them can be changed. Whether the caller
 * may still see the job is asked again when the file is opened; that is left to `create-exports.ts`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedLink {
  readonly jobId: string;
  readonly fileName: string;
  readonly callerId: string;
  /** Whole seconds since 1970, as the address carries them. */
  readonly expiresAtSeconds: number;
  readonly signature: string;
}

/** `FORGED` also where only one character differs: nothing of such a link may be believed, its time included. */
export type LinkState = 'VALID' | 'EXPIRED' | 'FORGED';

export interface Links {
  /** A path with its query, and until when it is good. */
  sign(file: { readonly jobId: string; readonly fileName: string; readonly callerId: string }): {
    readonly path: string;
    readonly expiresAtMs: number;
  };
  verify(link: SignedLink): LinkState;
}

export const LINK_LIFETIME_MS = 15 * 60 * 1000;

/** `secret` is the same in every replica and after every restart. */
export function createLinks({ secret, now }: { readonly secret: Buffer; readonly now: () => number }): Links {
  return {
    sign({ jobId, fileName, callerId }) {
      const expiresAtSeconds = Math.floor((now() + LINK_LIFETIME_MS) / 1000);
      const signature = toSignature(secret, { jobId, fileName, callerId, expiresAtSeconds });
      const query = new URLSearchParams({ expires: String(expiresAtSeconds), caller: callerId, signature });
      const path = `/exports/${encodeURIComponent(jobId)}/files/${encodeURIComponent(fileName)}?${query}`;
      return { path, expiresAtMs: expiresAtSeconds * 1000 };
    },
    verify(link) {
      if (!isSameText(link.signature, toSignature(secret, link))) return 'FORGED';
      return link.expiresAtSeconds * 1000 > now() ? 'VALID' : 'EXPIRED';
    },
  };
}

/** As a JSON list, so that no two files share one text: a name may hold whatever would part the fields. */
function toSignature(secret: Buffer, link: Omit<SignedLink, 'signature'>): string {
  const signed = JSON.stringify([link.jobId, link.fileName, link.callerId, link.expiresAtSeconds]);
  return createHmac('sha256', secret).update(signed).digest('base64url');
}

/** Texts are compared, not the bytes they stand for: the last character of base64url has bits that decode to nothing. */
function isSameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
