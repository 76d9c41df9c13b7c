/** Export jobs from the request to the file, on both databases, over rows that come out of nothing. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { ExportJobRow } from '../../src/exports/job.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';
import {
  CALLER,
  type ExportHouse,
  type ExportHouseOptions,
  openExportHouse,
  RETENTION_MS,
  toEnqueue,
  toTargets,
} from '../support/export-house.js';
import { until } from '../support/until.js';

describeOnBothDatabases('export jobs', (makePlace) => {
  let place: TestPlace;
  const running: ExportHouse[] = [];
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(async () => {
    for (const house of running.splice(0)) await house.stop();
    await place.remove();
  });
  async function open(options: ExportHouseOptions = {}): Promise<ExportHouse> {
    const house = await openExportHouse(place, options);
    running.push(house);
    return house;
  }
  async function stop(house: ExportHouse): Promise<void> {
    running.splice(running.indexOf(house), 1);
    await house.stop();
  }

  it('make one file of all companies, in their order', async () => {
    const house = await open();
    const job = await house.finished((await house.enqueue(toTargets(20))).id);
    expect(job).toMatchObject({ state: 'SUCCEEDED', code: null, rows: 100, partCounts: { SUCCEEDED: 20 } });
    expect(job.files).toMatchObject([{ mediaType: 'text/csv; charset=utf-8', rows: 100 }]);
    const lines = (await house.read(job.id)).toString().split('\r\n');
    expect(lines).toHaveLength(102);
    expect([lines[0], lines[1], lines[100]]).toEqual([
      'company_id,company_name,user,points',
      'company0,Company 0,user 0,0',
      'company19,Company 19,user 4,4',
    ]);
  });

  it('are PARTIAL where companies failed, and ask for those alone when tried again', async () => {
    const house = await open();
    const failing = ['company3', 'company17', 'company41'];
    for (const id of failing) house.sources.failures.set(id, new AppError('FORBIDDEN', 'Keepnet refuses.'));
    const job = await house.finished((await house.enqueue(toTargets(50))).id);
    expect(job).toMatchObject({ state: 'PARTIAL', partCounts: { SUCCEEDED: 47, FAILED: 3 }, rows: 235 });
    expect(job.files[0]?.name).toMatch(/^leaderboard-\d{4}-\d\d-\d\d-partial\.csv$/);
    const { items } = await house.exports.parts(job.id, { states: ['FAILED'], offset: 0, limit: 10 });
    expect(items.map(({ companyId, code, message }) => ({ companyId, code, message }))).toEqual(
      failing.map((companyId) => ({ companyId, code: 'FORBIDDEN', message: 'Keepnet refuses.' })),
    );

    house.sources.failures.clear();
    house.sources.asked.length = 0;
    await house.exports.retry(CALLER, job.id);
    const again = await house.finished(job.id);
    expect([...house.sources.asked].sort()).toEqual([...failing].sort());
    expect(again).toMatchObject({ state: 'SUCCEEDED', rows: 250, partCounts: { SUCCEEDED: 50 } });
    expect(again.files.map(({ name }) => name.includes('partial'))).toEqual([false]);
    expect((await house.read(job.id)).toString().split('\r\n')).toHaveLength(252);
  });

  it('try what may pass three times, and what may not once', async () => {
    const house = await open();
    house.sources.failures.set('company0', new AppError('UPSTREAM_UNAVAILABLE', 'Keepnet is away.'));
    house.sources.failures.set('company1', new AppError('MISSING_PERMISSION', 'No.'));
    const job = await house.finished((await house.enqueue(toTargets(3))).id);
    const { items } = await house.exports.parts(job.id, { states: null, offset: 0, limit: 10 });
    expect(items.map(({ state, code, attempts }) => ({ state, code, attempts }))).toEqual([
      { state: 'FAILED', code: 'UPSTREAM_UNAVAILABLE', attempts: 3 },
      { state: 'FAILED', code: 'MISSING_PERMISSION', attempts: 1 },
      { state: 'SUCCEEDED', code: null, attempts: 1 },
    ]);
    expect([...house.sources.asked].sort()).toEqual(['company0', 'company0', 'company0', 'company1', 'company2']);
  });

  it('have no file where no company is there', async () => {
    const house = await open();
    house.sources.failures.set('company0', new Error('a fault of ours, with a secret'));
    const job = await house.finished((await house.enqueue(toTargets(1))).id);
    expect(job).toMatchObject({ state: 'FAILED', code: 'INTERNAL', files: [] });
    const { items } = await house.exports.parts(job.id, { states: null, offset: 0, limit: 1 });
    expect(items[0]?.message).not.toContain('secret');
    expect(house.lines.join('')).toContain('a fault of ours');
  });

  it('ask nothing of a company that closed its data, and say so in the name', async () => {
    const house = await open();
    const [first, ...others] = toTargets(3);
    const targets = [{ ...first, skipCode: 'COMPANY_PRIVACY_DENIED' as const }, ...others] as typeof others;
    const job = await house.finished((await house.enqueue(targets)).id);
    expect(job).toMatchObject({ state: 'SUCCEEDED', partCounts: { SUCCEEDED: 2, SKIPPED: 1 } });
    expect(job.files[0]?.name).toContain('partial');
    expect(house.sources.asked).not.toContain('company0');
  });

  it('make a header where there are no companies', async () => {
    const house = await open();
    const job = await house.enqueue([]);
    expect((await house.read(job.id)).toString()).toBe('company_id,company_name,user,points\r\n');
    expect(await house.finished(job.id)).toMatchObject({ state: 'SUCCEEDED', rows: 0 });
  });

  it('are one job for twenty requests under one key', async () => {
    const house = await open();
    const options = { ...toEnqueue(toTargets(4)), idempotencyKey: 'once' };
    const jobs = await Promise.all(Array.from({ length: 20 }, () => house.exports.enqueue(options)));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    await house.finished(jobs[0]?.id ?? '');
    expect([...house.sources.asked].sort()).toEqual(['company0', 'company1', 'company2', 'company3']);
    await expect(house.exports.enqueue({ ...options, inputText: 'other' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('can be cancelled in the middle: what runs ends, and nothing is left on disk', async () => {
    const house = await open();
    house.sources.hold = new Promise(() => undefined);
    const { id } = await house.enqueue(toTargets(30));
    await until(() => house.sources.asked.length >= 6, 'parts under way');
    const cancelled = await house.exports.cancel(CALLER, id);
    expect(cancelled).toMatchObject({ state: 'CANCELLED', files: [], partCounts: { CANCELLED: 30 } });
    const asked = house.sources.asked.length;
    expect(house.sources.aborted).toHaveLength(asked);
    expect(await house.finished(id)).toMatchObject({ state: 'CANCELLED' });
    expect(house.sources.asked).toHaveLength(asked);
    await expect(house.exports.retry(CALLER, id)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await house.exports.cancel(CALLER, id)).toMatchObject({ state: 'CANCELLED' });
  });

  it('are given back at a stop, and end after the next start as they would have', async () => {
    const undisturbed = await open();
    const first = await undisturbed.finished((await undisturbed.enqueue(toTargets(30))).id);
    await stop(undisturbed);

    const stopped = await open();
    const { id } = await stopped.enqueue(toTargets(30));
    await until(async () => ((await stopped.exports.find(CALLER, id))?.partCounts.SUCCEEDED ?? 0) > 3, 'some parts');
    stopped.sources.hold = new Promise(() => undefined);
    await stop(stopped);

    const next = await open();
    const job = await next.finished(id);
    expect(job).toMatchObject({ state: 'SUCCEEDED', partCounts: { SUCCEEDED: 30 } });
    expect(job.files[0]?.sha256).toBe(first.files[0]?.sha256);
    expect(next.sources.asked.length).toBeLessThan(30);
    await next.read(id);
  });

  it('are not there for another caller', async () => {
    const house = await open();
    const { id } = await house.enqueue(toTargets(1));
    const { files } = await house.finished(id);
    const notFound = { code: 'EXPORT_NOT_FOUND' };
    expect(await house.exports.find('somebody', id)).toBeNull();
    expect(await house.exports.list('somebody', { states: null, offset: 0, limit: 10 })).toMatchObject({
      totalCount: 0,
    });
    await expect(house.exports.cancel('somebody', id)).rejects.toMatchObject(notFound);
    await expect(house.exports.retry('somebody', id)).rejects.toMatchObject(notFound);
    await expect(house.exports.openFile('somebody', id, files[0]?.name ?? '')).rejects.toMatchObject(notFound);
    const watching = house.exports.watch('somebody', id, AbortSignal.timeout(1_000))[Symbol.asyncIterator]();
    await expect(watching.next()).rejects.toMatchObject(notFound);
    await expect(house.exports.openFile(CALLER, id, '../../keepnet-graph.db')).rejects.toMatchObject(notFound);
  });

  it('have no file to fetch before their end', async () => {
    const house = await open();
    let release = () => {};
    house.sources.hold = new Promise((resolve) => {
      release = resolve;
    });
    const { id } = await house.enqueue(toTargets(1));
    await expect(house.exports.openFile(CALLER, id, 'any.csv')).rejects.toMatchObject({ code: 'EXPORT_NOT_READY' });
    release();
    await house.read(id);
  });

  it('are watched from the first state to the last, and no longer than somebody listens', async () => {
    const house = await open();
    let release = () => {};
    house.sources.hold = new Promise((resolve) => {
      release = resolve;
    });
    const { id } = await house.enqueue(toTargets(8));
    const seen: ExportJobRow[] = [];
    for await (const job of house.exports.watch(CALLER, id, AbortSignal.timeout(10_000))) {
      seen.push(job);
      if (job.state === 'RUNNING') release();
    }
    expect(seen.at(-1)).toMatchObject({ state: 'SUCCEEDED', rows: 40 });
    expect(seen.slice(0, -1).every(({ state }) => state === 'QUEUED' || state === 'RUNNING')).toBe(true);

    house.sources.hold = new Promise(() => undefined);
    const other = await house.enqueue(toTargets(1));
    const leaving = new AbortController();
    const ended = (async () => {
      for await (const _ of house.exports.watch(CALLER, other.id, leaving.signal)) leaving.abort();
      return 'ended';
    })();
    expect(await ended).toBe('ended');
  });

  it('lose their files after the retention, and are forgotten later', async () => {
    const house = await open();
    const { id } = await house.enqueue(toTargets(2));
    const { files } = await house.finished(id);
    const name = files[0]?.name ?? '';
    house.clock.skip(RETENTION_MS + 60_000);
    await stop(house);
    const later = await open({ clock: house.clock });
    await until(async () => (await later.exports.find(CALLER, id))?.state === 'EXPIRED', 'the end of the retention');
    await expect(later.exports.openFile(CALLER, id, name)).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
    await stop(later);
    house.clock.skip(8 * 24 * 60 * 60 * 1000);
    const muchLater = await open({ clock: house.clock });
    await until(async () => (await muchLater.exports.find(CALLER, id)) === null, 'the job is forgotten');
    expect(await muchLater.exports.list(CALLER, { states: null, offset: 0, limit: 10 })).toMatchObject({
      totalCount: 0,
    });
  });

  it('refuse what no file can be made of', async () => {
    const house = await open();
    const targets = toTargets(2);
    const refused = { code: 'BAD_USER_INPUT' };
    await expect(house.enqueue(targets, { format: 'PDF' })).rejects.toMatchObject(refused);
    await expect(house.enqueue(targets, { layout: 'ONE_SHEET_PER_COMPANY' })).rejects.toMatchObject(refused);
    await expect(house.enqueue(targets, { source: 'KEEPNET_FILE', format: 'NDJSON' })).rejects.toMatchObject(refused);
    await expect(house.enqueue(targets, { source: 'KEEPNET_FILE' })).rejects.toMatchObject(refused);
    expect(house.sources.asked).toEqual([]);
  });
});
