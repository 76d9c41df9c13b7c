/** How one part is done: what is tried again and when, what a full disk means, and what becomes of lost parts and lost claims. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { toPauseMs } from '../../src/exports/worker.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';
import { CALLER, type ExportHouse, openExportHouse, toTargets } from '../support/export-house.js';
import { createSyntheticSources } from '../support/synthetic-sources.js';
import { until } from '../support/until.js';

const unavailable = (retryAfterMs?: number) =>
  new AppError('UPSTREAM_RATE_LIMITED', 'Later.', retryAfterMs === undefined ? {} : { retryAfterMs });

describe('the pause before the next attempt', () => {
  const middle = () => 0.5;
  it.each<[string, unknown, number, number | null]>([
    ['grows', unavailable(), 1, 2_000],
    ['grows further', unavailable(), 2, 4_000],
    ['is as long as Keepnet says', unavailable(120_000), 1, 120_000],
    ['is never shorter than our own', unavailable(1), 1, 2_000],
    ['is none where Keepnet says too long', unavailable(301_000), 1, null],
    ['is none for what will not pass', new AppError('FORBIDDEN', 'No.'), 1, null],
    ['is none for a full disk', new AppError('STORAGE_FULL', 'Full.'), 1, null],
    ['is none for a fault of ours', new TypeError('oh'), 1, null],
  ])('%s', (_what, error, attempt, expected) => {
    expect(toPauseMs(error, attempt, middle)).toBe(expected);
  });
});

describeOnBothDatabases('parts', (makePlace) => {
  let place: TestPlace;
  let house: ExportHouse;
  beforeEach(async () => {
    place = await makePlace();
    house = await openExportHouse(place);
  });
  afterEach(async () => {
    await house.stop();
    await place.remove();
  });

  it('that succeed at a later attempt are whole, and nothing of the earlier one is in the file', async () => {
    house.sources.failures.set('company0', unavailable());
    const { id } = await house.enqueue(toTargets(1));
    await until(() => house.sources.asked.length === 2, 'a second attempt');
    house.sources.failures.clear();
    const job = await house.finished(id);
    expect(job).toMatchObject({ state: 'SUCCEEDED', rows: 5 });
    expect((await house.read(id)).toString().split('\r\n')).toHaveLength(7);
    const { items } = await house.exports.parts(id, { states: null, offset: 0, limit: 1 });
    expect(items[0]).toMatchObject({ rows: 5, attempts: house.sources.asked.length });
  });

  it('fail the job where the disk is full, ask no more for it, and go on when there is room', async () => {
    const held = new Promise<void>((resolve) => setTimeout(resolve, 50));
    house.sources.hold = held;
    house.sources.failures.set('company0', new AppError('STORAGE_FULL', 'Full.'));
    const { id } = await house.enqueue(toTargets(40));
    expect(await house.finished(id)).toMatchObject({ state: 'FAILED', code: 'STORAGE_FULL', files: [] });
    expect(house.sources.asked.length).toBeLessThan(40);
    expect(house.sources.asked.filter((company) => company === 'company0')).toHaveLength(1);
    house.sources.failures.clear();
    await house.exports.retry(CALLER, id);
    expect(await house.finished(id)).toMatchObject({ state: 'SUCCEEDED', rows: 200 });
  });

  const itOnSmallDisk = canMount() ? it : it.skip;
  itOnSmallDisk(
    'survive a disk that is really full: the job fails, questions are answered, a retry succeeds',
    async () => {
      const folder = join(place.dataDirectory, 'exports');
      await mkdir(folder, { recursive: true });
      mountSmallDisk(folder);
      try {
        await house.stop();
        house = await openExportHouse(place, {
          sources: createSyntheticSources({ rowsPerCompany: 100_000, rowsPerPage: 1_000 }),
        });
        const { id } = await house.enqueue(toTargets(2));
        expect(await house.finished(id)).toMatchObject({ state: 'FAILED', code: 'STORAGE_FULL' });
        expect(await readdir(join(folder, id, 'parts'))).not.toContainEqual(expect.stringMatching(/\.part$/));
        expect((await house.exports.list(CALLER, { states: null, offset: 0, limit: 1 })).totalCount).toBe(1);
        execFileSync('mount', ['-o', 'remount,size=64m', folder]);
        await house.exports.retry(CALLER, id);
        expect(await house.finished(id)).toMatchObject({ state: 'SUCCEEDED', rows: 200_000 });
        await house.read(id);
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
    },
  );

  it('whose rows are gone from the disk are asked for again', async () => {
    house.sources.failures.set('company2', new AppError('FORBIDDEN', 'No.'));
    const { id } = await house.enqueue(toTargets(3));
    expect(await house.finished(id)).toMatchObject({ state: 'PARTIAL' });
    await rm(join(place.dataDirectory, 'exports', id, 'parts'), { recursive: true });
    house.sources.failures.clear();
    await house.exports.retry(CALLER, id);
    expect(await house.finished(id)).toMatchObject({ state: 'SUCCEEDED', rows: 15, partCounts: { SUCCEEDED: 3 } });
    expect([...house.sources.asked].sort()).toEqual([
      'company0',
      'company0',
      'company1',
      'company1',
      'company2',
      'company2',
    ]);
  });

  it('take turns: a job of many companies does not hold up the job of another', async () => {
    house.sources.hold = new Promise((resolve) => setTimeout(resolve, 20));
    const many = await house.enqueue(toTargets(200));
    const few = await house.exports.enqueue({
      callerId: 'other',
      request: many.request,
      targets: [{ companyId: 'few', companyName: 'Few', skipCode: null }],
      idempotencyKey: null,
      inputText: '',
    });
    await until(async () => (await house.exports.find('other', few.id))?.state === 'SUCCEEDED', 'the small job');
    const { partCounts } = (await house.exports.find(CALLER, many.id)) ?? {};
    expect(partCounts?.QUEUED ?? 0).toBeGreaterThan(50);
    await house.exports.cancel(CALLER, many.id);
  });
});

function mountSmallDisk(path: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' });
}

/** Only root may, and not in every container. */
function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'keepnet-graph-mount-'));
  try {
    mountSmallDisk(path);
    execFileSync('umount', [path]);
    return true;
  } catch {
    console.warn('No small disk can be mounted here: "a disk that is really full" is SKIPPED.');
    return false;
  } finally {
    rmdirSync(path);
  }
}
