/**
 * Every fault of an upstream during an export, in the rows of one company and in Keepnet's own file of it: either it is asked
 * again and the file is as if nothing had been, or the company is missing, with its code. What is in a file is always right, and
 * nothing of Keepnet's words gets into an answer, a file or the log.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { ERROR_CODES, type ErrorCode } from '../../src/errors.js';
import { ExportTargetUsersDocument } from '../../src/generated/operations.js';
import type { House } from '../support/house.js';
import { openProxiedHouse, type ProxiedHouse } from '../support/proxied-house.js';
import { type FinishedJob, startLeaderboard, untilFinished } from '../support/run-export.js';
import { findLeaks, QUICK_FAULTS, SLOW_FAULTS, type UpstreamFault } from '../support/upstream-faults.js';

/** An export, and the call that is struck in it. */
interface Show {
  readonly name: string;
  readonly path: string;
  start(house: House, companies: readonly string[]): Promise<string>;
  /** What is in the file of each company, by its raw id. */
  read(bytes: Buffer): ReadonlyMap<string, string>;
}

const ROWS: Show = {
  name: 'rows',
  path: '/api/leaderboard/get-all',
  start: (house, ids) => startLeaderboard(house, { format: 'NDJSON', companies: { ids: [...ids] } }),
  read(bytes) {
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    return groupBy(lines, (line) => (JSON.parse(line) as { company_id: string }).company_id);
  },
};

const FILES: Show = {
  name: 'files',
  path: '/api/target-users/search/export',
  async start(house, ids) {
    const { body } = await house.ask(ExportTargetUsersDocument, {
      input: { format: 'CSV', source: 'KEEPNET_FILE', layout: 'ONE_FILE_PER_COMPANY', companies: { ids: [...ids] } },
    });
    return body.data?.exportTargetUsers.job.id ?? '';
  },
  read(bytes) {
    const files = unzipSync(bytes);
    const text = (name: string) => Buffer.from(files[name] ?? []).toString('utf8');
    const manifest = JSON.parse(text('manifest.json')) as { companies: { id: string; file: string | null }[] };
    expect(Object.keys(files)).toHaveLength(manifest.companies.filter(({ file }) => file !== null).length + 1);
    return new Map(manifest.companies.flatMap(({ id, file }) => (file === null ? [] : [[id, text(file)]])));
  },
};

function groupBy(lines: readonly string[], toKey: (line: string) => string): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of lines) groups.set(toKey(line), `${groups.get(toKey(line)) ?? ''}${line}\n`);
  return groups;
}

/** What takes Keepnet's files minutes here. `test/keepnet/download.test.ts` has it with shorter times. */
const TOO_LONG = new Set([
  'silence',
  'a head and then silence',
  'a body that drips',
  'an answer that is not ready',
  '429 without a time',
  '429 for a second',
]);

/** Both say that they are JSON, and an answer that says so is no file, whatever its size and whatever follows it. */
const CODES_OF_FILES: Readonly<Record<string, ErrorCode>> = {
  'two answers more than asked for': 'UPSTREAM_BAD_RESPONSE',
  'eleven megabytes': 'UPSTREAM_BAD_RESPONSE',
};

/** A refusal for now pauses all calls of the credential, longer and longer. */
const LIMIT_MS = 90_000;

/** How it ended: comparable as a whole. */
interface Outcome {
  readonly state: string;
  /** Code and attempts of the company that was struck. */
  readonly part: { readonly code: string | null; readonly attempts: number };
  readonly content: ReadonlyMap<string, string>;
  readonly leaks: readonly string[];
}

let truths: ReadonlyMap<Show, ReadonlyMap<string, string>>;
let companies: readonly string[];
let struck: string;

beforeAll(async () => {
  const { house, close } = await openProxiedHouse();
  companies = await findCompanies(house);
  // Neither the first nor the last: what is shifted by one would not show.
  struck = companies[2] ?? '';
  truths = new Map([
    [ROWS, await playTruth(house, ROWS)],
    [FILES, await playTruth(house, FILES)],
  ]);
  await close();
});

/** Four that answer, and have somebody on their leaderboards. */
async function findCompanies(house: House): Promise<readonly string[]> {
  const { body } = await house.ask<{
    companies: { nodes: { resourceId: string; leaderboard: { totalCount: number } | null }[] };
  }>(
    '{ companies(first: 12, orderBy: { field: NAME, direction: ASC }) { nodes { resourceId leaderboard(first: 1) { totalCount } } } }',
  );
  const open = body.data?.companies.nodes.filter(({ leaderboard }) => (leaderboard?.totalCount ?? 0) > 0) ?? [];
  expect(open.length).toBeGreaterThanOrEqual(4);
  return open.slice(0, 4).map(({ resourceId }) => resourceId);
}

