/**
 * Deterministic chance: numbers that depend on their keys alone, so that row 4,711 can be made without the 4,710 before it.
 * Promises the same value for the same keys on every machine. Not for secrets.
 */

/** A well-mixed unsigned 32-bit number of up to five integers. */
export function mix(a: number, b = 0, c = 0, d = 0, e = 0): number {
  let hash = stir(0x9e3779b9, a);
  hash = stir(hash, b);
  hash = stir(hash, c);
  hash = stir(hash, d);
  return stir(hash, e) >>> 0;
}

/** A fraction in [0, 1) of up to five integers. */
export function fraction(a: number, b = 0, c = 0, d = 0, e = 0): number {
  return mix(a, b, c, d, e) / 0x1_0000_0000;
}

/** The entry of a list that a hash points at. */
export function pick<T>(list: readonly T[], hash: number): T {
  return list[hash % list.length] as T;
}

function stir(hash: number, part: number): number {
  let next = Math.imul(hash ^ part, 0x85ebca6b);
  next ^= next >>> 13;
  next = Math.imul(next, 0xc2b2ae35);
  return next ^ (next >>> 16);
}
