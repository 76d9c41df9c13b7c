/** How old an answer is: a session tells when the oldest of what it was given was read from Keepnet. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createAnswerCache } from '../../src/keepnet/cache.js';
import { createKeepnetClient, type KeepnetClient } from '../../src/keepnet/client.js';
import type { KeepnetSession } from '../../src/keepnet/session.js';
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/credentials.js';
import { createLog } from '../../src/telemetry.js';
import { startSimulator, type TestSimulator } from '../support/simulator.js';

let simulator: TestSimulator;
let client: KeepnetClient;

beforeAll(async () => {
  simulator = await startSimulator({ companies: 5 });
  client = createKeepnetClient(
    {
      baseUrl: simulator.url,
      ...SIMULATOR_CREDENTIALS,
      transport: 'undici',
      timeZone: 'UTC',
      dateFormat: 'DD/MM/YYYY',
      maxInFlight: 8,
      callsPerSecond: null,
      callTimeoutMs: 5_000,
      cacheTtlMs: 60_000,
    },
    { log: createLog('silent'), cache: createAnswerCache({ maxBytes: 10_000_000 }) },
  );
});
afterAll(async () => {
  client.stop();
  await simulator.stop();
});

function openSession(): KeepnetSession {
  return client.openSession({
    signal: new AbortController().signal,
    requestId: 'request-1',
    deadlineAtMs: Date.now() + 5_000,
    lane: 'interactive',
    maxCalls: 10,
    isFresh: false,
    sees: null,
    mask: null,
  });
}

const untilTheNextMillisecond = () => new Promise((resolve) => setTimeout(resolve, 2));

it('an answer that was kept is as old as it was when it came, the directory too', async () => {
  expect(openSession().receipt().oldestAnswerAtMs).toBeNull();
  const beforeAtMs = Date.now();
  const first = openSession();
  const { companies } = await first.directory();
  const readAtMs = first.receipt().oldestAnswerAtMs ?? 0;
  expect(readAtMs).toBeGreaterThanOrEqual(beforeAtMs);
  expect(readAtMs).toBeLessThanOrEqual(Date.now());

  await untilTheNextMillisecond();
  const other = openSession();
  const companyId = companies.find(({ isOpen }) => isOpen)?.companyId;
  if (companyId === undefined) throw new Error('expected an open company');
  await other.countSummary(companyId);
  const askedAtMs = other.receipt().oldestAnswerAtMs ?? 0;
  expect(askedAtMs).toBeGreaterThan(readAtMs);
  await untilTheNextMillisecond();
  const again = openSession();
  await again.countSummary(companyId);
  expect(again.receipt()).toMatchObject({ calls: 0, cached: 1 });
  // Two clocks, of which one counts parts of a millisecond.
  expect(Math.abs((again.receipt().oldestAnswerAtMs ?? 0) - askedAtMs)).toBeLessThanOrEqual(1);
  await again.directory();
  expect(again.receipt()).toMatchObject({ calls: 0, oldestAnswerAtMs: readAtMs });
});
