/** Turns among callers and jobs, in memory. */
import { describe, expect, it } from '@jest/globals';
import { createLocalQueue } from '../../src/exports/local-queue.js';

const work = (callerId: string, jobId: string, position: number | null) => ({ callerId, jobId, position });
const positions = (count: number) => [...Array(count).keys()];

describe('local queue', () => {
  it('gives callers their turns, and the jobs of a caller theirs', async () => {
    const queue = createLocalQueue();
    await queue.offer(positions(100).map((position) => work('many', 'big', position)));
    await queue.offer(positions(2).map((position) => work('many', 'small', position)));
    await queue.offer(positions(2).map((position) => work('few', 'other', position)));
    const taken = await queue.take(7);
    expect(taken.map(({ jobId, position }) => `${jobId}:${position}`)).toEqual([
      'big:0',
      'other:0',
      'small:0',
      'other:1',
      'big:1',
      'small:1',
      'big:2',
    ]);
  });

  it('holds each piece once, also the files of a job', async () => {
    const queue = createLocalQueue();
    await queue.offer([work('a', 'j', 0), work('a', 'j', null)]);
    await queue.offer([work('a', 'j', 0), work('a', 'j', null)]);
    expect(await queue.take(10)).toEqual([work('a', 'j', 0), work('a', 'j', null)]);
    expect(await queue.take(10)).toEqual([]);
  });

  it('gives no more than is asked for, and nothing of a withdrawn job', async () => {
    const queue = createLocalQueue();
    await queue.offer([work('a', 'j', 0), work('a', 'k', 0), work('b', 'l', 0)]);
    expect(await queue.take(0)).toEqual([]);
    queue.withdraw('j');
    queue.withdraw('l');
    expect(await queue.take(10)).toEqual([work('a', 'k', 0)]);
  });
});
