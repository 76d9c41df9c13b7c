/** How many jobs and parts the store holds in each state, for whoever watches the server. */
import type { Queryable } from '../store/database.js';
import type { ExportState, PartState } from './job.js';

export interface StateCount<State> {
  readonly state: State;
  readonly count: number;
}

/** States without a job are left out. @throws AppError STORE_UNAVAILABLE */
export async function countJobs(database: Queryable): Promise<readonly StateCount<ExportState>[]> {
  return database.query<{ state: ExportState; count: number }>(
    'SELECT state, count(*) AS count FROM export_jobs GROUP BY state',
  );
}

/** Of the jobs that are still being made or whose files are still there. @throws AppError STORE_UNAVAILABLE */
export async function countParts(database: Queryable): Promise<readonly StateCount<PartState>[]> {
  return database.query<{ state: PartState; count: number }>(
    'SELECT state, count(*) AS count FROM export_parts GROUP BY state',
  );
}
