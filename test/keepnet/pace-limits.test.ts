/**
 * What the pace finds out about limits that nobody told it, in virtual time: an upstream with a bucket, with windows, with a
 * bound on calls in flight. A dashboard is 301 calls of 40 ms each.
 */
import { describe, expect, it } from '@jest/globals';
import { createPace, type PaceOptions } from '../../src/keepnet/pace.js';
import {
  askDashboard,
  askUntilAnswered,
  createLimitedUpstream,
  judge,
  toTurn,
  type UpstreamLimits,
} from '../support/limited-upstream.js';
import { createVirtualClock } from '../support/virtual-clock.js';

const CALLS = 301;
const BUCKET = { bucket: { perSecond: 200, burst: 50 }, retryAfterMs: 1_000 };

/** A pace before such an upstream, and dashboards one after the other with some seconds between. */
function open(limits: UpstreamLimits, options: Partial<PaceOptions> = {}) {
  const clock = createVirtualClock();
  const upstream = createLimitedUpstream(clock, limits);
  const pace = createPace({
    maxInFlight: 64,
    callsPerSecond: null,
    maxWaiting: 10_000,
    clock,
    random: () => 0.5,
    ...options,
  });
  /** Every question is answered, or it throws. */
  async function dashboard(more: Parameters<typeof askDashboard>[2] = {}) {
    const beganAtMs = clock.now();
    upstream.reset();
    const answers = await clock.settle(askDashboard(pace, upstream, more));
    const { refused, mostInFlight } = upstream.counts;
    const figures = { answered: answers.length, tookMs: clock.now() - beganAtMs, refused, mostInFlight };
    await clock.pass(3_000);
    return figures;
  }
  return { clock, upstream, pace, dashboard };
}

describe('without limits', () => {
  it('a dashboard takes as many rounds as its calls fill, and never more than the bound at once', async () => {
    const { dashboard } = open({});
    await dashboard();
    expect(await dashboard()).toEqual({ answered: CALLS, tookMs: 240, refused: 0, mostInFlight: 64 });
  });
});

describe('200 calls a second with a burst of 50 and Retry-After: 1', () => {
  it.each([5, 20, 40, 60, 80])('costs a cold dashboard one pause, where a call takes %i ms', async (latencyMs) => {
    const { dashboard } = open({ latencyMs, ...BUCKET });
    const { answered, tookMs } = await dashboard();
    expect(answered).toBe(CALLS);
    expect(tookMs).toBeLessThanOrEqual(2_700);
  });

  it('costs a warm dashboard no more than the limit does, and hardly a refusal', async () => {
    const { dashboard, pace } = open(BUCKET);
    const runs = [];
    for (let run = 0; run < 12; run += 1) runs.push(await dashboard());
    const warm = runs.slice(1);
    expect(warm.filter(({ tookMs }) => tookMs <= 1_600).length).toBeGreaterThanOrEqual(warm.length - 1);
    expect(Math.max(...warm.map(({ refused }) => refused))).toBeLessThanOrEqual(CALLS * 0.05);
    expect(pace.state.callsPerSecond).toBeGreaterThan(160);
  });

  it.each([
    [20, 20],
    [50, 10],
    [100, 1],
    [200, 200],
    [500, 500],
  ])('is one of many: %i a second with a burst of %i are used to seven tenths', async (perSecond, burst) => {
    const { clock, upstream, pace } = open({ bucket: { perSecond, burst }, retryAfterMs: 1_000 });
    await clock.settle(askDashboard(pace, upstream));
    const beganAtMs = clock.now();
    await clock.settle(askDashboard(pace, upstream, { companies: 500 }));
    expect((1_501 / (clock.now() - beganAtMs)) * 1_000).toBeGreaterThan(perSecond * 0.7);
  });

  it('is found again when it falls, and when it is lifted', async () => {
    const limits: UpstreamLimits = { ...BUCKET };
    const { clock, upstream, pace, dashboard } = open(limits);
    await dashboard();
    limits.bucket = { perSecond: 50, burst: 10 };
    const { answered } = await dashboard();
    expect(answered).toBe(CALLS);
    const after = await dashboard();
    expect(after.tookMs).toBeLessThan((CALLS / 50) * 1_000 * 1.5);
    for (let run = 0; run < 10; run += 1) await dashboard();
    limits.bucket = { perSecond: 1_000_000, burst: 1_000_000 };
    await clock.settle(askDashboard(pace, upstream, { companies: 3_000 }));
    expect((await dashboard()).tookMs).toBeLessThan(500);
  });

  it('is forgotten an hour after the last refusal', async () => {
    const { clock, pace, dashboard } = open(BUCKET);
    await dashboard();
    expect(pace.state.callsPerSecond).not.toBeNull();
    await clock.pass(3_600_000);
    await clock.settle(pace.run(toTurn(), async () => 'answer', judge));
    expect(pace.state.callsPerSecond).toBeNull();
  });
});

