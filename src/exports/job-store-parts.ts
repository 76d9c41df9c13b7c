/**
 * The moves of parts. A claim is a token of its own making: who comes back with an older one finds nothing to change, so that no
 * part is done by two. Every change of a part's state goes through `moveParts`, which knows the table of legal moves.
 */
import { randomUUID } from 'node:crypto';
import { BoundValues } from '../store/bound-values.js';
import type { Database, Queryable } from '../store/database.js';
import type { ExportPart, PartState } from './job.js';
import { PART_MOVES, requireLegalMoves } from './job.js';
import type { JobStore, PartClaim } from './job-store.js';
import { withoutNul } from './job-store-insert.js';
import type { StoreTimes } from './job-store-jobs.js';
import { PART_COLUMNS, type PartRow, toPart } from './job-store-reads.js';

type PartMoves = Pick<JobStore, 'claimPart' | 'updateProgress' | 'finishPart' | 'failPart' | 'giveBack' | 'redoPart'>;

export function toPartMoves(database: Database, { now }: StoreTimes): PartMoves {
  return {
    claimPart: (jobId, position) => database.transaction((inside) => claimPart(inside, jobId, position, now())),
    updateProgress: (claim, { rows, bytes }) => updateProgress(database, claim, rows, bytes, now()),
    finishPart: (claim, { rows, bytes, sha256 }) =>
      moveClaimed(database, claim, 'SUCCEEDED', (bound) => [
        `row_count = ${bound.add(rows)}`,
        `byte_count = ${bound.add(bytes)}`,
        `sha256 = ${bound.add(sha256)}`,
      ]),
    // What had come until then is worthless.
    failPart: (claim, { code, message }) =>
      moveClaimed(database, claim, 'FAILED', (bound) => [
        `code = ${bound.add(code)}`,
        `message = ${bound.add(withoutNul(message))}`,
        ...NOTHING_YET,
      ]),
    giveBack: (claim, { attemptCounts }) =>
      moveClaimed(database, claim, 'QUEUED', () => [
        ...(attemptCounts ? [] : ['attempts = attempts - 1']),
        ...NOTHING_YET,
      ]),
    redoPart: (jobId, position) => database.transaction((inside) => redoPart(inside, jobId, position)),
  };
}

export interface PartMove {
  /** For the sentence that refuses an illegal move. */
  readonly who: string;
  readonly from: readonly PartState[];
  readonly to: PartState;
  /** Which parts, as a condition. */
  where(bound: BoundValues): string;
  /** What changes beside the state. */
  readonly set: string | ((bound: BoundValues) => readonly string[]);
}

/** Answers the parts as they are now; none where somebody was faster. @throws Error for an illegal move */
export async function moveParts(
  queryable: Queryable,
  { who, from, to, where, set }: PartMove,
): Promise<readonly ExportPart[]> {
  requireLegalMoves(PART_MOVES, who, from, to);
  const bound = new BoundValues();
  const changes = typeof set === 'string' ? [set] : set(bound);
  const rows = await queryable.query<PartRow>(
    `UPDATE export_parts SET ${[`state = ${bound.add(to)}`, ...changes].join(', ')}
     WHERE state IN (${bound.list(from)}) AND ${where(bound)} RETURNING ${PART_COLUMNS}`,
    bound.values,
  );
  return rows.map(toPart);
}

const NOTHING_YET = ['row_count = 0', 'byte_count = 0'];

/** The job's row first: whoever cancels it at this moment comes before, or finds the part running. */
async function claimPart(inside: Queryable, jobId: string, position: number, nowMs: number) {
  const jobs = await inside.query(
    `UPDATE export_jobs SET state = 'RUNNING', started_at_ms = coalesce(started_at_ms, $1)
     WHERE id = $2 AND state IN ('QUEUED', 'RUNNING') AND EXISTS (
       SELECT 1 FROM export_parts WHERE job_id = export_jobs.id AND position = $3 AND export_parts.state = 'QUEUED'
     ) RETURNING id`,
    [nowMs, jobId, position],
  );
  if (jobs.length === 0) return null;
  const token = randomUUID();
  const [part] = await moveParts(inside, {
    who: `part ${position} of job ${jobId}`,
    from: ['QUEUED'],
    to: 'RUNNING',
    where: (bound) => `job_id = ${bound.add(jobId)} AND position = ${bound.add(position)}`,
    set: (bound) => [
      `claim = ${bound.add(token)}`,
      `beat_at_ms = ${bound.add(nowMs)}`,
      'attempts = attempts + 1',
      ...NOTHING_YET,
    ],
  });
  return part ? { part, claim: { jobId, position, token } } : null;
}

async function updateProgress(database: Database, claim: PartClaim, rows: number, bytes: number, nowMs: number) {
  const found = await database.query(
    `UPDATE export_parts SET row_count = $1, byte_count = $2, beat_at_ms = $3
     WHERE job_id = $4 AND position = $5 AND claim = $6 AND state = 'RUNNING' RETURNING position`,
    [rows, bytes, nowMs, claim.jobId, claim.position, claim.token],
  );
  return found.length > 0;
}

/** Ends the claim, whatever the part becomes. */
async function moveClaimed(
  database: Database,
  { jobId, position, token }: PartClaim,
  to: PartState,
  set: (bound: BoundValues) => readonly string[],
): Promise<boolean> {
  const moved = await moveParts(database, {
    who: `part ${position} of job ${jobId}`,
    from: ['RUNNING'],
    to,
    where: (bound) =>
      `job_id = ${bound.add(jobId)} AND position = ${bound.add(position)} AND claim = ${bound.add(token)}`,
    set: (bound) => ['claim = NULL', ...set(bound)],
  });
  return moved.length > 0;
}

/** Whoever makes the job's files has to stop: his claim is taken away. */
async function redoPart(inside: Queryable, jobId: string, position: number): Promise<boolean> {
  const jobs = await inside.query(
    `UPDATE export_jobs SET files_claim = NULL, files_beat_at_ms = NULL
     WHERE id = $1 AND state IN ('QUEUED', 'RUNNING') RETURNING id`,
    [jobId],
  );
  if (jobs.length === 0) return false;
  const moved = await moveParts(inside, {
    who: `part ${position} of job ${jobId}`,
    from: ['SUCCEEDED'],
    to: 'QUEUED',
    where: (bound) => `job_id = ${bound.add(jobId)} AND position = ${bound.add(position)}`,
    set: () => ['attempts = 0', 'sha256 = NULL', ...NOTHING_YET],
  });
  return moved.length > 0;
}
