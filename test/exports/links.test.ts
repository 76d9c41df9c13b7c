/** Signed addresses: good as they were made, and nothing else is. */
import { describe, expect, it } from '@jest/globals';
import { createLinks, LINK_LIFETIME_MS, type SignedLink } from '../../src/exports/links.js';

const FILE = { jobId: 'job1', fileName: 'Şirket "A" leaderboard.csv', callerId: 'key/7 é' };
const START_MS = 1_700_000_000_500;

function openLinks(secret = Buffer.alloc(32, 1)) {
  const clock = { nowMs: START_MS };
  return { clock, links: createLinks({ secret, now: () => clock.nowMs }) };
}

function parseLink(path: string): SignedLink {
  const url = new URL(path, 'http://host');
  const [, , jobId = '', , fileName = ''] = url.pathname.split('/').map(decodeURIComponent);
  return {
    jobId,
    fileName,
    callerId: url.searchParams.get('caller') ?? '',
    expiresAtSeconds: Number(url.searchParams.get('expires')),
    signature: url.searchParams.get('signature') ?? '',
  };
}

describe('links', () => {
  it('carry what they were signed for through an address and back', () => {
    const { links } = openLinks();
    const { path, expiresAtMs } = links.sign(FILE);
    const link = parseLink(path);
    expect(link).toMatchObject(FILE);
    expect(expiresAtMs).toBe(link.expiresAtSeconds * 1000);
    expect(expiresAtMs).toBeLessThanOrEqual(START_MS + LINK_LIFETIME_MS);
    expect(links.verify(link)).toBe('VALID');
  });

  it('are the same for replicas that share the secret, and forged for any other', () => {
    const link = parseLink(openLinks().links.sign(FILE).path);
    expect(openLinks().links.verify(link)).toBe('VALID');
    expect(openLinks(Buffer.alloc(32, 2)).links.verify(link)).toBe('FORGED');
  });

  it('expire after a quarter of an hour', () => {
    const { links, clock } = openLinks();
    const { path, expiresAtMs } = links.sign(FILE);
    clock.nowMs = expiresAtMs - 1;
    expect(links.verify(parseLink(path))).toBe('VALID');
    clock.nowMs = expiresAtMs;
    expect(links.verify(parseLink(path))).toBe('EXPIRED');
  });

  it.each<[string, Partial<SignedLink>]>([
    ['another job', { jobId: 'job2' }],
    ['another file', { fileName: 'other.csv' }],
    ['another caller', { callerId: 'key/8' }],
    ['a later end', { expiresAtSeconds: Math.floor((START_MS + LINK_LIFETIME_MS) / 1000) + 1 }],
    ['a time that is no number', { expiresAtSeconds: Number.NaN }],
    ['no signature', { signature: '' }],
    ['a longer signature', { signature: 'A'.repeat(44) }],
  ])('are forged with %s', (_what, change) => {
    const { links } = openLinks();
    const link = parseLink(links.sign(FILE).path);
    expect(links.verify({ ...link, ...change })).toBe('FORGED');
  });

  it('are forged with any one bit of the signature flipped', () => {
    const { links } = openLinks();
    const link = parseLink(links.sign(FILE).path);
    const flipped = [...link.signature].flatMap((character, index) =>
      [0, 1, 2, 3, 4, 5, 6].map((bit) => {
        const other = String.fromCharCode(character.charCodeAt(0) ^ (1 << bit));
        return link.signature.slice(0, index) + other + link.signature.slice(index + 1);
      }),
    );
    expect(flipped).toHaveLength(43 * 7);
    expect(flipped.filter((signature) => links.verify({ ...link, signature }) !== 'FORGED')).toEqual([]);
  });

  it('do not let one field spill into the next', () => {
    const { links } = openLinks();
    const link = parseLink(links.sign({ jobId: 'a","b', fileName: 'c', callerId: 'd' }).path);
    expect(links.verify({ ...link, jobId: 'a', fileName: 'b","c' })).toBe('FORGED');
  });
});
