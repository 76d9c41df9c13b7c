/** Grants as they are written: `all` alone, ids, or tags, and never two kinds at once. */
import { describe, expect, it } from '@jest/globals';
import { parseGrant, toWrittenGrant } from '../../src/access/grant.js';

describe('a grant', () => {
  it.each([
    ['all' as const, { kind: 'ALL' }, 'all'],
    [['xC5kfGz7w2Nz'], { kind: 'IDS', ids: ['xC5kfGz7w2Nz'] }, ['xC5kfGz7w2Nz']],
    [
      ['Company:xC5kfGz7w2Nz', 'aB3dE5fG7hJ9'],
      { kind: 'IDS', ids: ['xC5kfGz7w2Nz', 'aB3dE5fG7hJ9'] },
      ['xC5kfGz7w2Nz', 'aB3dE5fG7hJ9'],
    ],
    [['tag:Gold', 'tag:tag:odd'], { kind: 'TAGS', tags: ['Gold', 'tag:odd'] }, ['tag:Gold', 'tag:tag:odd']],
    [[], { kind: 'IDS', ids: [] }, []],
  ])('%j is understood, and written the same way', (written, grant, again) => {
    expect(parseGrant('companies', written)).toEqual(grant);
    expect(toWrittenGrant(parseGrant('companies', written))).toEqual(again);
  });

  it.each([
    [['all']],
    [['*']],
    [['']],
    [['xC5kfGz7w2Nz', 'all']],
    [['xC5kfGz7w2Nz', 'tag:Gold']],
    [['tag:']],
    [['tag:two\nlines']],
    [['TargetUser:xC5kfGz7w2Nz:aB3dE5fG7hJ9']],
    [['../xC5kfGz7w2Nz']],
  ])('%j is refused', (written) => {
    expect(() => parseGrant('--companies', written)).toThrow(/^--companies: expected company ids .*; got "/s);
  });
});
