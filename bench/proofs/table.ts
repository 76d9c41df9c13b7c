/**
 * `npm run proof:table`: more than a million rows of `target_users` as CSV, over the wire, from a server in a process of its own that
 * asks the simulator in another. Proves that the resident memory grows by 150 MB at most, that the first byte comes within a second, and
 * that a table with a customer that fails says so in its head, or is refused where it must be complete. Exit code 1 where not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from '../build.js';
import { type Server, startServer } from '../processes/server.js';
import { startSimulatorProcess } from '../processes/simulator.js';

/** 201 of them can be read and have users; some 4,990 of 5,500 are not deleted. */
const SIZE = { companies: 228, users: 5_500, latencyMs: 0 };
const LEAST_ROWS = 1_000_000;
const MOST_GROWTH_BYTES = 150 * 1024 * 1024;
const FIRST_BYTE_WITHIN_MS = 1_000;
const NEW_LINE = 10;

buildIfStale();
const directory = mkdtempSync(join(tmpdir(), 'keepnet-graph-proof-'));
const simulator = await startSimulatorProcess(SIZE);
const server = await startServer({ upstreamUrl: simulator.url, environment: simulator.environment, directory });
try {
  // What is loaded and compiled with the first table is not growth with rows.
  await readTable(server, '?limit=20000');
  const whole = await readTable(server, '');
  const gaps = await readGaps(server);
  console.log(JSON.stringify({ ...whole, ...gaps }));
  const isProven =
    whole.rows >= LEAST_ROWS &&
    whole.growthMb * 1024 * 1024 <= MOST_GROWTH_BYTES &&
    whole.firstByteMs <= FIRST_BYTE_WITHIN_MS &&
    gaps.whenCompleteStatus === 503;
  if (!isProven) process.exitCode = 1;
} finally {
  await server.stop();
  await simulator.stop();
  rmSync(directory, { recursive: true });
}

async function readTable(server: Server, query: string) {
  const { rssBytes: before } = await server.usage();
  let most = before;
  const watch = setInterval(async () => {
    most = Math.max(most, (await server.usage()).rssBytes);
  }, 200);
  const startedAtMs = performance.now();
  const response = await fetch(`${server.url}/tables/target_users.csv${query}`);
  let firstByteMs = 0;
  let bytes = 0;
  let lines = 0;
  for await (const chunk of response.body ?? []) {
    firstByteMs ||= performance.now() - startedAtMs;
    bytes += chunk.length;
    for (const byte of chunk) if (byte === NEW_LINE) lines += 1;
  }
  clearInterval(watch);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  // The simulator writes no line breaks into its names: a line is a row, and the first is the head.
  const rows = lines - 1;
  return {
    coverage: response.headers.get('x-coverage'),
    rows,
    mb: Math.round(bytes / 1024 / 1024),
    seconds: Math.round(seconds),
    rowsPerSecond: Math.round(rows / seconds),
    firstByteMs: Math.round(firstByteMs),
    growthMb: Math.round((most - before) / 1024 / 1024),
  };
}

async function readGaps({ url }: Server) {
  const response = await fetch(`${url}/tables/target_users.csv?require=complete`);
  await response.body?.cancel();
  return { whenCompleteStatus: response.status, retryAfter: response.headers.get('retry-after') };
}
