/**
 * Names of worksheets that Excel opens without repair: at most 31 characters, none of those that it forbids, no two the same.
 * Letters of every language stay as they are.
 */
import { cutText } from './cut-text.js';
import { createUniqueNames } from './unique-names.js';

const MAX_LENGTH = 31;
const FORBIDDEN = /[[\]:*?/\\]/g;
/** Control characters, halves of surrogate pairs, and the two code points that XML has no place for. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;
const EDGES = /^[\s']+|[\s']+$/g;

export interface SheetNames {
  /** For a sheet that should be called `wanted`: as near to it as Excel allows, and not given out before. */
  take(wanted: string): string;
}

export function createSheetNames(): SheetNames {
  // Excel keeps this one for itself.
  const names = createUniqueNames(['History']);
  return {
    take(wanted) {
      const clean = trimEdges(wanted.normalize('NFC').replace(UNWRITABLE, ' ').replace(FORBIDDEN, '-')) || 'Sheet';
      return names.take((suffix) => trimEdges(cutText(clean, MAX_LENGTH - suffix.length)) + suffix);
    },
  };
}

function trimEdges(name: string): string {
  return name.replace(EDGES, '');
}
