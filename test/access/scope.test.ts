/** Which companies a grant shows. */
import { describe, expect, it } from '@jest/globals';
import type { CompanyGrant } from '../../src/access/caller.js';
import { createScope } from '../../src/access/scope.js';

const ONE = { companyId: 'xC5kfGz7w2Nz', tags: ['Retail', 'EMEA'] };
const OTHER = { companyId: 'aB3dE5fG7hJ9', tags: ['Finance'] };
const BARE = { companyId: 'zZ9yY8xX7wW6', tags: [] };

const CASES: [string, CompanyGrant, { seesAll: boolean; seen: object[] }][] = [
  ['all', { kind: 'ALL' }, { seesAll: true, seen: [ONE, OTHER, BARE] }],
  ['one by its id', { kind: 'IDS', ids: [ONE.companyId] }, { seesAll: false, seen: [ONE] }],
  [
    'several by their ids',
    { kind: 'IDS', ids: [BARE.companyId, ONE.companyId] },
    { seesAll: false, seen: [ONE, BARE] },
  ],
  ['no id at all', { kind: 'IDS', ids: [] }, { seesAll: false, seen: [] }],
  ['an id in another letter case', { kind: 'IDS', ids: [ONE.companyId.toLowerCase()] }, { seesAll: false, seen: [] }],
  ['a part of an id', { kind: 'IDS', ids: [ONE.companyId.slice(0, 6)] }, { seesAll: false, seen: [] }],
  ['a tag', { kind: 'TAGS', tags: ['EMEA'] }, { seesAll: false, seen: [ONE] }],
  ['one of several tags', { kind: 'TAGS', tags: ['Finance', 'EMEA'] }, { seesAll: false, seen: [ONE, OTHER] }],
  ['a part of a tag', { kind: 'TAGS', tags: ['EME', 'Fin'] }, { seesAll: false, seen: [] }],
  ['a tag in another letter case', { kind: 'TAGS', tags: ['emea'] }, { seesAll: false, seen: [] }],
  ['no tag at all', { kind: 'TAGS', tags: [] }, { seesAll: false, seen: [] }],
  ['an id that is written as a tag', { kind: 'TAGS', tags: [ONE.companyId] }, { seesAll: false, seen: [] }],
];

describe('a grant of companies', () => {
  it.each(CASES)('of %s', (_name, companies, { seesAll, seen }) => {
    const scope = createScope({ companies });
    expect(scope.seesAll).toBe(seesAll);
    expect([ONE, OTHER, BARE].filter((company) => scope.sees(company))).toEqual(seen);
  });
});
