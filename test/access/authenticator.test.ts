/** Who is let in by which header, and that all who are refused are refused alike, ever more slowly from one address. */
import { describe, expect, it } from '@jest/globals';
import {
  type AuthenticationRequest,
  type CredentialHeaders,
  createAuthenticator,
} from '../../src/access/authenticator.js';
import { type Caller, OPEN_CALLER } from '../../src/access/caller.js';
import type { Access } from '../../src/access/check-access.js';
import { makeKey } from '../../src/access/key-text.js';
import { AppError } from '../../src/errors.js';

const GOOD = makeKey().keyText;
const OTHER_GOOD = makeKey().keyText;
const UNKNOWN = makeKey().keyText;
const TOKEN = 'e30.e30.c2lnbmF0dXJl';
const BY_KEY: Caller = { ...OPEN_CALLER, id: 'key:one', via: 'KEY' };
const BY_TOKEN: Caller = { ...OPEN_CALLER, id: 'jwt:one', via: 'JWT' };
const BOTH: Access = {
  kind: 'AUTHENTICATED',
  takesKeys: true,
  jwt: { jwksUrl: 'https://id.example', issuer: 'i', audience: 'a', companiesClaim: 'c' },
};

function open({ access = BOTH }: { access?: Access } = {}) {
  const clock = { nowMs: 0 };
  const checked: string[] = [];
  const check = (accepted: Record<string, Caller>) => ({
    authenticate: async (credential: string) => {
      checked.push(credential);
      return accepted[credential] ?? null;
    },
  });
  const authenticator = createAuthenticator({
    access,
    keys: {
      stillKnows: async (callerId: string) => callerId === BY_KEY.id,
      ...check({ [GOOD]: BY_KEY, [OTHER_GOOD]: BY_KEY }),
    },
    jwt: check({ [TOKEN]: BY_TOKEN }),
    now: () => clock.nowMs,
  });
  const ask = (headers: CredentialHeaders, rest: Partial<AuthenticationRequest> = {}) =>
    authenticator.authenticate({ headers, clientAddress: '192.0.2.1', allowsBasic: false, ...rest });
  return { ask, checked, clock, stillAccepts: authenticator.stillAccepts };
}

const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

describe('a caller of before', () => {
  const keysOnly: Access = { kind: 'AUTHENTICATED', takesKeys: true, jwt: null };
  const tokensOnly: Access = { ...BOTH, takesKeys: false } as Access;

  it.each<[string, Access, string, boolean]>([
    ['by a key that is good', BOTH, BY_KEY.id, true],
    ['by a key that is not', BOTH, 'key:other', false],
    ['by a key where none are taken any more', tokensOnly, BY_KEY.id, false],
    ['by JWT', BOTH, BY_TOKEN.id, true],
    ['by JWT where none are taken any more', keysOnly, BY_TOKEN.id, false],
    ['of an open server that is not open any more', BOTH, OPEN_CALLER.id, false],
    ['of an open server', { kind: 'OPEN' }, OPEN_CALLER.id, true],
    ['by a key, on an open server', { kind: 'OPEN' }, BY_KEY.id, false],
  ])('%s', async (_name, access, callerId, expected) => {
    expect(await open({ access }).stillAccepts(callerId)).toBe(expected);
  });
});

