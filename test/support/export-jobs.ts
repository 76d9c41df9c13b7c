/** Export jobs for tests: what a client asks for, and states that a job is put into without living through the ones before. */
import type { EnqueueOptions } from '../../src/exports/exports.js';
import type { ExportState, ExportTarget, PartState } from '../../src/exports/job.js';
import type { Database } from '../../src/store/database.js';

export function anOrder(order: Partial<EnqueueOptions> & { readonly companies?: number } = {}): EnqueueOptions {
  const { companies = 2, ...options } = order;
  return {
    callerId: 'caller-a',
    idempotencyKey: null,
    inputText: '{}',
    request: {
      kind: 'TARGET_USERS',
      format: 'CSV',
      layout: 'COMBINED',
      source: 'BUILT',
      bom: false,
      variables: { filter: { search: 'Ü "quoted" \0' }, first: null },
      rights: { companies: { kind: 'ALL' }, masksPersonalData: false },
    },
    targets: Array.from({ length: companies }, (_, index) => aTarget(index)),
    ...options,
  };
}

export function aTarget(index: number, skipCode: ExportTarget['skipCode'] = null): ExportTarget {
  return { companyId: `company-${index}`, companyName: `Company ${index}`, skipCode };
}

export async function forceJob(database: Database, jobId: string, state: ExportState): Promise<void> {
  await database.query('UPDATE export_jobs SET state = $1 WHERE id = $2', [state, jobId]);
}

/** A running part has a claim, which nobody holds. */
export async function forcePart(database: Database, jobId: string, position: number, state: PartState): Promise<void> {
  await database.query(
    'UPDATE export_parts SET state = $1, claim = $2, beat_at_ms = 0 WHERE job_id = $3 AND position = $4',
    [state, state === 'RUNNING' ? 'forced' : null, jobId, position],
  );
}
