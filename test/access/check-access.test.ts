/** The start rule, case by case: who is let in, or why the server must not start. */
import { describe, expect, it } from '@jest/globals';
import { type AccessConfig, type AccessMode, checkAccess } from '../../src/access/check-access.js';

const KEEPNET = { clientId: 'an-id', clientSecret: 'a-secret' };
const ISSUER = { jwksUrl: 'https://id.example/keys', issuer: 'https://id.example', audience: 'graph' };
const NO_ISSUER = { jwksUrl: null, issuer: null, audience: null };

interface Case {
  readonly credentials?: object | null;
  readonly host?: string;
  readonly modes?: readonly AccessMode[] | null;
  readonly issuer?: { readonly [name in keyof typeof ISSUER]: string | null };
  readonly usableKeys?: number;
}

function decide({ credentials = KEEPNET, host = '127.0.0.1', modes = null, issuer = NO_ISSUER, usableKeys = 0 }: Case) {
  const config: AccessConfig = {
    server: { host },
    keepnet: { credentials },
    access: { modes, ...issuer, companiesClaim: 'companies' },
  };
  const decision = checkAccess(config, usableKeys);
  if ('problems' in decision) return decision.problems.map((problem) => problem.split(':', 1)[0]);
  if (decision.access.kind === 'OPEN') return 'open';
  const { takesKeys, jwt } = decision.access;
  return [...(takesKeys ? ['keys'] : []), ...(jwt ? ['jwt'] : [])].join(',');
}

describe('a server', () => {
  const SIMULATOR = null;
  it.each<[string, Case, string | string[]]>([
    ['starts open over the simulator', { credentials: SIMULATOR }, 'open'],
    ['starts open over the simulator on ::1', { credentials: SIMULATOR, host: '::1' }, 'open'],
    ['wants keys over the simulator where others can reach it', { credentials: SIMULATOR, host: '0.0.0.0' }, 'keys'],
    ['is never open where others can reach it', { credentials: SIMULATOR, host: '0.0.0.0', modes: ['open'] }, ['HOST']],
    [
      'is not open on a host that looks like loopback',
      { credentials: SIMULATOR, host: '127.0.0.1.example', modes: ['open'] },
      ['HOST'],
    ],
    ['takes keys over the simulator where that is written', { credentials: SIMULATOR, modes: ['keys'] }, 'keys'],
    ['refuses to start over Keepnet with nothing configured', {}, ['ACCESS']],
    ['refuses to start over Keepnet with nothing configured but an address', { host: '0.0.0.0' }, ['ACCESS']],
    ['refuses keys over Keepnet where there are none', { modes: ['keys'] }, ['ACCESS']],
    ['takes keys over Keepnet once there is one', { usableKeys: 1 }, 'keys'],
    ['takes keys over Keepnet for others to reach', { usableKeys: 1, host: '0.0.0.0' }, 'keys'],
    ['is open over Keepnet on loopback where that is written', { modes: ['open'] }, 'open'],
    [
      'is not open over Keepnet where others can reach it',
      { modes: ['open'], host: '10.0.0.1', usableKeys: 1 },
      ['HOST'],
    ],
    ['takes JWT without any key', { modes: ['jwt'], issuer: ISSUER }, 'jwt'],
    ['takes both, before there is a key', { modes: ['keys', 'jwt'], issuer: ISSUER, host: '::' }, 'keys,jwt'],
    ['names all that is missing of the issuer', { modes: ['jwt'] }, ['JWT_JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE']],
    [
      'names the one that is missing of the issuer',
      { modes: ['jwt'], issuer: { ...ISSUER, audience: null } },
      ['JWT_AUDIENCE'],
    ],
    ['is not open where an issuer is named', { credentials: SIMULATOR, issuer: ISSUER }, ['ACCESS']],
    [
      'is not open where a part of an issuer is named',
      { credentials: SIMULATOR, issuer: { ...NO_ISSUER, audience: 'graph' } },
      ['ACCESS'],
    ],
    [
      'takes no JWT where that is written, whatever issuer is named',
      { modes: ['keys'], issuer: ISSUER, usableKeys: 1 },
      'keys',
    ],
  ])('%s', (_name, facts, expected) => {
    expect(decide(facts)).toEqual(expected);
  });

  it('tells whoever has no key yet how to make one', () => {
    const config = {
      server: { host: '::' },
      keepnet: { credentials: KEEPNET },
      access: { modes: null, ...NO_ISSUER, companiesClaim: 'c' },
    };
    expect(checkAccess(config, 0)).toEqual({ problems: [expect.stringContaining('keepnet-graph key create')] });
  });

  it('hands on the issuer as it was written', () => {
    const config = {
      server: { host: '::' },
      keepnet: { credentials: KEEPNET },
      access: { modes: ['jwt'] as const, ...ISSUER, companiesClaim: 'customers' },
    };
    expect(checkAccess(config, 0)).toEqual({
      access: { kind: 'AUTHENTICATED', takesKeys: false, jwt: { ...ISSUER, companiesClaim: 'customers' } },
    });
  });
});