describe('a credential', () => {
  it.each<[string, CredentialHeaders, Caller]>([
    ['a key as Bearer', bearer(GOOD), BY_KEY],
    ['a key as x-api-key', { 'x-api-key': GOOD }, BY_KEY],
    [
      'a key in a list of one, as headersDistinct has it',
      { authorization: [`Bearer ${GOOD}`], 'x-api-key': [] },
      BY_KEY,
    ],
    ['a scheme in other letters', { authorization: `bEARER  ${GOOD}` }, BY_KEY],
    ['a JWT as Bearer', bearer(TOKEN), BY_TOKEN],
  ])('is taken: %s', async (_name, headers, caller) => {
    expect(await open().ask(headers)).toBe(caller);
  });

  it('is taken as the password of Basic where that is allowed, whoever the user is', async () => {
    const { ask } = open();
    for (const user of ['', 'anything', 'user name']) {
      expect(await ask(basic(user, GOOD), { allowsBasic: true })).toBe(BY_KEY);
    }
    await expect(ask(basic('', GOOD))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('that is missing is told the ways that there are, the password of Basic where that is one', async () => {
    const { ask } = open();
    await expect(ask({}, { allowsBasic: true })).rejects.toThrow('`x-api-key` or as the password of `Basic`');
    await expect(ask({})).rejects.not.toThrow('Basic');
  });

  it.each<[string, CredentialHeaders]>([
    ['nothing', {}],
    ['empty lists', { authorization: [], 'x-api-key': [] }],
    ['an empty header', { authorization: '' }],
    ['an empty key', { 'x-api-key': '' }],
    ['a key without a scheme', { authorization: GOOD }],
    ['a scheme without a key', { authorization: 'Bearer ' }],
    ['an unknown scheme', { authorization: `Digest ${GOOD}` }],
    ['two keys in one header', { authorization: `Bearer ${GOOD}, Bearer ${GOOD}` }],
    ['two keys in one header of keys', { 'x-api-key': `${GOOD}, ${GOOD}` }],
    ['the same header twice', { authorization: [`Bearer ${GOOD}`, `Bearer ${GOOD}`] }],
    ['both headers', { ...bearer(GOOD), 'x-api-key': GOOD }],
    ['a JWT as x-api-key', { 'x-api-key': TOKEN }],
    ['a key with a typo', bearer(`${GOOD.slice(0, -1)}${GOOD.endsWith('0') ? '1' : '0'}`)],
    ['Basic that is not base64', { authorization: 'Basic %%%' }],
    ['Basic without a password', basic('user', '')],
    ['Basic with a JWT', basic('user', TOKEN)],
    ['Basic with the key as the user', basic(GOOD, '')],
  ])('is refused before it is looked for: %s', async (_name, headers) => {
    const { ask, checked } = open();
    const failure = await ask(headers, { allowsBasic: true }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((failure as AppError).message).not.toContain(GOOD.slice(20, 50));
    expect(checked).toEqual([]);
  });

  it('is refused in the same words whether it is unknown, of a kind that is not taken, or garbage', async () => {
    const onlyKeys: Access = { kind: 'AUTHENTICATED', takesKeys: true, jwt: null };
    const onlyJwt: Access = { ...BOTH, takesKeys: false };
    const failures = await Promise.all([
      open()
        .ask(bearer(UNKNOWN))
        .catch((error: unknown) => error),
      open()
        .ask(bearer('garbage'))
        .catch((error: unknown) => error),
      open({ access: onlyKeys })
        .ask(bearer(TOKEN))
        .catch((error: unknown) => error),
      open({ access: onlyJwt })
        .ask(bearer(GOOD))
        .catch((error: unknown) => error),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'UNAUTHENTICATED', message: 'The credential is not accepted.' });
    }
  });

  it('is not read where access is open', async () => {
    const { ask, checked } = open({ access: { kind: 'OPEN' } });
    expect(await ask({ ...bearer(UNKNOWN), 'x-api-key': 'x' })).toBe(OPEN_CALLER);
    expect(checked).toEqual([]);
  });
});

describe('wrong credentials from one address', () => {
  async function failOften(ask: ReturnType<typeof open>['ask'], clientAddress: string, times = 30) {
    for (let count = 0; count < times; count += 1) {
      await expect(ask(bearer(UNKNOWN), { clientAddress })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  }

  it('are no longer looked for after thirty in a minute, and again after it', async () => {
    const { ask, checked, clock } = open();
    await failOften(ask, '192.0.2.1');
    clock.nowMs = 20_500;
    await expect(ask(bearer(UNKNOWN))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 39_500,
      message: expect.stringContaining('wait 40 s'),
    });
    expect(checked).toHaveLength(30);
    clock.nowMs = 60_000;
    await expect(ask(bearer(UNKNOWN))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('keep out no good key from another address', async () => {
    const { ask } = open();
    await failOften(ask, '192.0.2.1');
    expect(await ask(bearer(GOOD), { clientAddress: '192.0.2.2' })).toBe(BY_KEY);
  });

  it('keep out no key from the same address that was good before, but one that was not seen yet', async () => {
    const { ask } = open();
    await ask(bearer(GOOD));
    await failOften(ask, '192.0.2.1');
    expect(await ask(bearer(GOOD))).toBe(BY_KEY);
    await expect(ask(bearer(OTHER_GOOD))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('are not what was never sent, and not what cannot be read', async () => {
    const { ask } = open();
    for (let count = 0; count < 40; count += 1) {
      await expect(ask({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(ask({ authorization: 'x' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect(await ask(bearer(GOOD))).toBe(BY_KEY);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', 'RATE_LIMITED'],
    ['::1', '::2', 'RATE_LIMITED'],
    ['::ffff:192.0.2.9', '192.0.2.9', 'RATE_LIMITED'],
    ['192.0.2.9:50001', '192.0.2.9:50002', 'RATE_LIMITED'],
    ['[2001:db8:1:2::1]:50001', '2001:db8:1:2::2', 'RATE_LIMITED'],
    ['[2001:db8:1:2::1]', '[2001:db8:1:3::1]', 'UNAUTHENTICATED'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', 'UNAUTHENTICATED'],
    ['2001:db8::1', '2001:db8:0:1::1', 'UNAUTHENTICATED'],
    ['192.0.2.9', '192.0.2.10', 'UNAUTHENTICATED'],
  ])('are counted by network: after those of %s, %s is %s', async (first, second, code) => {
    const { ask } = open();
    await failOften(ask, first);
    await expect(ask(bearer(UNKNOWN), { clientAddress: second })).rejects.toMatchObject({ code });
  });

  it('are not counted where the credential could not be checked', async () => {
    const away = {
      authenticate: async () => {
        throw new AppError('STORE_UNAVAILABLE', 'away');
      },
      stillKnows: async () => true,
    };
    const authenticator = createAuthenticator({ access: BOTH, keys: away, jwt: away });
    const request = { headers: bearer(GOOD), clientAddress: '192.0.2.1', allowsBasic: false };
    for (let count = 0; count < 40; count += 1) {
      await expect(authenticator.authenticate(request)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
  });
});
