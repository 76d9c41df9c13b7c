/**
 * `npm run soak`: memory, sockets and timers of a server at half of its load, for `--minutes N` (10). First the load that it can
 * bear is found, then half of it is asked, on a clock and whatever the answers take. The cache is on, with a life of two
 * seconds: answers are kept, shared and thrown away all the time. Never ends with an error for a missed target.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build.js';
import { type Point, summarize, toSlope } from './figures.js';
import { createGraphClient, type GraphClient, type GraphQuestion, loopClients } from './load/graph-client.js';
import { findPages, toDashboard } from './load/questions.js';
import { type Server, startServer, type Usage } from './processes/server.js';
import { startStub } from './processes/upstream.js';
import { atMost, type Line } from './row.js';
import { toTable } from './table.js';

const CLIENTS = 10;
const SHAPE = { companies: 10, targetUsers: 0 };
const LATENCY_MS = 5;
const FULL_LOAD_MS = 10_000;
const SAMPLE_EVERY_MS = 5_000;
const SETTLED_AFTER_MS = 120_000;
/** Holds several collections of garbage: the lowest sample is what was really in use. */
const FLOOR_OVER_MS = 30_000;
/** Longer than an idle connection is kept on either side. */
const QUIET_MS = 8_000;
const MAX_WAITING = 200;
const MEGABYTE = 1024 * 1024;

const { values: flags } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(flags.minutes);
if (!(minutes > 2)) throw new Error('--minutes: expected more than 2, because the first two are not counted');

buildIfStale();
const directory = mkdtempSync(join(tmpdir(), 'soak-'));
const stub = await startStub();
let server: Server | undefined;
try {
  await stub.become({ latencyMs: LATENCY_MS });
  const environment = { CACHE_TTL_SECONDS: '2', KEEPNET_MAX_IN_FLIGHT: '20' };
  server = await startServer({ upstreamUrl: stub.url, environment, directory });
  const lines = await soak(server, minutes * 60_000);
  console.log(`\n${toTable([{ row: `soak, ${minutes} min`, lines }])}\n`);
  console.log(JSON.stringify({ at: new Date().toISOString(), minutes, lines }));
} finally {
  await Promise.all([stub.stop(), server?.stop()]);
  rmSync(directory, { recursive: true, force: true });
}

async function soak(measured: Server, forMs: number): Promise<Line[]> {
  const client = createGraphClient(measured.url);
  const pages = await findPages(client, SHAPE.companies, CLIENTS);
  const questions = pages.map((after) => toDashboard(SHAPE, after));
  const fullPerSecond = await loopClients(client, { questions, forMs: FULL_LOAD_MS });
  client.close();
  const before = await settle(measured);
  process.stderr.write(`full load: ${fullPerSecond.toFixed(1)} dashboards/s; now half of it\n`);
  const { samples, sentAgain } = await sampleUnder(measured, { questions, perSecond: fullPerSecond / 2, forMs });
  const after = await settle(measured);
  return [...toLines(samples, before, after), toSentAgainLine(sentAgain)];
}

/** What is left when nobody asks any more. */
async function settle(measured: Server): Promise<Usage> {
  await sleep(QUIET_MS);
  return measured.usage();
}

interface Sample {
  readonly atMs: number;
  readonly usage: Usage;
}

interface Load {
  readonly questions: readonly GraphQuestion[];
  readonly perSecond: number;
  readonly forMs: number;
}

async function sampleUnder(measured: Server, load: Load): Promise<{ samples: Sample[]; sentAgain: number }> {
  const client = createGraphClient(measured.url);
  const startedAtMs = performance.now();
  const samples: Sample[] = [];
  const asking = askOnTheClock(client, load);
  while (performance.now() - startedAtMs < load.forMs) {
    await Promise.race([sleep(SAMPLE_EVERY_MS), asking]);
    const usage = await measured.usage();
    samples.push({ atMs: performance.now() - startedAtMs, usage });
    process.stderr.write(`\r${Math.round((samples.at(-1)?.atMs ?? 0) / 1000)} s, ${toMegabytes(usage.rssBytes)} MB `);
  }
  await asking;
  client.close();
  return { samples, sentAgain: client.sentAgain() };
}

/** @throws where the server falls so far behind that it is not half of its load any more, or answers with errors. */
async function askOnTheClock(client: GraphClient, { questions, perSecond, forMs }: Load): Promise<void> {
  const startedAtMs = performance.now();
  const waiting = new Set<Promise<unknown>>();
  let failure: unknown;
  for (let asked = 0; performance.now() - startedAtMs < forMs; asked += 1) {
    const question = questions[asked % questions.length];
    if (question === undefined || failure !== undefined) break;
    if (waiting.size > MAX_WAITING) throw new Error(`more than ${MAX_WAITING} questions wait for an answer`);
    const answer = client.askWhole(question).catch((error: unknown) => {
      failure = error;
    });
    waiting.add(answer);
    void answer.then(() => waiting.delete(answer));
    await sleep(startedAtMs + ((asked + 1) * 1000) / perSecond - performance.now());
  }
  await Promise.all(waiting);
  if (failure !== undefined) throw failure;
}

function toLines(samples: readonly Sample[], before: Usage, after: Usage): Line[] {
  const settled = samples.filter(({ atMs }) => atMs > SETTLED_AFTER_MS);
  const slopeOf = (read: (usage: Usage) => number) => toSlope(toFloor(settled, read));
  const rss = slopeOf(({ rssBytes }) => rssBytes);
  const left = (name: string): Line => {
    const [now, then] = [after.resources[name] ?? 0, before.resources[name] ?? 0];
    return { figure: `${name} left, ${then} before`, server: summarize([now]), limits: [atMost(now, then)] };
  };
  return [
    { figure: 'MB/min resident, from minute 2', server: summarize([rss]), limits: [atMost(rss, 1)] },
    { figure: 'MB/min heap, from minute 2', server: summarize([slopeOf(({ heapBytes }) => heapBytes)]), limits: [] },
    { figure: 'MB resident', server: summarize(settled.map(({ usage }) => toMegabytes(usage.rssBytes))), limits: [] },
    left('TCPSocketWrap'),
    left('Timeout'),
  ];
}

/** Sockets that the server closed while a question was on its way: few, or it closes sockets that are in use. */
function toSentAgainLine(sentAgain: number): Line {
  return { figure: 'questions sent again', server: summarize([sentAgain]), limits: [] };
}

/** The lowest of each half minute, in MB over minutes: garbage comes and goes, a leak lifts the floor. */
function toFloor(samples: readonly Sample[], read: (usage: Usage) => number): Point[] {
  const floor = new Map<number, Point>();
  for (const { atMs, usage } of samples) {
    const turn = Math.floor(atMs / FLOOR_OVER_MS);
    const point = { x: atMs / 60_000, y: read(usage) / MEGABYTE };
    if (point.y < (floor.get(turn)?.y ?? Number.POSITIVE_INFINITY)) floor.set(turn, point);
  }
  return [...floor.values()];
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / MEGABYTE);
}
