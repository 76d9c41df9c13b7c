import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { CallSignal } from '../../src/keepnet/call-signal.js';
import { createSharedFlights } from '../../src/keepnet/shared-flights.js';

const forever = () => new AbortController().signal;

/** Work that ends when it is told to, and how often it began. */
function createWork() {
  const begun: { signal: CallSignal; land: (value: string) => void; crash: (error: unknown) => void }[] = [];
  const work = (signal: CallSignal) => new Promise<string>((land, crash) => begun.push({ signal, land, crash }));
  return { begun, work };
}

describe('shared flights', () => {
  it('are one for a key while they last, and tell who joined', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const first = flights.join('a', forever(), work);
    const second = flights.join('a', forever(), work);
    expect([first.joined, second.joined]).toEqual([false, true]);
    expect(begun).toHaveLength(1);
    expect([flights.isUnderWay('a'), flights.isUnderWay('b')]).toEqual([true, false]);
    begun[0]?.land('one');
    expect(await Promise.all([first.promise, second.promise])).toEqual(['one', 'one']);
    expect(flights.isUnderWay('a')).toBe(false);
    const later = flights.join('a', forever(), work);
    expect(later.joined).toBe(false);
    begun[1]?.land('two');
    expect(await later.promise).toBe('two');
  });

  it('are apart for different keys', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const a = flights.join('a', forever(), work).promise;
    const b = flights.join('b', forever(), work).promise;
    begun[1]?.land('of b');
    begun[0]?.land('of a');
    expect(await Promise.all([a, b])).toEqual(['of a', 'of b']);
  });

  it('fail for all who wait, also where the work throws before it begins to wait', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const both = Promise.allSettled(
      [flights.join('a', forever(), work), flights.join('a', forever(), work)].map((one) => one.promise),
    );
    const crash = new Error('no');
    begun[0]?.crash(crash);
    expect(await both).toEqual([
      { status: 'rejected', reason: crash },
      { status: 'rejected', reason: crash },
    ]);
    const thrown = flights.join<string>('a', forever(), () => {
      throw crash;
    });
    await expect(thrown.promise).rejects.toBe(crash);
    expect(flights.join('a', forever(), async () => 'again').joined).toBe(false);
  });

  it('let one asker leave at once, with its own reason, and go on for the others', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const leaver = new AbortController();
    const left = flights.join('a', leaver.signal, work).promise;
    const stayed = flights.join('a', forever(), work).promise;
    const reason = new AppError('DEADLINE_EXCEEDED', 'over');
    leaver.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.land('still');
    expect(await stayed).toBe('still');
  });

  it('are aborted when the last asker leaves; whoever comes then gets a new one, whatever becomes of the old', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const askers = [new AbortController(), new AbortController()];
    const left = Promise.allSettled(askers.map(({ signal }) => flights.join('a', signal, work).promise));
    askers[0]?.abort();
    expect(begun[0]?.signal.aborted).toBe(false);
    askers[1]?.abort();
    expect(begun[0]?.signal.aborted).toBe(true);
    const next = flights.join('a', forever(), work);
    expect(next.joined).toBe(false);
    begun[0]?.crash(new Error('late'));
    await left;
    await new Promise((resolve) => setImmediate(resolve));
    expect(flights.join('a', forever(), work).joined).toBe(true);
    begun[1]?.land('fresh');
    expect(await next.promise).toBe('fresh');
  });

  it('are not aborted by an asker that leaves after they have settled', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const asker = new AbortController();
    const { promise } = flights.join('a', asker.signal, work);
    begun[0]?.land('done');
    await promise;
    asker.abort();
    expect(begun[0]?.signal.aborted).toBe(false);
  });

  it('do not begin for a signal that has fired', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const { promise, joined } = flights.join('a', AbortSignal.abort(), work);
    await expect(promise).rejects.toBeInstanceOf(AppError);
    expect([joined, begun.length]).toEqual([false, 0]);
  });

  it('leave no listener behind, however they end', async () => {
    const flights = createSharedFlights();
    const { begun, work } = createWork();
    const stays = new AbortController();
    const leaves = new AbortController();
    const listening = () => [stays, leaves].map(({ signal }) => getEventListeners(signal, 'abort').length);
    const all = ['lands', 'crashes'].flatMap((key) =>
      [stays, leaves].map(({ signal }) => flights.join(key, signal, work).promise),
    );
    const settled = Promise.allSettled(all);
    expect(listening()).toEqual([1, 1]);
    leaves.abort();
    begun[0]?.land('yes');
    begun[1]?.crash(new Error('no'));
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(listening()).toEqual([0, 0]);
  });
});
