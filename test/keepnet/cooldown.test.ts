/** How long everybody waits after a 429. */
import { describe, expect, it } from '@jest/globals';
import { type Cooldown, createCooldown } from '../../src/keepnet/cooldown.js';

const NOW_MS = 1_000_000;

/** Refusals, each a millisecond after the pause before, and the length of the pause that each begins. */
function pauses(cooldown: Cooldown, times: number, successesBetween = 0): number[] {
  return Array.from({ length: times }, () => {
    const nowMs = Math.max(NOW_MS, cooldown.untilMs + 1);
    for (let success = 0; success < successesBetween; success += 1) cooldown.succeeded(nowMs);
    cooldown.refused({ startedAtMs: nowMs, retryAfterMs: null }, nowMs);
    return cooldown.untilMs - nowMs;
  });
}

describe('the pause', () => {
  it('lasts as long as Keepnet says; the longer of two wins', () => {
    const cooldown = createCooldown();
    expect(cooldown.untilMs).toBeLessThan(NOW_MS);
    cooldown.refused({ startedAtMs: NOW_MS - 1, retryAfterMs: 3_000 }, NOW_MS);
    cooldown.refused({ startedAtMs: NOW_MS - 1, retryAfterMs: 1_000 }, NOW_MS + 500);
    expect(cooldown.untilMs).toBe(NOW_MS + 3_000);
    cooldown.refused({ startedAtMs: NOW_MS - 1, retryAfterMs: 3_000 }, NOW_MS + 600);
    expect(cooldown.untilMs).toBe(NOW_MS + 3_600);
  });

  it('lasts ten minutes at most, whatever a wrong clock makes Keepnet say', () => {
    const cooldown = createCooldown();
    cooldown.refused({ startedAtMs: NOW_MS - 1, retryAfterMs: 31 * 365 * 86_400_000 }, NOW_MS);
    expect(cooldown.untilMs).toBe(NOW_MS + 600_000);
  });

  it('doubles from 200 ms to 5 s while it does not help and Keepnet names no time', () => {
    expect(
      pauses(
        createCooldown(() => 1),
        7,
      ),
    ).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('is short again after it has helped', () => {
    const cooldown = createCooldown(() => 1);
    expect(pauses(cooldown, 3)).toEqual([200, 400, 800]);
    expect(pauses(cooldown, 2, 3)).toEqual([200, 200]);
  });

  it('is shortened by up to a quarter, so that servers that share a limit come back apart', () => {
    expect(
      pauses(
        createCooldown(() => 0),
        2,
      ),
    ).toEqual([150, 300]);
  });

  it('begins once for calls that were refused together', () => {
    const cooldown = createCooldown(() => 1);
    for (let call = 0; call < 20; call += 1) {
      cooldown.refused({ startedAtMs: NOW_MS - call, retryAfterMs: null }, NOW_MS + call);
    }
    expect(cooldown.untilMs).toBe(NOW_MS + 200);
  });

  it.each([0, -5_000])('takes a Retry-After of %i for none', (retryAfterMs) => {
    const cooldown = createCooldown(() => 1);
    cooldown.refused({ startedAtMs: NOW_MS, retryAfterMs }, NOW_MS);
    expect(cooldown.untilMs).toBe(NOW_MS + 200);
  });
});
