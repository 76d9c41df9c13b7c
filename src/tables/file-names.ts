/**
 * Names of files that every system can keep and no shell, browser or header misreads: no path, control or quote characters, no
 * name that Windows keeps for devices, bounded, no two the same. Letters of every language stay as they are.
 */
import { cutText } from './cut-text.js';
import { createUniqueNames } from './unique-names.js';

const MAX_LENGTH = 120;
/** File systems allow 255; this leaves room for `.part`. */
const MAX_BYTES = 240;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;
const FORBIDDEN = /[/\\:*?"'`<>|;%“”„‘’‚«»]/g;
/** A dot hides a file, a dash looks like an option, a tilde like a home; Windows drops blanks and dots at the end. */
const EDGES = /^[\s.~-]+|[\s.]+$/g;
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;

export interface FileNames {
  /** For a file that should be called `wanted`; `extension` is without its dot, and ours. */
  take(wanted: string, extension: string): string;
}

export function createFileNames(): FileNames {
  const names = createUniqueNames();
  return {
    take(wanted, extension) {
      const stem = toStem(wanted);
      return names.take((suffix) => {
        const end = `${suffix}.${extension}`;
        return fitStem(stem, end.length) + end;
      });
    },
  };
}

function toStem(wanted: string): string {
  const clean = trimEdges(wanted.normalize('NFC').replace(UNSEEN, '').replace(FORBIDDEN, '-')) || 'file';
  return DEVICE.test(clean) ? `_${clean}` : clean;
}

function fitStem(stem: string, endLength: number): string {
  let fitting = cutText(stem, MAX_LENGTH - endLength);
  while (Buffer.byteLength(fitting) > MAX_BYTES - endLength) fitting = cutText(fitting, fitting.length - 1);
  return trimEdges(fitting);
}

function trimEdges(name: string): string {
  return name.replace(EDGES, '');
}
