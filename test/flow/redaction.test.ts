/**
 * What must not be told: secrets of the server, credentials of callers, people and what was asked about them, and the addresses of
 * files. Each is led through the paths that a request can take, failures of every kind among them, with the log at its loudest;
 * then it is looked for in everything that the server printed, and in what it answered where that is not the place for it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CANARY } from '../../src/simulator/answer.js';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { FAULT_KINDS, type Fault, type FaultKind } from '../../src/simulator/faults.js';
import { ask, type GraphAnswer, type House } from '../support/house.js';
import { type FinishedJob, runLeaderboard } from '../support/run-export.js';
import { type Served, serve } from '../support/served.js';
import { startSimulator, type TestSimulator } from '../support/simulator.js';

const DEADLINE_MS = 60_000;

/** Of a caller, wherever a credential may stand. */
const CALLERS = ['canary-of-a-bearer', 'canary-of-a-key', 'canary-of-a-cookie', 'Y2FuYXJ5OmNhbmFyeQ'];
/** Of people, as a client asks about them. */
const ASKED = ['canary.person@example.com', 'Canary Surname', 'canary-search', 'canary-id', 'canaryword'];

const PEOPLE = `query People($search: String) {
  companies(first: 5, filter: { search: $search }) {
    nodes {
      name
      targetUsers(first: 20) { nodes { email displayName createdAt } }
      leaderboard(first: 10) { nodes { email displayName } }
      countSummary { active }
    }
  }
}`;

interface People {
  companies: { nodes: { targetUsers: { nodes: { email: string; displayName: string }[] } | null }[] };
}

let simulator: TestSimulator;
let env: Record<string, string>;
let served: Served;
let people: readonly string[];
let job: FinishedJob;
/** Everything that was answered, but the true answers. */
const refusals: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ companies: 10, users: 20 });
  env = {
    ACCESS: 'open',
    LOG_LEVEL: 'debug',
    CACHE_TTL_SECONDS: '0',
    KEEPNET_CALL_TIMEOUT_SECONDS: '1',
    OPERATION_TIMEOUT_SECONDS: '3',
    KEEPNET_BASE_URL: simulator.url,
    KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
    KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
  };
  served = await serve(env);
  await askForPeople();
  await askWithCredentials();
  await askWrongly();
  await fetchFiles();
  await askThroughFaults();
}, DEADLINE_MS);

afterAll(async () => {
  await served.stop();
  await simulator.stop();
});

async function send(query: string, variables: unknown = {}, headers: Record<string, string> = {}) {
  const answer: GraphAnswer<People> = await ask(served.url, query, variables, headers);
  if (answer.body.errors) refusals.push(JSON.stringify(answer.body.errors));
  return answer;
}

async function askForPeople(): Promise<void> {
  const { body } = await send(PEOPLE, {}, { 'x-keepnet-graph-receipt': '1' });
  const users = body.data?.companies.nodes.flatMap(({ targetUsers }) => targetUsers?.nodes ?? []) ?? [];
  people = users.flatMap(({ email, displayName }) => [email, displayName]).filter((text) => text.length > 6);
}

async function askWithCredentials(): Promise<void> {
  const [bearer = '', key = '', cookie = '', basic = ''] = CALLERS;
  for (const [name, value] of [
    ['authorization', `Bearer ${bearer}`],
    ['x-api-key', key],
    ['cookie', `session=${cookie}`],
    ['authorization', `Basic ${basic}`],
  ] as const) {
    const body = JSON.stringify({ query: '{ companies(first: 1) { nodes { name } } }' });
    const response = await fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [name]: value },
      body,
    });
    refusals.push(await response.text());
  }
}

async function askWrongly(): Promise<void> {
  const [email = '', name = '', search = '', id = '', word = ''] = ASKED;
  await send(PEOPLE, { search });
  await send(PEOPLE, { search: [name] });
  await send(
    `{ companies { nodes { targetUsers(filter: { search: "${email}", unknown: "${name}" }) { totalCount } } } }`,
  );
  await send(`{ companies(first: 1) { nodes { targetUsers(filter: { search: "${email}" }) { totalCount } } } }`);
  await send('query ($id: ID!) { company(id: $id) { name } }', { id });
  await send('query ($id: ID!) { node(id: $id) { id } }', { id: `${id}/../${email}` });
  await send(`{ ${word} }`);
  await send(`{ "${name}`);
  await fetch(`${served.url}/${word}?email=${email}`);
  await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"${name}`,
  });
}

/** With what each kind needs to be told. */
function toFaults(kind: FaultKind): Fault[] {
  if (kind === 'status') {
    return [400, 401, 403, 404, 500, 503].flatMap((status) =>
      (['envelope', 'pascal', 'problem', 'html'] as const).map((bodyStyle) => ({ kind, status, bodyStyle })),
    );
  }
  return [{ kind, ms: 50, bytes: 100_000, status: 202 }];
}

