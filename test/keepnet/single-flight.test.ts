import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { createSingleFlight } from '../../src/keepnet/single-flight.js';

/** Flights that end when they are told to. */
function createFlights() {
  const flights: { signal: AbortSignal; land: (value: string) => void; crash: (error: Error) => void }[] = [];
  const flight = createSingleFlight(
    (signal) => new Promise<string>((land, crash) => flights.push({ signal, land, crash })),
  );
  return { flight, flights };
}
const forever = new AbortController().signal;

describe('single flight', () => {
  it('is shared by all who ask while it lasts, and new afterwards', async () => {
    const { flight, flights } = createFlights();
    const both = Promise.all([flight.join(forever), flight.join(forever)]);
    flights[0]?.land('one');
    expect(await both).toEqual(['one', 'one']);
    const later = flight.join(forever);
    flights[1]?.land('two');
    expect(await later).toBe('two');
    expect(flights).toHaveLength(2);
  });

  it('fails for all who wait, and is not kept', async () => {
    const { flight, flights } = createFlights();
    const outcomes = Promise.allSettled([flight.join(forever), flight.join(forever)]);
    flights[0]?.crash(new Error('no'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = flight.join(forever);
    flights[1]?.land('yes');
    expect(await later).toBe('yes');
  });

  it('goes on when the first asker leaves and another waits', async () => {
    const { flight, flights } = createFlights();
    const first = new AbortController();
    const left = flight.join(first.signal);
    const stayed = flight.join(forever);
    const reason = new AppError('DEADLINE_EXCEEDED', 'over');
    first.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(flights[0]?.signal.aborted).toBe(false);
    flights[0]?.land('still');
    expect(await stayed).toBe('still');
  });

  it('ends when nobody waits any more, and the next asker does not get its ruins', async () => {
    const { flight, flights } = createFlights();
    const askers = [new AbortController(), new AbortController()];
    const left = Promise.allSettled(askers.map(({ signal }) => flight.join(signal)));
    for (const asker of askers) asker.abort();
    await left;
    expect(flights[0]?.signal.aborted).toBe(true);
    const next = flight.join(forever);
    flights[0]?.crash(new Error('late'));
    flights[1]?.land('fresh');
    expect(await next).toBe('fresh');
  });

  it('does not take off for a signal that has fired', async () => {
    const { flight, flights } = createFlights();
    await expect(flight.join(AbortSignal.abort())).rejects.toBeInstanceOf(AppError);
    expect(flights).toHaveLength(0);
  });
});
