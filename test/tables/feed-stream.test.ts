/** A table as it lands: whoever is quick is told first, and the last word is who is missing. */
import { describe, expect, it } from '@jest/globals';
import { type FeedEvent, streamFeed } from '../../src/tables/feed-stream.js';
import { createFakeWorld } from '../support/fake-tables.js';

async function readEvents(events: AsyncIterable<FeedEvent>): Promise<FeedEvent[]> {
  const read: FeedEvent[] = [];
  for await (const event of events) read.push(event);
  return read;
}

/** `company rows`, with a full stop behind the last of a company. */
function toLine(event: FeedEvent): string {
  if (event.kind === 'rows') return `${event.company?.companyId ?? ''} ${event.rows.length}${event.isLast ? '.' : ''}`;
  return event.kind === 'gap' ? `${event.gap.companyId} ${event.gap.code}` : 'coverage';
}

describe('a stream', () => {
  it('holds nobody back: a slow company comes last', async () => {
    const world = createFakeWorld({ a: 150, b: 3, c: 0 });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.hold = (company) => (company === 'a' ? held : Promise.resolve());
    const events = streamFeed(world.options('things'));
    const first = [(await events.next()).value, (await events.next()).value] as FeedEvent[];
    expect(first.map(toLine)).toEqual(['b 3.', 'c 0.']);
    release();
    expect((await readEvents(events)).map(toLine)).toEqual(['a 100', 'a 50.', 'coverage']);
  });

  it('tells each gap in its place, and all of them at the end', async () => {
    const world = createFakeWorld({ a: 2, b: 2, c: 2 });
    world.fail('b', 'COMPANY_PRIVACY_DENIED');
    const events = await readEvents(streamFeed(world.options('things', { missing: 1 })));
    expect(events.map(toLine).toSorted()).toEqual([
      'a 2.',
      'b COMPANY_PRIVACY_DENIED',
      'c 2.',
      'coverage',
      'null LIST_CHANGED',
    ]);
    expect(events.at(-1)).toMatchObject({
      coverage: { companiesInScope: 4, answered: 2, restricted: 1, failed: 1, skipped: 0, complete: false },
    });
    expect(events.at(-1)).toMatchObject({ coverage: { gaps: [{ companyId: null }, { companyId: 'b' }] } });
  });

  it('of a table that is not per company has one list', async () => {
    const world = createFakeWorld(Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`company${at}`, 0])));
    const events = await readEvents(streamFeed(world.options('companies')));
    expect(events.map(toLine)).toEqual([' 100', ' 30.', 'coverage']);
    expect(events.at(-1)).toMatchObject({ coverage: { companiesInScope: 130, answered: 130, complete: true } });
  });

  it('ends with the failure where a list cannot be read to its end', async () => {
    const world = createFakeWorld({ a: 250, b: 2 });
    world.fail('a', 'UPSTREAM_TIMEOUT', 2);
    const told: string[] = [];
    const reading = (async () => {
      for await (const event of streamFeed(world.options('things'))) told.push(toLine(event));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(told).not.toContain('coverage');
  });

  it('asks of many companies at once, in bounds, and of no more than are taken', async () => {
    const ids = Array.from({ length: 200 }, (_, at) => `company${at + 100}`);
    const world = createFakeWorld(Object.fromEntries(ids.map((id) => [id, 300])));
    const events = streamFeed(world.options('things'));
    await events.next();
    for (let turns = 0; turns < 300; turns += 1) await new Promise(setImmediate);
    expect(world.mostAtOnce()).toBe(64);
    expect(world.asked.length).toBeLessThanOrEqual(66);
    expect((await readEvents(events)).filter(({ kind }) => kind === 'rows')).toHaveLength(599);
  });
});
