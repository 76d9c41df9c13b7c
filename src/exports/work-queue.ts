/**
 * Who gives out what is to be done. A queue only carries word of work: whether it is really to be done, and by whom, the store
 * decides when it is claimed. So work may be offered twice, and word of it may be lost: it is offered again a little later.
 */

/** A part of a job; or, with the position null, the job's files, once all its parts are done. */
export interface Work {
  readonly jobId: string;
  readonly callerId: string;
  readonly position: number | null;
}

export interface WorkQueue {
  /** What waits already is not added again. @throws AppError STORE_UNAVAILABLE */
  offer(works: readonly Work[]): Promise<void>;
  /** At most so many, in fair turns; each is given once. Empty where nothing waits, or nobody can be asked now. */
  take(most: number): Promise<readonly Work[]>;
  /** Drops what waits of a job. */
  withdraw(jobId: string): void;
  close(): Promise<void>;
}
