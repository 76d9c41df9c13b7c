/** The line: who may start, who waits, who is turned away, and that nothing is left behind. Time is virtual. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { createPace, type PaceOptions, type PaceReport, type Turn } from '../../src/keepnet/pace.js';
import { toTurn } from '../support/limited-upstream.js';
import { createVirtualClock } from '../support/virtual-clock.js';

const RETRY_AFTER_A_SECOND: PaceReport = { kind: 'rate-limited', retryAfterMs: 1_000 };

/** A pace, and work in it that begins and ends when it is told to. */
function open(options: Partial<PaceOptions> = {}) {
  const clock = createVirtualClock();
  const pace = createPace({ maxInFlight: 2, callsPerSecond: null, maxWaiting: 100, clock, ...options });
  const begun: string[] = [];
  const ends = new Map<string, (report?: PaceReport) => void>();
  const ask = (name: string, turn: Partial<Turn> = {}) => {
    let report: PaceReport = { kind: 'ok' };
    const work = () => {
      begun.push(name);
      return new Promise<string>((resolve) => {
        ends.set(name, (given) => {
          report = given ?? report;
          resolve(name);
        });
      });
    };
    const result = pace.run(toTurn(turn), work, () => report);
    result.catch(() => {});
    return result;
  };
  const end = async (name: string, report?: PaceReport) => {
    await clock.pass(0);
    ends.get(name)?.(report);
    ends.delete(name);
    await clock.pass(0);
  };
  /** Those that have begun and not ended. */
  const running = () => [...ends.keys()];
  return { clock, pace, begun, running, ask, end };
}

const work = async () => 'done';
const ok = (): PaceReport => ({ kind: 'ok' });

