/** All parts of a job, by position, a page after the other: a job has thousands of them at most. */
import type { ExportPart, PartState } from './job.js';
import type { JobStore } from './job-store.js';

const PAGE_SIZE = 1_000;

export async function loadParts(
  store: JobStore,
  jobId: string,
  states: readonly PartState[] | null = null,
): Promise<readonly ExportPart[]> {
  const parts: ExportPart[] = [];
  for (;;) {
    const { items } = await store.parts(jobId, { states, offset: parts.length, limit: PAGE_SIZE });
    parts.push(...items);
    if (items.length < PAGE_SIZE) return parts;
  }
}
