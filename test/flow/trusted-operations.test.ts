/** What each mode of TRUSTED_OPERATIONS means to a client: what is answered by id, what is not measured, what is refused and told. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, print } from 'graphql';
import { type House, openHouse } from '../support/house.js';

const NAMES = `# The first customers, by name.
query Names($first: Int = 2) {   companies(first: $first) { nodes { name } } }
`;
/** Beyond what anybody else may ask. */
const ALIASES = Array.from({ length: 40 }, (_, index) => `alias${index}: name`).join(' ');
const WIDE = `{ companies(first: 1) { nodes { ${ALIASES} } } }`;
const OTHER = '{ companies(first: 1) { totalCount } }';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let directory: string;
let house: House | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trusted-'));
  await writeFile(join(directory, 'names.graphql'), NAMES);
  await writeFile(join(directory, 'wide.graphql'), WIDE);
  await writeFile(join(directory, 'README.md'), 'not an operation');
});
afterEach(async () => {
  await house?.close();
  house = undefined;
});
afterAll(() => rm(directory, { recursive: true }));

async function open(mode: string, trustedDirectory = directory): Promise<House> {
  house = await openHouse({ env: { TRUSTED_OPERATIONS: mode, TRUSTED_OPERATIONS_DIR: trustedDirectory } });
  return house;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly data?: unknown; readonly errors?: { message: string; extensions: { code: string } }[] };
}

async function post({ url }: House, body: Record<string, unknown>): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const byHash = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
const ANSWERED = { status: 200, body: { data: { companies: { nodes: [{}, {}] } } } };
const refusedWith = (code: string) => ({ body: { errors: [{ extensions: { code } }] } });

describe.each(['log', 'prefer', 'only'])('in the mode %s a trusted operation', (mode) => {
  it('is answered by its text, its hash, the hash of its printed text, and its document id', async () => {
    const opened = await open(mode);
    const id = sha256(NAMES);
    const asked = [
      { query: NAMES },
      { query: print(parse(NAMES)) },
      { query: NAMES.replaceAll('\n', ' \n\n'), operationName: 'Names' },
      byHash(id),
      byHash(sha256(print(parse(NAMES)))),
      { documentId: id },
      { documentId: `sha256:${id.toUpperCase()}` },
      { query: NAMES, ...byHash(id) },
    ];
    for (const body of asked) expect(await post(opened, body)).toMatchObject(ANSWERED);
    const one = await post(opened, { documentId: id, variables: { first: 1 } });
    expect(one.body.data).toMatchObject({ companies: { nodes: [{ name: expect.any(String) }] } });
  });

  it('is answered by GET', async () => {
    const { url } = await open(mode);
    const headers = { 'apollo-require-preflight': '1' };
    const response = await fetch(`${url}/graphql?documentId=${sha256(NAMES)}`, { headers });
    expect(await response.json()).toMatchObject(ANSWERED.body);
  });

  it('has no limits but those of its arguments and of its budget', async () => {
    const opened = await open(mode);
    expect(await post(opened, { query: WIDE })).toMatchObject({ status: 200 });
    const wrong = await post(opened, { documentId: sha256(NAMES), variables: { first: 1_000_000 } });
    expect(wrong).toMatchObject({ status: 400, ...refusedWith('BAD_USER_INPUT') });
  });

  it('is not what a hash of another text says', async () => {
    const opened = await open(mode);
    const answer = await post(opened, { query: NAMES, ...byHash(sha256(WIDE)) });
    expect(answer).toMatchObject({ status: 400, ...refusedWith('BAD_USER_INPUT') });
  });

  it('is told at the start, by file and id', async () => {
    const told = (await open(mode)).logged().filter(({ msg }) => msg === 'trusted operation');
    expect(told).toMatchObject([
      { file: 'names.graphql', id: sha256(NAMES) },
      { file: 'wide.graphql', id: sha256(WIDE) },
    ]);
  });
});

describe('another operation', () => {
  it('is refused in the mode only, whatever it is, before it is parsed and without a call', async () => {
    const opened = await open('only');
    await opened.simulator.clearJournal();
    const wide = WIDE.replace('alias39', 'other');
    for (const query of [OTHER, wide, '{ companie }', 'not GraphQL', '{ __schema { types { name } } }']) {
      const answer = await post(opened, { query });
      expect(answer).toMatchObject({ status: 403, ...refusedWith('OPERATION_NOT_TRUSTED') });
      expect(answer.body.errors).toHaveLength(1);
      expect(answer.body).not.toHaveProperty('data');
    }
    for (const body of [
      byHash(sha256(OTHER)),
      { documentId: 'x' },
      { documentId: '__proto__' },
      { operationName: 'A' },
    ]) {
      expect(await post(opened, body)).toMatchObject({ status: 403, ...refusedWith('OPERATION_NOT_TRUSTED') });
    }
    expect(await opened.asked()).toEqual([]);
  });

  it.each(['log', 'prefer'])(
    'is answered in the mode %s, within the limits; its hash alone is not enough',
    async (mode) => {
      const opened = await open(mode);
      expect(await post(opened, { query: OTHER })).toMatchObject({ status: 200 });
      expect(await post(opened, { query: OTHER, ...byHash(sha256(OTHER)) })).toMatchObject({ status: 200 });
      const wide = await post(opened, { query: WIDE.replace('alias39', 'other') });
      expect(wide).toMatchObject({ status: 400, ...refusedWith('GRAPHQL_VALIDATION_FAILED') });
      const byUnknownHash = await post(opened, byHash(sha256('{ viewer { upstream } }')));
      expect(byUnknownHash).toMatchObject(refusedWith('PERSISTED_QUERY_NOT_SUPPORTED'));
    },
  );

  it('is told of in the mode log, once and by its hash', async () => {
    const opened = await open('log');
    for (const query of [OTHER, OTHER, NAMES]) await post(opened, { query });
    const told = opened.logged().filter(({ msg }) => msg === 'operation is not trusted');
    expect(told).toMatchObject([{ id: sha256(OTHER), requestId: expect.any(String) }]);
  });
});

describe('what cannot be trusted', () => {
  it('keeps the server from starting, each wrong file with its reason', async () => {
    const wrong = await mkdtemp(join(tmpdir(), 'untrusted-'));
    await writeFile(join(wrong, 'a.graphql'), '{ nothing }');
    await writeFile(join(wrong, 'b.graphql'), 'not GraphQL');
    await expect(open('only', wrong)).rejects.toThrow(
      /TRUSTED_OPERATIONS_DIR: a\.graphql: Cannot query field "nothing".*; b\.graphql: Syntax Error/s,
    );
    await rm(wrong, { recursive: true });
  });

  it('is an empty directory, and one that is not there', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'untrusted-'));
    await expect(open('prefer', empty)).rejects.toThrow('expected .graphql files, got: none');
    await rm(empty, { recursive: true });
    await expect(open('prefer', empty)).rejects.toThrow('expected a directory that can be read, got: ENOENT');
  });

  it('is a mode without a directory', async () => {
    await expect(openHouse({ env: { TRUSTED_OPERATIONS: 'only' } })).rejects.toThrow(
      'TRUSTED_OPERATIONS_DIR: expected a value, because TRUSTED_OPERATIONS is only; got: nothing',
    );
  });
});
