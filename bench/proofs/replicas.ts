/**
 * `npm run proof:replicas`: three processes on one PostgreSQL share a job of 60 parts, and one of them is killed with SIGKILL in
 * the middle. Proves that all 60 are done, that none is done by two, and that what the dead one had in hand is taken over within
 * 60 s. Needs DATABASE_URL; works in a schema of its own there, and drops it. Exit code 1 where one of that does not hold.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ExportJobRow } from '../../src/exports/job.js';
import { type Host, startHost, untilFinished } from './hosts.js';
import { type JournalLine, readJournal } from './sources.js';

const COMPANIES = 60;
const REPLICAS = 3;
const ROWS = { rowsPerCompany: 2_000, rowsPerPage: 100, pauseMs: 100 };
const KILL_AFTER_MS = 3_000;
const TAKE_OVER_WITHIN_MS = 60_000;

async function prove(databaseUrl: string) {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'keepnet-graph-proof-'));
  const journalPath = join(dataDirectory, 'journal');
  const options = { ...ROWS, dataDirectory, databaseUrl, isIdle: false, journalPath };
  const hosts = await Promise.all(Array.from({ length: REPLICAS }, () => startHost(options)));
  const [first, second] = hosts as [Host, Host];
  try {
    const request = { format: 'CSV', layout: 'COMBINED' };
    const { id } = (await first.order({ order: 'enqueue', companies: COMPANIES, request })) as ExportJobRow;
    await sleep(KILL_AFTER_MS);
    await second.stop();
    const killedAtMs = performance.now();
    const job = await untilFinished(first, id, 2 * TAKE_OVER_WITHIN_MS);
    const endedAfterMs = performance.now() - killedAtMs;
    return { job, endedAfterMs, ...count(readJournal(journalPath), second.processId) };
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    rmSync(dataDirectory, { recursive: true });
  }
}

function count(lines: readonly JournalLine[], killedId: number) {
  const companiesOf = (isMeant: (line: JournalLine) => boolean) =>
    lines.filter(isMeant).map(({ companyId }) => companyId);
  const endedByLiving = companiesOf(({ what, processId }) => what === 'ended' && processId !== killedId);
  const endedByKilled = companiesOf(({ what, processId }) => what === 'ended' && processId === killedId);
  const begunByKilled = companiesOf(({ what, processId }) => what === 'began' && processId === killedId);
  const living = new Set(endedByLiving);
  return {
    ended: new Set([...endedByLiving, ...endedByKilled]).size,
    doneByTwo: endedByLiving.length - living.size,
    doneByTheDead: endedByKilled.filter((companyId) => !living.has(companyId)).length,
    takenOver: begunByKilled.filter((companyId) => living.has(companyId)).length,
  };
}

async function inOwnSchema<T>(serverUrl: string, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const schema = `proof_${randomBytes(4).toString('hex')}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE SCHEMA ${schema}`);
    const url = new URL(serverUrl);
    url.searchParams.set('options', `-c search_path=${schema}`);
    return await work(url.href);
  } finally {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.query(`DROP SCHEMA IF EXISTS ${schema}_queue CASCADE`);
    await client.end();
  }
}

const serverUrl = process.env.DATABASE_URL;
if (serverUrl === undefined) throw new Error('DATABASE_URL: expected the URL of a PostgreSQL, got: nothing');
const { job, endedAfterMs, ...counts } = await inOwnSchema(serverUrl, prove);
const problems = [
  ...(job.state === 'SUCCEEDED' ? [] : [`the job is ${job.state}`]),
  ...(job.partCounts.SUCCEEDED === COMPANIES ? [] : [`parts: ${JSON.stringify(job.partCounts)}`]),
  ...(counts.doneByTwo === 0 ? [] : [`${counts.doneByTwo} parts were done by two`]),
  ...(counts.takenOver > 0 ? [] : ['the killed one had nothing in hand: nothing is proven']),
  ...(endedAfterMs <= TAKE_OVER_WITHIN_MS ? [] : [`taken over after ${Math.round(endedAfterMs / 1000)} s`]),
];
console.log(JSON.stringify({ ...counts, endedAfterSeconds: Math.round(endedAfterMs / 1000), problems }));
process.exitCode = problems.length > 0 ? 1 : 0;
