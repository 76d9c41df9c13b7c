/** Exports in memory that only remember what they were told: for tests of what the graph asks of them. Nothing is ever made. */
import type { EnqueueOptions, Exports } from '../../src/exports/exports.js';
import type { ExportJobRow, ExportPart } from '../../src/exports/job.js';

type ToldExports = Pick<Exports, 'enqueue' | 'find' | 'list' | 'parts' | 'retry' | 'cancel' | 'sign'>;

export interface FakeExports {
  readonly exports: Exports;
  /** What was enqueued, in its order. */
  readonly enqueued: readonly EnqueueOptions[];
  /** Every other question: its name and what it was given. */
  readonly asked: readonly unknown[][];
  /** Jobs that are there; the parts of each are those of `partsOf`. */
  readonly jobs: ExportJobRow[];
  readonly parts: ExportPart[];
}

export function createFakeExports(): FakeExports {
  const enqueued: EnqueueOptions[] = [];
  const asked: unknown[][] = [];
  const jobs: ExportJobRow[] = [];
  const parts: ExportPart[] = [];
  const findJob = (jobId: string) => jobs.find(({ id }) => id === jobId) ?? null;
  const told: ToldExports = {
    async enqueue(options) {
      enqueued.push(options);
      const job: ExportJobRow = {
        ...toJobRow(`enqueued${String(enqueued.length).padStart(14, '0')}`),
        callerId: options.callerId,
        request: options.request,
        partCounts: options.targets.length === 0 ? {} : { QUEUED: options.targets.length },
      };
      jobs.push(job);
      return job;
    },
    async find(callerId, jobId) {
      const job = findJob(jobId);
      return job?.callerId === callerId ? job : null;
    },
    async list(callerId, query) {
      asked.push(['list', callerId, query]);
      const items = jobs.slice(query.offset, query.offset + query.limit);
      return { items, totalCount: jobs.length };
    },
    async parts(jobId, query) {
      asked.push(['parts', jobId, query]);
      const items = parts.filter(({ state }) => query.states?.includes(state) ?? true);
      return { items: items.slice(query.offset, query.offset + query.limit), totalCount: items.length };
    },
    async retry(callerId, jobId) {
      asked.push(['retry', callerId, jobId]);
      return { ...toJobRow(jobId), state: 'QUEUED' };
    },
    async cancel(callerId, jobId) {
      asked.push(['cancel', callerId, jobId]);
      return { ...toJobRow(jobId), state: 'CANCELLED' };
    },
    sign: (callerId, jobId, name) => ({
      path: `/exports/${jobId}/files/${name}?caller=${callerId}`,
      expiresAtMs: Date.parse('2026-03-01T00:15:00Z'),
    }),
  };
  return { exports: told as Exports, enqueued, asked, jobs, parts };
}

/** A job that has just been asked for, of nothing in particular. */
export function toJobRow(id: string): ExportJobRow {
  return {
    id,
    callerId: 'nobody',
    request: {
      kind: 'LEADERBOARD',
      format: 'CSV',
      layout: 'COMBINED',
      source: 'BUILT',
      bom: false,
      variables: {},
      rights: { companies: { kind: 'ALL' }, masksPersonalData: false },
    },
    state: 'QUEUED',
    code: null,
    createdAtMs: Date.parse('2026-03-01T00:00:00Z'),
    startedAtMs: null,
    finishedAtMs: null,
    expiresAtMs: null,
    files: [],
    partCounts: {},
    rows: 0,
    bytes: 0,
  };
}
