/** The switch per endpoint: what opens it, what never does, and how it closes again. */
import { describe, expect, it } from '@jest/globals';
import { createCircuit } from '../../src/keepnet/circuit.js';
import { CallFailure } from '../../src/keepnet/failure.js';

const ENDPOINT = 'target-users/search';

function openCircuit() {
  let nowMs = 0;
  const circuit = createCircuit(() => nowMs);
  const isRefused = (endpoint = ENDPOINT) => {
    try {
      circuit.enter(endpoint);
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(CallFailure);
      expect(error).toMatchObject({ kind: 'UNAVAILABLE', retryAfterMs: expect.any(Number) });
      return true;
    }
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { circuit, isRefused, pass };
}

describe('the circuit', () => {
  it('opens when one company after the other fails, for that endpoint alone', () => {
    const { circuit, isRefused } = openCircuit();
    for (let n = 0; n < 9; n += 1) circuit.failed(ENDPOINT, `company${n % 3}`);
    expect(isRefused()).toBe(false);
    circuit.failed(ENDPOINT, 'company0');
    expect(isRefused()).toBe(true);
    expect(isRefused('leaderboard/get-all')).toBe(false);
    expect(circuit.open()).toEqual([ENDPOINT]);
  });

  it('never opens for the trouble of one company or two', () => {
    const { circuit, isRefused } = openCircuit();
    for (let n = 0; n < 1_000; n += 1) circuit.failed(ENDPOINT, `company${n % 2}`);
    expect(isRefused()).toBe(false);
  });

  it('forgets its failures at each success', () => {
    const { circuit, isRefused } = openCircuit();
    for (let n = 0; n < 100; n += 1) {
      circuit.failed(ENDPOINT, `company${n}`);
      if (n % 9 === 8) circuit.succeeded(ENDPOINT);
    }
    expect(isRefused()).toBe(false);
  });

  it('lets one call through after five seconds, and closes when that succeeds', () => {
    const { circuit, isRefused, pass } = openCircuit();
    for (let n = 0; n < 10; n += 1) circuit.failed(ENDPOINT, `company${n}`);
    pass(4_999);
    expect(isRefused()).toBe(true);
    pass(1);
    expect([isRefused(), isRefused(), isRefused()]).toEqual([false, true, true]);
    circuit.succeeded(ENDPOINT);
    expect(isRefused()).toBe(false);
    expect(circuit.open()).toEqual([]);
  });

  it('stays open for another while when that fails', () => {
    const { circuit, isRefused, pass } = openCircuit();
    for (let n = 0; n < 10; n += 1) circuit.failed(ENDPOINT, `company${n}`);
    pass(5_000);
    expect(isRefused()).toBe(false);
    circuit.failed(ENDPOINT, 'company0');
    pass(4_999);
    expect(isRefused()).toBe(true);
    pass(1);
    expect(isRefused()).toBe(false);
  });

  it('lets another through where the one that it let through was abandoned', () => {
    const { circuit, isRefused, pass } = openCircuit();
    for (let n = 0; n < 10; n += 1) circuit.failed(ENDPOINT, `company${n}`);
    pass(5_000);
    expect([isRefused(), isRefused()]).toEqual([false, true]);
    circuit.abandoned(ENDPOINT);
    expect(isRefused()).toBe(false);
  });

  it('opens for an endpoint of the credential without asking for companies', () => {
    const { circuit, isRefused } = openCircuit();
    for (let n = 0; n < 10; n += 1) circuit.failed(ENDPOINT, null);
    expect(isRefused()).toBe(true);
  });
});
