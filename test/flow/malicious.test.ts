/**
 * Requests that are made to hurt, against the server as it is run. Each is refused with a status of the four hundreds and at most
 * five errors; Keepnet is asked nothing for any of them, and all the while the server answers others.
 */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '../support/served.js';

const DEADLINE_MS = 40_000;

let served: Served;
let watch: ReturnType<typeof watchLiveness>;

beforeAll(async () => {
  served = await serve();
  await served.simulator.clearJournal();
  watch = watchLiveness(`${served.url}/livez`);
}, DEADLINE_MS);

afterAll(() => void (served.isAlive() && served.stop()), DEADLINE_MS);

/** How long `/livez` takes, from outside, again and again: whatever holds up the event loop shows here. */
function watchLiveness(url: string) {
  const durationsMs: number[] = [];
  let isOver = false;
  const probe = async () => {
    while (!isOver) {
      const startedAtMs = performance.now();
      const { status } = await fetch(url);
      if (status !== 200) throw new Error(`/livez: ${status}`);
      durationsMs.push(performance.now() - startedAtMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return durationsMs.sort((a, b) => a - b);
  };
  const ended = probe();
  return {
    end: () => {
      isOver = true;
      return ended;
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly durationMs: number;
  readonly text: string;
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

async function send(body: unknown, headers: Record<string, string> = {}): Promise<Refusal> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const startedAtMs = performance.now();
  const response = await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
  return toRefusal(response, startedAtMs);
}

async function toRefusal(response: Response, startedAtMs: number): Promise<Refusal> {
  const text = await response.text();
  const { errors } = JSON.parse(text) as Refusal;
  return { status: response.status, durationMs: performance.now() - startedAtMs, text, errors };
}

/** The best of three: the machine may be busy with other things, but not each time with this. */
async function expectRefused(ask: () => Promise<Refusal>, expected: string | RegExp): Promise<void> {
  const refusals = [await ask(), await ask(), await ask()];
  for (const { status, errors, text } of refusals) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(errors.length).toBeGreaterThanOrEqual(1);
    expect(errors.length).toBeLessThanOrEqual(5);
    expect(errors[0]?.message).toMatch(expected);
    expect(text.length).toBeLessThan(10_000);
  }
  expect(Math.min(...refusals.map(({ durationMs }) => durationMs))).toBeLessThan(100);
  expect(served.isAlive()).toBe(true);
}

const times = (count: number, toText: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => toText(index)).join(' ');
const nested = (open: string, middle: string, close: string, depth: number) =>
  open.repeat(depth) + middle + close.repeat(depth);
const inCompany = (selections: string) => `{ companies { nodes { ${selections} } } }`;

const BOUNDS_OF_DOCUMENTS: readonly (readonly [what: string, query: string, expected: string | RegExp])[] = [
  [
    'a document eleven levels deep',
    inCompany(nested('leaderboard { nodes { targetUser { company { ', 'id', '} } } }', 2)),
    'levels of fields: at most 10',
  ],
  [
    'depth that hides in fragments',
    `{ companies { nodes { ...A } } }
     fragment A on Company { leaderboard { nodes { targetUser { company { ...B } } } } }
     fragment B on Company { leaderboard { nodes { targetUser { company { id } } } } }`,
    'levels of fields: at most 10',
  ],
  ['600 levels', nested('{ a ', '{ b }', '}', 600), 'levels of fields'],
  [
    'questions about the schema without end',
    nested('{ __schema { types { ', nested('ofType { ', 'name', '}', 20), '} } }', 1),
    '__schema',
  ],
  [
    'lists of lists of fields of the schema',
    '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    'introspection',
  ],
  ['31 aliases', inCompany(times(31, (index) => `a${index}: name`)), 'aliases: at most 30'],
  [
    'aliases that a fragment multiplies',
    `${inCompany(times(4, (index) => `p${index}: parent { ...A }`))} fragment A on Company { ${times(8, (index) => `a${index}: name`)} }`,
    'aliases: at most 30',
  ],
  [
    'one field a hundred times at the root',
    `{ ${times(100, () => 'companies { totalCount }')} }`,
    'fields at its root: at most 20',
  ],
  ['one field 900 times', inCompany(times(900, () => 'id')), 'fields: at most 500'],
  [
    'overlapping fields in overlapping fields',
    inCompany(times(9, () => `leaderboard { nodes { targetUser { ${times(50, () => 'company { id }')} } } }`)),
    'fields: at most 500',
  ],
  [
    'fragments that double thirty times',
    `{ companies { nodes { ...F0 } } } ${times(30, (index) => `fragment F${index} on Company { id ...F${index + 1} ...F${index + 1} }`)} fragment F30 on Company { name }`,
    'fields: at most 500',
  ],
  ['a fragment within itself', `${inCompany('...A')} fragment A on Company { id ...A }`, 'within itself'],
  [
    'fragments within each other',
    `${inCompany('...A')} fragment A on Company { ...B } fragment B on Company { ...A }`,
    'within itself',
  ],
  [
    'forty fragments within all others',
    `${inCompany('...F0')} ${times(40, (index) => `fragment F${index} on Company { ${times(15, (step) => `...F${(index + step + 1) % 40}`)} }`)}`,
    /within itself|too many/,
  ],
  ['900 directives', `{ companies ${'@x '.repeat(900)} { totalCount } }`, 'directives: at most 50'],
  ['20,000 tokens', inCompany('id '.repeat(20_000)), 'tokens'],
  [
    'a list 900 deep where a number stands',
    `{ companies(first: ${nested('[', '', ']', 900)}) { totalCount } }`,
    'Int cannot represent',
  ],
  [
    '400 variables that nobody uses',
    `query (${times(400, (index) => `$v${index}: Int`)}) { companies { totalCount } }`,
    'never used',
  ],
  ['a name of 200 kB', `{ ${'f'.repeat(200_000)} }`, 'Cannot query field'],
  ['names outside of ASCII', '{ cömpanies { totalCount } }', 'Syntax Error'],
  ['a name that is written backwards', '{ \u202ecompanies { totalCount } }', 'Syntax Error'],
  ['a zero in the middle', '{ companies\u0000 { totalCount } }', 'Syntax Error'],
  [
    'a fragment named as a prototype',
    '{ ...__proto__ } fragment __proto__ on Query { ...constructor }',
    'Unknown fragment',
  ],
  ['a field of every object', '{ __proto__ { constructor } }', 'Cannot query field'],
];

describe('a document is refused for', () => {
  it.each(BOUNDS_OF_DOCUMENTS)('%s', (_, query, expected) => expectRefused(() => send({ query }), expected));

  it('an argument of a million', () =>
    expectRefused(() => send({ query: '{ companies(first: 1000000) { totalCount } }' }), 'first: expected'));

  it('what GraphiQL asks to draw the schema is no such document', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect(await send({ query: getIntrospectionQuery({ oneOf: true }) })).toMatchObject({ status: 200 });
  });
});

const PAGE = 'query ($first: Int, $filter: CompanyFilter) { companies(first: $first, filter: $filter) { totalCount } }';

describe('variables are refused', () => {
  it.each([
    ['100,000 levels deep', `{"filter":${nested('[', '', ']', 100_000)}}`, 'variables: expected at most 20 levels'],
    [
      '40,000 levels of objects deep',
      `{"filter":${nested('{"a":', '1', '}', 40_000)}}`,
      'variables: expected at most 20 levels',
    ],
    ['in their 50,000s', `{"filter":[${'1,'.repeat(50_000)}1]}`, 'variables: expected at most 20000 values'],
    ['that are 200 kB where a number stands', `{"first":"${'x'.repeat(200_000)}"}`, 'got invalid value'],
    [
      'that are wrong in a thousand places',
      `{"filter":{${times(1_000, (index) => `"f${index}": 1,`)}"z":1}}`,
      'CompanyFilter',
    ],
    ['that carry a prototype', '{"__proto__":{"first":1}}', 'must be JSON'],
    ['that carry a constructor with one', '{"constructor":{"prototype":{"first":1}}}', 'must be JSON'],
  ])('%s', (_, variables, expected) =>
    expectRefused(() => send(`{"query":${JSON.stringify(PAGE)},"variables":${variables}}`), expected),
  );
});

describe('a request is refused', () => {
  it('that is a batch', () =>
    expectRefused(() => send(`[${'{"query":"{ __typename }"},'.repeat(500)}{}]`), 'Operation batching'));

  it('that is nothing but brackets', () => expectRefused(() => send(nested('[', '', ']', 100_000)), /./));

  it('that would change something by GET', () =>
    expectRefused(async () => {
      const startedAtMs = performance.now();
      const query = 'mutation { cancelExport(id: "ExportJob:1") { job { id } } }';
      const response = await fetch(`${served.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { 'apollo-require-preflight': '1' },
      });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      return toRefusal(response, startedAtMs);
    }, 'GET requests only'));

  it('whose text is not known, where only its hash is sent', async () => {
    const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
    const { text } = await send({ extensions: { persistedQuery } });
    expect(text).toContain('PERSISTED_QUERY_NOT_SUPPORTED');
  });
});

/** What comes back for bytes that are sent in pieces, and how long the server bore it. */
function drip(
  pieces: readonly string[],
  everyMs: number,
): Promise<{ readonly received: string; readonly lastedMs: number }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served.url);
    const startedAtMs = performance.now();
    let sent = 0;
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(pieces[0] ?? ''));
    const timer = setInterval(() => {
      sent += 1;
      if (socket.writable) socket.write(pieces[sent] ?? 'x');
    }, everyMs);
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', (error) => void ((error as NodeJS.ErrnoException).code === 'EPIPE' || reject(error)));
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ received, lastedMs: performance.now() - startedAtMs });
    });
  });
}

const HEAD = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

describe('headers', () => {
  it('cannot put a line of their own into the answer or the log', async () => {
    const { received } = await drip(
      [`GET /livez HTTP/1.1\r\nhost: localhost\r\nx-request-id: aaaaaaaa\rx-evil: 1\r\n\r\n`],
      60_000,
    );
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(received).not.toContain('x-evil');
    const { headers } = await fetch(`${served.url}/livez`, { headers: { 'x-request-id': 'aaaaaaaa%0d%0ax-evil: 1' } });
    expect([headers.get('x-evil'), headers.get('x-request-id')?.length]).toEqual([null, 36]);
    expect(served.printed()).not.toContain('x-evil');
  });
});

describe('a client that takes its time', () => {
  it.concurrent.each([
    ['over half a header', [HEAD], 1_000],
    ['over a body that drips', [`${HEAD}content-length: 100000\r\n\r\n{`], 1_000],
  ] as const)(
    '%s is cut off within a quarter of a minute or so',
    async (_, pieces, everyMs) => {
      const { received, lastedMs } = await drip(pieces, everyMs);
      expect(received).toMatch(/^HTTP\/1\.1 408 /);
      // 12 seconds, and two until the server looks.
      expect(lastedMs).toBeLessThan(15_000);
    },
    DEADLINE_MS,
  );
});

describe('after all that', () => {
  it('Keepnet was asked nothing', async () => {
    expect((await served.simulator.journal()).entries).toEqual([]);
  });

  it('others never waited long', async () => {
    const durationsMs = await watch.end();
    expect(durationsMs.length).toBeGreaterThan(200);
    expect(durationsMs[Math.floor(durationsMs.length * 0.99)]).toBeLessThan(200);
  });

  it('and the server ends as it should', async () => {
    expect(served.isAlive()).toBe(true);
    expect(served.printed().match(/.*("level":"error"|INTERNAL).*/g)).toBeNull();
    expect(await served.stop()).toBe(0);
  });
});
