/** Two thousand calls that come, leave, fail and are refused at random, the same in every run; time is virtual. */
import { describe, expect, it } from '@jest/globals';
import type { AppError } from '../../src/errors.js';
import { createPace, type PaceReport, type Turn } from '../../src/keepnet/pace.js';
import { toTurn } from '../support/limited-upstream.js';
import { createVirtualClock } from '../support/virtual-clock.js';

describe('whatever happens', () => {
  it('holds its bound, answers everybody, and forgets them', async () => {
    const clock = createVirtualClock();
    const pace = createPace({ maxInFlight: 10, callsPerSecond: null, maxWaiting: 100, clock });
    const seed = toSeed(7);
    let inFlight = 0;
    let mostInFlight = 0;
    const results = Array.from({ length: 2_000 }, async () => {
      const leaver = new AbortController();
      const turn = toTurn({
        lane: (['interactive', 'tables', 'exports'] as const)[Math.floor(seed() * 3)],
        callerId: `caller${Math.floor(seed() * 5)}`,
        companyId: `company${Math.floor(seed() * 20)}`,
        signal: leaver.signal,
        deadlineAtMs: clock.now() + 20_000 + seed() * 60_000,
      });
      await clock.sleep(seed() * 20_000);
      if (seed() < 0.2) void clock.sleep(seed() * 2_000).then(() => leaver.abort());
      return runAtRandom(turn);
    });

    async function runAtRandom(turn: Turn): Promise<string> {
      const fate = seed();
      const judge = (): PaceReport =>
        fate < 0.05
          ? { kind: 'rate-limited', retryAfterMs: fate < 0.02 ? 300 : null }
          : { kind: fate < 0.1 ? 'timeout' : 'ok' };
      const body = async () => {
        inFlight += 1;
        mostInFlight = Math.max(mostInFlight, inFlight);
        await clock.sleep(seed() * 100);
        inFlight -= 1;
      };
      return pace.run(turn, body, judge).then(
        () => 'done',
        (error: AppError) => error.code,
      );
    }

    const outcomes = new Set(await clock.settle(Promise.all(results)));
    expect(outcomes).toContain('done');
    expect([...outcomes].every((code) => ['done', 'DEADLINE_EXCEEDED', 'UPSTREAM_RATE_LIMITED'].includes(code))).toBe(
      true,
    );
    expect(mostInFlight).toBeLessThanOrEqual(10);
    expect(pace.state).toMatchObject({ inFlight: 0, waiting: 0 });
    pace.stop();
  });
});

/** Numbers from 0 to 1, the same in every run. */
function toSeed(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
