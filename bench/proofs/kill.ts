/**
 * `npm run proof:kill`: a process that makes export files is killed with SIGKILL at a random moment, 20 times, and started again.
 * Proves that every job ends, that its file has the SHA-256 of the same job left undisturbed, that there is never half a file under
 * a file's name, and that no part is asked for again that was recorded as done. Exit code 1 where one of that does not hold.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportJobRow, ExportRequest } from '../../src/exports/job.js';
import { createJobStore } from '../../src/exports/job-store.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';
import { startHost, untilFinished } from './hosts.js';
import { readJournal } from './sources.js';

const KILLS = 20;
const COMPANIES = 30;
const ROWS = { rowsPerCompany: 2_000, rowsPerPage: 100, pauseMs: 2 };
const WITHIN_MS = 60_000;
const SHAPES: readonly Shape[] = [
  { format: 'CSV', layout: 'COMBINED' },
  { format: 'XLSX', layout: 'COMBINED' },
  { format: 'CSV', layout: 'ONE_FILE_PER_COMPANY' },
  { format: 'XLSX', layout: 'ONE_SHEET_PER_COMPANY' },
];

type Shape = Pick<ExportRequest, 'format' | 'layout'>;

/** A directory with a job in it that nobody has begun. */
interface Prepared {
  readonly directory: string;
  readonly jobId: string;
}

interface Undisturbed {
  readonly sha256: string;
  readonly durationMs: number;
}

interface Killed {
  readonly state: string;
  readonly sha256: string;
  readonly halfFiles: number;
  /** Parts that were recorded as done, and asked for again all the same. */
  readonly doneAgain: number;
  /** Parts that were under way, and had to be begun again. */
  readonly begunAgain: number;
}

async function prepare(shape: Shape): Promise<Prepared> {
  const directory = makeDirectory();
  const host = await startHost(toOptions(directory, { isIdle: true }));
  const { id } = (await host.order({ order: 'enqueue', companies: COMPANIES, request: shape })) as ExportJobRow;
  await host.order({ order: 'stop' });
  await host.stop();
  return { directory, jobId: id };
}

async function runUndisturbed({ directory, jobId }: Prepared): Promise<Undisturbed> {
  return inCopyOf(directory, async (copy) => {
    const host = await startHost(toOptions(copy));
    const startedAtMs = performance.now();
    const { files } = await untilFinished(host, jobId, WITHIN_MS);
    const durationMs = performance.now() - startedAtMs;
    await host.stop();
    return { sha256: files[0]?.sha256 ?? '', durationMs };
  });
}

async function runKilled({ directory, jobId }: Prepared, sha256: string, killAfterMs: number): Promise<Killed> {
  return inCopyOf(directory, async (copy) => {
    const folder = join(copy, 'exports', jobId);
    const killed = await startHost(toOptions(copy));
    await sleep(killAfterMs);
    await killed.stop();
    const halfFiles = countOthers(folder, sha256);
    const done = await loadDone(copy, jobId);
    const next = await startHost(toOptions(copy));
    const job = await untilFinished(next, jobId, WITHIN_MS);
    await next.order({ order: 'stop' });
    await next.stop();
    const begun = readJournal(join(copy, 'journal')).filter(({ what }) => what === 'began');
    const again = begun.filter(({ processId }) => processId === next.processId).map(({ companyId }) => companyId);
    const before = new Set(begun.filter(({ processId }) => processId !== next.processId).map((line) => line.companyId));
    return {
      state: job.state,
      sha256: job.files[0]?.sha256 ?? '',
      halfFiles: halfFiles + countOthers(folder, sha256),
      doneAgain: again.filter((companyId) => done.has(companyId)).length,
      begunAgain: again.filter((companyId) => before.has(companyId)).length,
    };
  });
}

function toOptions(dataDirectory: string, { isIdle } = { isIdle: false }) {
  return { ...ROWS, dataDirectory, databaseUrl: null, isIdle, journalPath: join(dataDirectory, 'journal') };
}

/** Files that could be taken for the job's and are not: its one whole file is known by its content. */
function countOthers(folder: string, sha256: string): number {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const candidates = files.map(({ name }) => name).filter((name) => !name.endsWith('.part'));
  return candidates.filter((name) => toSha256(readFileSync(join(folder, name))) !== sha256).length;
}

async function loadDone(dataDirectory: string, jobId: string): Promise<ReadonlySet<string>> {
  const database = await openDatabase({ databaseUrl: null, dataDirectory, log: createLog('warn') });
  const store = createJobStore(database, { retentionMs: WITHIN_MS });
  const { items } = await store.parts(jobId, { states: ['SUCCEEDED'], offset: 0, limit: COMPANIES });
  await database.close();
  return new Set(items.map(({ companyId }) => companyId));
}

async function inCopyOf<T>(directory: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = makeDirectory();
  cpSync(directory, copy, { recursive: true });
  try {
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'keepnet-graph-proof-'));
}

function toSha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function proveShape(shape: Shape, kills: number): Promise<Killed[]> {
  const prepared = await prepare(shape);
  const { sha256, durationMs } = await runUndisturbed(prepared);
  const runs: Killed[] = [];
  for (let index = 0; index < kills; index += 1) {
    const killAfterMs = Math.random() * durationMs;
    const run = await runKilled(prepared, sha256, killAfterMs);
    const isSame = run.sha256 === sha256;
    if (!isSame || run.state !== 'SUCCEEDED') problems.push(`${shape.format} ${shape.layout}: ${JSON.stringify(run)}`);
    console.log(
      `${shape.format} ${shape.layout}: killed after ${killAfterMs.toFixed(0)} of ${durationMs.toFixed(0)} ms, ` +
        `${run.state}, same file ${isSame}, begun again ${run.begunAgain}, done again ${run.doneAgain}`,
    );
    runs.push(run);
  }
  rmSync(prepared.directory, { recursive: true });
  return runs;
}

const problems: string[] = [];
const runs: Killed[] = [];
for (const shape of SHAPES) runs.push(...(await proveShape(shape, KILLS / SHAPES.length)));
const sum = (count: (run: Killed) => number) => runs.reduce((total, run) => total + count(run), 0);
const figures = {
  kills: runs.length,
  halfFiles: sum(({ halfFiles }) => halfFiles),
  doneAgain: sum(({ doneAgain }) => doneAgain),
  mostBegunAgain: Math.max(...runs.map(({ begunAgain }) => begunAgain)),
};
if (figures.halfFiles > 0) problems.push(`${figures.halfFiles} half files`);
if (figures.doneAgain > 0) problems.push(`${figures.doneAgain} parts were done again`);
console.log(JSON.stringify({ ...figures, problems }));
process.exitCode = problems.length > 0 ? 1 : 0;