describe('places', () => {
  it('are taken by as many as there are, then first come first served', async () => {
    const { pace, begun, ask, end } = open();
    const results = ['a', 'b', 'c', 'd'].map((name) => ask(name));
    expect(pace.state).toMatchObject({ inFlight: 2, waiting: 2, cap: 2 });
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c', 'd']) await end(name);
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
    expect(pace.state).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it('are free again when work fails, even at once', async () => {
    const { pace } = open({ maxInFlight: 1 });
    const failing = () => {
      throw new Error('no');
    };
    await expect(pace.run(toTurn(), failing, () => ({ kind: 'other' }))).rejects.toThrow('no');
    expect(await pace.run(toTurn(), work, ok)).toBe('done');
  });

  it('tell the work how long it has waited', async () => {
    const { clock, pace, ask, end } = open({ maxInFlight: 1 });
    ask('first');
    let waited = -1;
    const second = pace.run(
      toTurn(),
      async (waitedMs) => {
        waited = waitedMs;
      },
      ok,
    );
    await clock.pass(250);
    await end('first');
    await second;
    expect(waited).toBe(250);
  });

  it('are halved by a timeout, without a pause', async () => {
    const { pace, ask, end } = open({ maxInFlight: 8 });
    ask('slow');
    await end('slow', { kind: 'timeout' });
    expect(pace.state).toMatchObject({ cap: 4, coolingUntilMs: null });
  });
});

describe('those who leave', () => {
  it('leave at once with their reason, and are skipped', async () => {
    const { clock, pace, begun, ask, end } = open({ maxInFlight: 1 });
    ask('a');
    const leaver = new AbortController();
    const second = ask('b', { signal: leaver.signal });
    ask('c');
    const reason = new AppError('DEADLINE_EXCEEDED', 'over');
    leaver.abort(reason);
    await expect(second).rejects.toBe(reason);
    expect(pace.state.waiting).toBe(1);
    await end('a');
    expect(begun).toEqual(['a', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('and those who do not, leave nothing on their signal', async () => {
    const { ask, end } = open({ maxInFlight: 1 });
    const { signal } = new AbortController();
    ask('a', { signal });
    ask('b', { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await end('a');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('take the alarm with them', async () => {
    const { clock, pace, ask, end } = open();
    ask('refused');
    await end('refused', RETRY_AFTER_A_SECOND);
    const leaver = new AbortController();
    const waiting = ask('waiting', { signal: leaver.signal });
    expect([pace.state.waiting, clock.pending]).toEqual([1, 1]);
    leaver.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect([pace.state.waiting, clock.pending]).toEqual([0, 0]);
  });

  it('never begin where they had left before they came', async () => {
    const { pace } = open();
    await expect(pace.run(toTurn({ signal: AbortSignal.abort() }), work, ok)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    expect(pace.state).toMatchObject({ inFlight: 0, waiting: 0 });
  });
});

describe('a 429', () => {
  it('stops everybody until its time has passed, and not a millisecond longer', async () => {
    const { clock, pace, begun, ask, end } = open();
    ask('refused', { callerId: 'anna' });
    await end('refused', RETRY_AFTER_A_SECOND);
    ask('other', { callerId: 'bert', companyId: 'other' });
    expect(pace.state.coolingUntilMs).toBe(clock.now() + 1_000);
    await clock.pass(999);
    expect(begun).toEqual(['refused']);
    await clock.pass(1);
    expect(begun).toEqual(['refused', 'other']);
    expect(pace.state.coolingUntilMs).toBeNull();
  });

  it('turns away at once who cannot wait so long, and keeps who can', async () => {
    const { clock, pace, ask, end } = open({ maxInFlight: 1 });
    ask('refused');
    const early = ask('early', { deadlineAtMs: clock.now() + 500 });
    ask('late', { deadlineAtMs: clock.now() + 5_000 });
    await end('refused', RETRY_AFTER_A_SECOND);
    const inVain = { code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 1_000 };
    await expect(early).rejects.toMatchObject(inVain);
    await expect(ask('next', { deadlineAtMs: clock.now() + 999 })).rejects.toMatchObject(inVain);
    expect(pace.state.waiting).toBe(1);
  });
});

describe('the line', () => {
  it('is bounded in each lane', async () => {
    const { pace, ask } = open({ maxInFlight: 1, maxWaiting: 2 });
    for (const name of ['running', 'one', 'two']) ask(name, { lane: 'exports' });
    await expect(ask('three', { lane: 'exports' })).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: expect.any(Number),
    });
    ask('person');
    expect(pace.state.waiting).toBe(3);
  });

  it('is turned away when the pace is stopped; what has begun ends by itself', async () => {
    const { clock, pace, ask, end } = open({ maxInFlight: 1 });
    const running = ask('running');
    const waiting = ask('waiting');
    pace.stop();
    await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(ask('later')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await end('running');
    expect(await running).toBe('running');
    expect([pace.state.inFlight, pace.state.waiting, clock.pending]).toEqual([0, 0, 0]);
  });

  it.each([
    ['exports', ['exports']],
    ['tables', ['tables']],
    ['both together', ['tables', 'exports']],
  ] as const)('gives %s every place while nobody else asks, and a quarter while somebody does', async (_who, lanes) => {
    const { clock, pace, running, ask, end } = open({ maxInFlight: 8, startInFlight: 8 });
    const count = (lane: string) => running().filter((name) => name.startsWith(lane)).length;
    for (let index = 0; index < 40; index += 1) ask(`bulk ${index}`, { lane: lanes[index % lanes.length] });
    await clock.pass(0);
    expect(count('bulk')).toBe(8);
    for (let index = 0; index < 12; index += 1) ask(`person ${index}`);
    for (const name of running()) await end(name);
    expect([count('bulk'), count('person')]).toEqual([0, 8]);
    while (count('person') > 0) {
      await end(running().find((name) => name.startsWith('person')) ?? '');
      expect(count('bulk')).toBeLessThanOrEqual(2);
    }
    expect(count('bulk')).toBe(2);
    await clock.pass(5_001);
    await end(running()[0] ?? '');
    expect(count('bulk')).toBe(8);
    pace.stop();
  });
});