describe('a configured rate', () => {
  it('is kept from the first call: nothing is refused', async () => {
    const { dashboard, upstream, pace } = open(BUCKET, { callsPerSecond: 200 });
    for (let run = 0; run < 3; run += 1) {
      const { answered, tookMs, refused } = await dashboard();
      expect({ answered, refused }).toEqual({ answered: CALLS, refused: 0 });
      expect(tookMs).toBeLessThanOrEqual(1_600);
    }
    expect(pace.state.callsPerSecond).toBe(200);
    expect(mostWithin(upstream.cameAtMs, 1_000)).toBeLessThanOrEqual(220);
  });

  it.each([0.5, 3])('of %p a second is kept too', async (callsPerSecond) => {
    const { clock, upstream, pace } = open({}, { callsPerSecond });
    const calls = Array.from({ length: 10 }, () => askUntilAnswered(pace, upstream, toTurn()));
    await clock.settle(Promise.all(calls));
    expect(mostWithin(upstream.cameAtMs, 1_000 / callsPerSecond - 1)).toBe(1);
  });
});

describe('other limits', () => {
  it('429 above 50 in flight: few refusals, and no rate that slows', async () => {
    const { dashboard, pace } = open({ maxInFlight: 50 });
    for (let run = 0; run < 6; run += 1) {
      const { answered, refused, tookMs } = await dashboard();
      expect(answered).toBe(CALLS);
      expect(refused).toBeLessThanOrEqual(CALLS * 0.1);
      expect(tookMs).toBeLessThanOrEqual(700);
    }
    expect(pace.state.callsPerSecond).toBeNull();
  });

  it('a bucket that names no time is recognised as one', async () => {
    const { dashboard, pace } = open({ ...BUCKET, retryAfterMs: null });
    const runs = [];
    for (let run = 0; run < 6; run += 1) runs.push(await dashboard());
    expect(runs.every(({ answered, tookMs }) => answered === CALLS && tookMs <= 2_000)).toBe(true);
    expect(runs.slice(1).every(({ refused }) => refused <= CALLS * 0.05)).toBe(true);
    expect(pace.state.callsPerSecond).not.toBeNull();
  });

  it.each([1_000, null])('100 calls in each second, Retry-After %p', async (retryAfterMs) => {
    const { dashboard } = open({ window: { calls: 100, ms: 1_000 }, retryAfterMs });
    for (let run = 0; run < 6; run += 1) {
      const { answered, tookMs, refused } = await dashboard();
      expect(answered).toBe(CALLS);
      expect(tookMs).toBeLessThanOrEqual(5_000);
      expect(refused).toBeLessThanOrEqual(run === 0 ? CALLS / 3 : CALLS * 0.05);
    }
  });

  it('timeouts: fewer at once, and everything else is answered', async () => {
    const { clock, upstream, pace } = open({ timesOut: (call) => call % 50 === 0 });
    const asked = Array.from({ length: 300 }, () => askUntilAnswered(pace, upstream, toTurn()).catch(() => 'lost'));
    const answers = await clock.settle(Promise.all(asked));
    expect(answers.filter((answer) => answer === 'lost')).toHaveLength(6);
    expect(pace.state).toMatchObject({ callsPerSecond: null, coolingUntilMs: null, inFlight: 0 });
    expect(pace.state.cap).toBeLessThan(64);
  });
});

describe('an export beside it', () => {
  it.each<[string, UpstreamLimits]>([
    ['without limits', {}],
    ['with a bucket', BUCKET],
  ])('slows an interactive dashboard by a fifth at most, and goes on: %s', async (_name, limits) => {
    const { clock, upstream, pace, dashboard } = open(limits);
    for (let run = 0; run < 6; run += 1) await dashboard();
    const alone = await dashboard();
    let exported = 0;
    let isOn = true;
    const exporting = Array.from({ length: 200 }, async (_, index) => {
      while (isOn) {
        await askUntilAnswered(
          pace,
          upstream,
          toTurn({ lane: 'exports', callerId: 'job', companyId: `company${index}` }),
        );
        exported += 1;
      }
    });
    await clock.pass(2_000);
    for (let run = 0; run < 3; run += 1) {
      const before = exported;
      expect((await dashboard()).tookMs).toBeLessThanOrEqual(alone.tookMs * 1.2);
      expect(exported).toBeGreaterThan(before);
    }
    isOn = false;
    await clock.settle(Promise.all(exporting));
    expect(pace.state).toMatchObject({ inFlight: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });
});

/** The most calls that came in any time of this length. */
function mostWithin(cameAtMs: readonly number[], ms: number): number {
  let from = 0;
  return cameAtMs.reduce((most, atMs, index) => {
    while (atMs - (cameAtMs[from] ?? atMs) >= ms) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}
