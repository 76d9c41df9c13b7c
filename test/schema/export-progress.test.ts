/** How far an export is: figures from its row at a given instant. */
import { describe, expect, it } from '@jest/globals';
import type { ExportJobRow, ExportState } from '../../src/exports/job.js';
import { toPollAfterMs, toProgress } from '../../src/schema/export/export-progress.js';
import { toJobRow } from '../support/fake-exports.js';

const STARTED_AT_MS = 1_000_000;

function jobOf(state: ExportState, partCounts: ExportJobRow['partCounts']): ExportJobRow {
  return {
    ...toJobRow('aaaaaaaaaaaaaaaaaaaaaa'),
    state,
    partCounts,
    startedAtMs: STARTED_AT_MS,
    rows: 70,
    bytes: 4200,
  };
}

describe('progress', () => {
  it.each<[string, ExportState, ExportJobRow['partCounts'], number, number | null, number | null]>([
    ['before anything', 'QUEUED', { QUEUED: 10 }, 0, null, 2_000],
    ['with closed companies only', 'RUNNING', { SKIPPED: 2, QUEUED: 8 }, 20, null, 2_000],
    ['at half', 'RUNNING', { SUCCEEDED: 4, FAILED: 1, RUNNING: 2, QUEUED: 3 }, 50, 60, 6_000],
    ['near its end', 'RUNNING', { SUCCEEDED: 99, RUNNING: 1 }, 99, 1, 1_000],
    ['of a long export', 'RUNNING', { SUCCEEDED: 1, QUEUED: 99 }, 1, 5_940, 15_000],
    ['while files are put together', 'RUNNING', { SUCCEEDED: 10 }, 99, 0, 1_000],
    ['of a job without companies', 'QUEUED', {}, 0, null, 2_000],
    ['of a job without companies, done', 'SUCCEEDED', {}, 100, null, null],
    ['done', 'SUCCEEDED', { SUCCEEDED: 8, SKIPPED: 2 }, 100, null, null],
    ['done in part', 'PARTIAL', { SUCCEEDED: 9, FAILED: 1 }, 100, null, null],
    ['cancelled', 'CANCELLED', { SUCCEEDED: 5, CANCELLED: 5 }, 50, null, null],
    ['failed', 'FAILED', { FAILED: 10 }, 100, null, null],
    ['expired', 'EXPIRED', { SUCCEEDED: 10 }, 100, null, null],
  ])('%s', (_name, state, partCounts, percent, estimatedSecondsLeft, pollAfterMs) => {
    const job = jobOf(state, partCounts);
    const nowMs = STARTED_AT_MS + 60_000;
    const progress = toProgress(job, nowMs);
    expect(progress).toMatchObject({ percent, estimatedSecondsLeft, rows: 70, bytes: 4200 });
    expect(toPollAfterMs(job, nowMs)).toBe(pollAfterMs);
  });

  it('counts closed and failed companies as done, cancelled ones not', () => {
    const partCounts = { SUCCEEDED: 3, FAILED: 2, SKIPPED: 1, CANCELLED: 4, QUEUED: 5 };
    expect(toProgress(jobOf('CANCELLED', partCounts), STARTED_AT_MS)).toMatchObject({
      companiesDone: 6,
      companiesTotal: 15,
    });
  });

  it('is not thrown off by a clock that went back', () => {
    const job = jobOf('RUNNING', { SUCCEEDED: 1, QUEUED: 9 });
    expect(toProgress(job, STARTED_AT_MS - 5_000).estimatedSecondsLeft).toBe(0);
    expect(toPollAfterMs(job, STARTED_AT_MS - 5_000)).toBe(1_000);
  });
});
