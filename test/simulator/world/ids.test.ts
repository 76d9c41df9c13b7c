/** Ids are Keepnet-like, unique, and readable only by the codec of their seed. */
import { expect, it } from '@jest/globals';
import { toIdCodec } from '../../../src/simulator/world/ids.js';

const codec = toIdCodec(1);

it('gives 12 characters that are read back, and no two alike', () => {
  const seen = new Set<string>();
  for (const kind of ['company', 'user', 'widget', 'lookup'] as const) {
    for (const owner of [0, 1, 999, 67_000_000]) {
      for (const index of [0, 1, 61, 62, 4_999, 4_294_967_295]) {
        const id = codec.toId(kind, owner, index);
        expect(id).toMatch(/^[A-Za-z0-9]{12}$/);
        expect(codec.readId(id)).toEqual({ kind, owner, index });
        seen.add(id);
      }
    }
  }
  expect(seen.size).toBe(4 * 4 * 6);
});

it.each(['', 'short', 'aaaaaaaaaaa!', 'aaaaaaaaaaaaa', 'OOOOOOOOOOOO'])('reads %j as no id', (id) => {
  expect(codec.readId(id)).toBeNull();
});

it('does not read the ids of another seed as its own', () => {
  const other = toIdCodec(2);
  const mistaken = Array.from({ length: 200 }, (_, index) => codec.readId(other.toId('user', 3, index)));
  expect(mistaken.filter((parsed) => parsed?.kind === 'user' && parsed.owner === 3)).toEqual([]);
});
