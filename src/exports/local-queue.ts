/**
 * The queue of a server that works alone: in memory, because the store knows what is unfinished and offers it again after a
 * restart. Callers take turns, and a caller's jobs take turns, so that a job of a thousand companies holds up nobody else.
 */
import type { Work, WorkQueue } from './work-queue.js';

/** Maps and sets keep the order of insertion: the first entry is next, and goes to the end after its turn. */
type Jobs = Map<string, Set<number | null>>;

export function createLocalQueue(): WorkQueue {
  const callers = new Map<string, Jobs>();
  return {
    async offer(works) {
      for (const { callerId, jobId, position } of works) {
        getOrMake(
          getOrMake(callers, callerId, () => new Map()),
          jobId,
          () => new Set(),
        ).add(position);
      }
    },
    async take(most) {
      const taken: Work[] = [];
      while (taken.length < most) {
        const work = takeOne(callers);
        if (work === null) break;
        taken.push(work);
      }
      return taken;
    },
    withdraw(jobId) {
      for (const [callerId, jobs] of callers) {
        if (jobs.delete(jobId) && jobs.size === 0) callers.delete(callerId);
      }
    },
    async close() {
      callers.clear();
    },
  };
}

function takeOne(callers: Map<string, Jobs>): Work | null {
  const [caller] = callers;
  if (caller === undefined) return null;
  const [callerId, jobs] = caller;
  callers.delete(callerId);
  const [job] = jobs;
  if (job === undefined) return null;
  const [jobId, positions] = job;
  jobs.delete(jobId);
  const [position = null] = positions;
  positions.delete(position);
  if (positions.size > 0) jobs.set(jobId, positions);
  if (jobs.size > 0) callers.set(callerId, jobs);
  return { jobId, callerId, position };
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
