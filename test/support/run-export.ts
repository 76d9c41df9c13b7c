/** An export through the door, from the mutation to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ExportJobByIdDocument,
  type ExportJobByIdQuery,
  ExportLeaderboardDocument,
  type ExportLeaderboardInput,
} from '../../src/generated/operations.js';
import type { House } from './house.js';

export type FinishedJob = NonNullable<ExportJobByIdQuery['exportJob']>;

/** Of all companies as CSV, unless told otherwise. Answers the job's global id. @throws where the server refuses it */
export async function startLeaderboard(house: House, input: Partial<ExportLeaderboardInput> = {}): Promise<string> {
  const { body } = await house.ask(ExportLeaderboardDocument, {
    input: { companies: { all: true }, format: 'CSV', ...input },
  });
  const id = body.data?.exportLeaderboard.job.id;
  if (id === undefined) throw new Error(`the export was refused: ${JSON.stringify(body.errors)}`);
  return id;
}

/** The job once it is finished. @throws after `limitMs` */
export async function untilFinished(house: House, id: string, limitMs = 30_000): Promise<FinishedJob> {
  for (const endsAtMs = Date.now() + limitMs; Date.now() < endsAtMs; await sleep(50)) {
    const { body } = await house.ask(ExportJobByIdDocument, { id });
    const job = body.data?.exportJob;
    if (!job) throw new Error(`the export is not there: ${JSON.stringify(body.errors)}`);
    if (job.pollAfterMs === null) return job;
  }
  throw new Error(`the export did not end in ${limitMs} ms`);
}

export async function runLeaderboard(house: House, input?: Partial<ExportLeaderboardInput>): Promise<FinishedJob> {
  return untilFinished(house, await startLeaderboard(house, input));
}
