/** How far an export is, and when to look again: worked out from its row. Pure. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { ExportJobRow } from '../../exports/job.js';

@ObjectType({ simpleResolvers: true, description: 'How far an export is.' })
export class ExportProgress {
  @Field(() => Int, { description: 'Companies that are in, failed, or closed.' })
  companiesDone: number;

  @Field(() => Int, { description: 'All its companies. The list of companies itself counts as one.' })
  companiesTotal: number;

  @Field(() => Int, { description: 'Rows so far.' })
  rows: number;

  @Field(() => Float, { description: 'Bytes so far, before they are put together to files.' })
  bytes: number;

  @Field(() => Int, { description: 'Whole percent of the companies; below 100 until it is finished.' })
  percent: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds that are left, at the pace so far; null before the first company is in, and after the end.',
  })
  estimatedSecondsLeft: number | null;
}

export function isFinished({ state }: Pick<ExportJobRow, 'state'>): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING';
}

export function toProgress(job: ExportJobRow, nowMs: number): ExportProgress {
  const { SUCCEEDED = 0, FAILED = 0, SKIPPED = 0 } = job.partCounts;
  const companiesDone = SUCCEEDED + FAILED + SKIPPED;
  const companiesTotal = countParts(job);
  return {
    companiesDone,
    companiesTotal,
    rows: job.rows,
    bytes: job.bytes,
    percent: toPercent(companiesDone, companiesTotal, isFinished(job)),
    estimatedSecondsLeft: toSecondsLeft(job, nowMs),
  };
}

const QUEUED_POLL_MS = 2_000;
const MIN_POLL_MS = 1_000;
const MAX_POLL_MS = 15_000;

/** A tenth of what is left: seldom for a long export, and soon after the end of a short one. Null when it is finished. */
export function toPollAfterMs(job: ExportJobRow, nowMs: number): number | null {
  if (isFinished(job)) return null;
  const secondsLeft = toSecondsLeft(job, nowMs);
  if (secondsLeft === null) return QUEUED_POLL_MS;
  return Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, secondsLeft * 100));
}

export function countParts({ partCounts }: Pick<ExportJobRow, 'partCounts'>): number {
  return Object.values(partCounts).reduce((sum, count) => sum + count, 0);
}

/** All the companies may be in while their files are still being put together. */
function toPercent(done: number, total: number, isDone: boolean): number {
  if (total === 0) return isDone ? 100 : 0;
  return Math.min(isDone ? 100 : 99, Math.floor((done / total) * 100));
}

/** Closed companies take no time, so they say nothing about the pace. */
function toSecondsLeft({ state, startedAtMs, partCounts }: ExportJobRow, nowMs: number): number | null {
  const { SUCCEEDED = 0, FAILED = 0, QUEUED = 0, RUNNING = 0 } = partCounts;
  const worked = SUCCEEDED + FAILED;
  if (state !== 'RUNNING' || startedAtMs === null || worked === 0) return null;
  const msPerCompany = Math.max(0, nowMs - startedAtMs) / worked;
  return Math.ceil((msPerCompany * (QUEUED + RUNNING)) / 1000);
}