async function askThroughFaults(): Promise<void> {
  const paths = ['/api/target-users/search', '/api/leaderboard/get-all', '/api/companies/search', '/connect/token'];
  for (const fault of (Object.keys(FAULT_KINDS) as FaultKind[]).flatMap(toFaults)) {
    for (const path of fault.kind === 'status' ? paths.slice(0, 1) : paths.slice(0, 3)) {
      await simulator.addFault({ ...fault, path });
    }
    await send(
      '{ companies(first: 2) { nodes { targetUsers(first: 3) { nodes { email createdAt } } leaderboard { totalCount } } } }',
    );
    await simulator.clearFaults();
  }
  // Last, because the server then asks less for a while.
  await simulator.addFault({ kind: 'status', status: 429, bodyStyle: 'envelope', retryAfterSeconds: 60 });
  await send('{ companies(first: 2) { totalCount } }');
}

async function fetchFiles(): Promise<void> {
  const house = { ask: (query, variables, headers) => ask(served.url, query, variables, headers) } as House;
  job = await runLeaderboard(house);
  for (const { url } of job.files) {
    await (await fetch(url)).arrayBuffer();
    refusals.push(await (await fetch(`${url}0`)).text());
  }
}

/** Those of `canaries` that stand in `text`. */
const hits = (text: string, canaries: readonly string[]) => canaries.filter((canary) => text.includes(canary));

describe('the canaries', () => {
  it('went the ways that they were sent', () => {
    expect(people.length).toBeGreaterThan(40);
    expect(job.files.length).toBeGreaterThan(0);
    const codes = new Set(refusals.join().match(/(?<="code":")[A-Z_]+/g));
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'BAD_USER_INPUT',
        'GRAPHQL_PARSE_FAILED',
        'GRAPHQL_VALIDATION_FAILED',
        'UPSTREAM_UNAVAILABLE',
        'UPSTREAM_RATE_LIMITED',
        'UPSTREAM_BAD_RESPONSE',
        'UPSTREAM_TIMEOUT',
        'LINK_INVALID',
      ]),
    );
    expect(served.printed().match(/"level":"debug"/g)?.length).toBeGreaterThan(50);
  });
});

describe('nothing that was printed', () => {
  it('holds a secret of the server, a token, or what Keepnet wrote', () => {
    expect(hits(served.printed(), [SIMULATOR_CREDENTIALS.clientSecret, CANARY])).toEqual([]);
    expect(served.printed().match(/eyJ[\w-]{8,}/g)).toBeNull();
  });

  it('holds the credential of a caller', () => expect(hits(served.printed(), CALLERS)).toEqual([]));

  it('holds a person, or what was asked about one', () => {
    expect(hits(served.printed(), [...people, ...ASKED])).toEqual([]);
    expect(served.printed().match(/[\w.]+@[\w.]+\.\w+/g)).toBeNull();
  });

  it('holds the address of a file', () => {
    const signatures = job.files.map(({ url }) => new URL(url).searchParams.get('signature') ?? url);
    expect(hits(served.printed(), signatures)).toEqual([]);
  });
});

describe('no refusal', () => {
  it('holds a secret, a token, what Keepnet wrote, its address, or a place in the code', () => {
    const { host } = new URL(simulator.url);
    const told = refusals.join('\n');
    expect(hits(told, [SIMULATOR_CREDENTIALS.clientSecret, CANARY, host, ...CALLERS, ...people])).toEqual([]);
    expect(told.match(/eyJ[\w-]{8,}|node_modules|\bat \/|\.js:\d+/g)).toBeNull();
  });
});

describe('what is for the operator', () => {
  it('holds no secret: the configuration', () => {
    const secrets = {
      REDIS_URL: 'redis://:canary-of-redis@localhost',
      DATABASE_URL: 'postgres://a:canary-of-postgres@localhost/b',
    };
    const cli = join(served.compiled.directory, 'dist/cli.js');
    const { stdout, stderr, status } = spawnSync(process.execPath, [cli, 'serve', '--print-config'], {
      cwd: served.compiled.directory,
      env: { ...env, ...secrets },
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('(not shown)');
    expect(hits(stdout + stderr, [SIMULATOR_CREDENTIALS.clientSecret, 'canary-of'])).toEqual([]);
  });

  it.each(['/metrics', '/readyz'])('holds nothing of all this: %s', async (path) => {
    const told = await (await fetch(served.url + path)).text();
    expect(hits(told, [SIMULATOR_CREDENTIALS.clientSecret, CANARY, ...CALLERS, ...ASKED, ...people])).toEqual([]);
  });
});
