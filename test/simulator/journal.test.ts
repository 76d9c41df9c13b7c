/** The journal is bounded: the oldest entries go, and are counted. */
import { expect, it } from '@jest/globals';
import { createJournal } from '../../src/simulator/journal.js';

const ARRIVAL = {
  method: 'GET',
  path: '/api/companies/my',
  companyId: null,
  companyHeaders: { 'x-keepnet-company-id': null, 'x-ir-company-id': null },
  clientId: null,
};

it('keeps the newest entries and counts those it dropped', () => {
  const journal = createJournal(100);
  for (let call = 0; call < 1_000; call += 1) journal.close(journal.open(ARRIVAL), { status: 200, aborted: false });
  const { entries, dropped, maxInFlight } = journal.report();
  expect(entries.length).toBeLessThanOrEqual(110);
  expect(entries.at(-1)?.seq).toBe(1_000);
  expect(entries.length + dropped).toBe(1_000);
  expect(maxInFlight).toBe(1);
});

it('closes an entry once, and begins its maximum anew when cleared', () => {
  const journal = createJournal();
  const [one, other] = [journal.open(ARRIVAL), journal.open(ARRIVAL)];
  journal.close(one, { status: 200, aborted: false });
  journal.close(one, { status: null, aborted: true });
  expect(one).toMatchObject({ status: 200, aborted: false });
  expect([journal.inFlight(), journal.report().maxInFlight]).toEqual([1, 2]);
  journal.clear();
  expect(journal.report()).toEqual({ entries: [], maxInFlight: 1, dropped: 0 });
  journal.close(other, { status: 200, aborted: false });
  expect(journal.inFlight()).toBe(0);
});