async function playTruth(house: House, show: Show): Promise<ReadonlyMap<string, string>> {
  const job = await untilFinished(house, await show.start(house, companies));
  const content = await fetchContent(job, show);
  expect([...content.keys()].sort()).toEqual([...companies].sort());
  return content;
}

async function fetchContent({ files }: FinishedJob, show: Show): Promise<ReadonlyMap<string, string>> {
  const [file] = files;
  if (file === undefined) return new Map();
  const response = await fetch(file.url);
  return show.read(Buffer.from(await response.arrayBuffer()));
}

async function play(
  { house, proxy, simulator }: ProxiedHouse,
  fault: UpstreamFault,
  show: Show,
  times?: number,
): Promise<Outcome> {
  const where = { path: show.path, companyId: struck, ...(times && { times }) };
  if (fault.proxy) proxy.strike({ ...fault.proxy, ...where });
  if (fault.simulator) await simulator.addFault({ ...fault.simulator, ...where });
  const job = await untilFinished(house, await show.start(house, companies), LIMIT_MS);
  const part = job.parts.nodes.find(({ companyId }) => companyId === `Company:${struck}`);
  const content = await fetchContent(job, show);
  const told = JSON.stringify([job, [...content], house.logged()]).replaceAll(house.url, '');
  return {
    state: job.state,
    part: { code: part?.code ?? null, attempts: part?.attempts ?? 0 },
    content,
    leaks: findLeaks(told),
  };
}

/** Both at once, then, where the fault may pass, a second time with one that does. */
async function playAll(fault: UpstreamFault, callTimeoutSeconds: number) {
  const proxied = await openProxiedHouse({ KEEPNET_CALL_TIMEOUT_SECONDS: String(callTimeoutSeconds) });
  try {
    const shows = TOO_LONG.has(fault.name) ? [ROWS] : [ROWS, FILES];
    const lasting = await Promise.all(shows.map((show) => play(proxied, fault, show)));
    proxied.proxy.clear();
    await proxied.simulator.clearFaults();
    const passing = isRetryable(fault) ? await Promise.all(shows.map((show) => play(proxied, fault, show, 1))) : [];
    return { lasting, passing };
  } finally {
    await proxied.close();
  }
}

/** Of the company that was struck; null where the fault costs it nothing. */
function toCode({ name, trouble }: UpstreamFault, show: Show): ErrorCode | null {
  const ofFile = show === FILES ? CODES_OF_FILES[name] : undefined;
  if (ofFile !== undefined) return ofFile;
  if (trouble === null) return null;
  return (typeof trouble.code === 'string' ? trouble.code : trouble.code({ isScoped: true })) as ErrorCode;
}

function isRetryable(fault: UpstreamFault): boolean {
  const code = toCode(fault, ROWS);
  return code !== null && ERROR_CODES[code].retryable;
}

function expected(fault: UpstreamFault, show: Show): Outcome {
  const truth = truths.get(show) ?? new Map<string, string>();
  const code = toCode(fault, show);
  if (code === null) return { state: 'SUCCEEDED', part: { code: null, attempts: 1 }, content: truth, leaks: [] };
  const content = new Map([...truth].filter(([companyId]) => companyId !== struck));
  return { state: 'PARTIAL', part: { code, attempts: ERROR_CODES[code].retryable ? 3 : 1 }, content, leaks: [] };
}

describe.each([
  ['that is quick', QUICK_FAULTS, 10],
  ['that takes its time', SLOW_FAULTS, 1],
] as const)('a fault %s', (_name, faults, callTimeoutSeconds) => {
  let played: Map<UpstreamFault, ReturnType<typeof playAll>>;
  beforeAll(() => {
    // Side by side, because a part waits for seconds between its attempts; one begins a moment after the other.
    played = new Map(
      faults.map((fault, index) => [fault, sleep(index * 200).then(() => playAll(fault, callTimeoutSeconds))]),
    );
  });
  afterAll(() => Promise.allSettled(played.values()));

  it.each(faults.map((fault) => [fault.name, fault] as const))(
    '%s: the file lacks the company, or nothing',
    async (_fault, fault) => {
      const { lasting = [], passing = [] } = (await played.get(fault)) ?? {};
      const shows = [ROWS, FILES].slice(0, lasting.length);
      expect(lasting).toEqual(shows.map((show) => expected(fault, show)));
      const whole = shows.map((show) => ({ state: 'SUCCEEDED', content: truths.get(show), leaks: [] }));
      expect(passing).toMatchObject(isRetryable(fault) ? whole : []);
    },
    LIMIT_MS + 30_000,
  );
});
