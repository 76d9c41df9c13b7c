/** Export jobs over synthetic rows, on a database of a test's own: asked for, waited for, and their files read. */
import { createHash } from 'node:crypto';
import { createExports } from '../../src/exports/create-exports.js';
import type { EnqueueOptions, Exports } from '../../src/exports/exports.js';
import type { ExportJobRow, ExportRequest, ExportTarget } from '../../src/exports/job.js';
import { createLog } from '../../src/telemetry.js';
import type { TestPlace } from './databases.js';
import { createHurriedClock, type HurriedClock } from './hurried-clock.js';
import { createSyntheticSources, type SyntheticSources } from './synthetic-sources.js';

export const CALLER = 'caller-1';
export const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

export interface ExportHouse {
  readonly exports: Exports;
  readonly sources: SyntheticSources;
  readonly clock: HurriedClock;
  readonly lines: string[];
  /** The jobs, then the database. */
  stop(): Promise<void>;
  enqueue(targets: readonly ExportTarget[], request?: Partial<ExportRequest>): Promise<ExportJobRow>;
  /** The job once it is finished. */
  finished(jobId: string): Promise<ExportJobRow>;
  /** The job's file, whose size and SHA-256 are those that the job tells. */
  read(jobId: string): Promise<Buffer>;
}

export interface ExportHouseOptions {
  readonly sources?: SyntheticSources;
  readonly clock?: HurriedClock;
}

export async function openExportHouse(place: TestPlace, options: ExportHouseOptions = {}): Promise<ExportHouse> {
  const { sources = createSyntheticSources(), clock = createHurriedClock() } = options;
  const lines: string[] = [];
  const database = await place.open();
  const exports = await createExports({
    database,
    databaseUrl: place.databaseUrl,
    dataDirectory: place.dataDirectory,
    sources,
    retentionMs: RETENTION_MS,
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    clock,
    random: () => 0.5,
  });
  await exports.start();
  const stop = async () => {
    await exports.stop();
    await database.close();
  };
  const finished = async (jobId: string) => {
    let last: ExportJobRow | undefined;
    for await (const job of exports.watch(CALLER, jobId, AbortSignal.timeout(15_000))) last = job;
    if (last === undefined || last.finishedAtMs === null)
      throw new Error(`waited in vain for the end of ${last?.state}`);
    return last;
  };
  return {
    exports,
    sources,
    clock,
    lines,
    stop,
    enqueue: (targets, request = {}) => exports.enqueue(toEnqueue(targets, request)),
    finished,
    read: async (jobId) => readFile(exports, await finished(jobId)),
  };
}

export function toTargets(count: number): ExportTarget[] {
  return Array.from({ length: count }, (_, index) => ({
    companyId: `company${index}`,
    companyName: `Company ${index}`,
    skipCode: null,
  }));
}

export function toEnqueue(targets: readonly ExportTarget[], request: Partial<ExportRequest> = {}): EnqueueOptions {
  return {
    callerId: CALLER,
    targets,
    request: { ...DEFAULT_REQUEST, ...request },
    idempotencyKey: null,
    inputText: JSON.stringify(request),
  };
}

const DEFAULT_REQUEST: ExportRequest = {
  kind: 'LEADERBOARD',
  format: 'CSV',
  layout: 'COMBINED',
  source: 'BUILT',
  bom: false,
  variables: {},
  rights: { companies: { kind: 'ALL' }, masksPersonalData: false },
};

async function readFile(exports: Exports, job: ExportJobRow): Promise<Buffer> {
  const [file] = job.files;
  if (file === undefined) throw new Error(`the job is ${job.state} and has no file`);
  const { read } = await exports.openFile(CALLER, job.id, file.name);
  const chunks: Buffer[] = [];
  for await (const chunk of read()) chunks.push(chunk as Buffer);
  const content = Buffer.concat(chunks);
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (content.length !== file.bytes || sha256 !== file.sha256) throw new Error('the file is not what the job says');
  return content;
}
