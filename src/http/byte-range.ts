/**
 * The one range of bytes that a client asks for, as HTTP writes it (RFC 9110, 14). Pure. Several ranges at once, other units and
 * what is not written as a range are answered with the whole: HTTP leaves that to the server.
 */

/** Both ends inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Null: the whole. `UNSATISFIABLE`: a range that begins behind the last of `size` bytes. */
export function toByteRange(header: string | undefined, size: number): ByteRange | 'UNSATISFIABLE' | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') return toTail(Number(last), size);
  const [start, end] = [Number(first), last === '' ? size - 1 : Number(last)];
  if (last !== '' && start > end) return null;
  return start < size ? { start, end: Math.min(end, size - 1) } : 'UNSATISFIABLE';
}

/** The last so many bytes. */
function toTail(length: number, size: number): ByteRange | 'UNSATISFIABLE' {
  return length > 0 && size > 0 ? { start: Math.max(0, size - length), end: size - 1 } : 'UNSATISFIABLE';
}
