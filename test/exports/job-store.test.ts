/** Jobs as they come into the store and are seen there: insertion, idempotency keys, lists, parts, expiry. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createJobStore, type JobStore } from '../../src/exports/job-store.js';
import type { Database } from '../../src/store/database.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';
import { anOrder, aTarget, forceJob, forcePart } from '../support/export-jobs.js';

const RETENTION_MS = 1_000_000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

describeOnBothDatabases('the store of export jobs', (makePlace) => {
  let place: TestPlace;
  let database: Database;
  let store: JobStore;
  let nowMs: number;

  const openStore = async () => {
    database = await place.open();
    store = createJobStore(database, { retentionMs: RETENTION_MS, clock: { now: () => nowMs } });
  };
  beforeEach(async () => {
    nowMs = 1_760_000_000_000;
    place = await makePlace();
    await openStore();
  });
  afterEach(() => place.remove());

  const count = async (table: string) => {
    const [row] = await database.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
    return row?.n;
  };
  const all = { states: null, offset: 0, limit: 1_000 } as const;

  it('gives back a new job as it was ordered', async () => {
    const order = anOrder({ companies: 3 });
    const { job, created } = await store.insert(order);
    expect(created).toBe(true);
    expect(job).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9]{22}$/),
      callerId: 'caller-a',
      request: order.request,
      state: 'QUEUED',
      code: null,
      createdAtMs: nowMs,
      startedAtMs: null,
      finishedAtMs: null,
      expiresAtMs: null,
      files: [],
      partCounts: { QUEUED: 3 },
      rows: 0,
      bytes: 0,
    });
    expect(await store.find(job.id)).toEqual(job);
  });

  it('has what it answered after a restart', async () => {
    const { job } = await store.insert(anOrder());
    await database.close();
    await openStore();
    expect(await store.find(job.id)).toEqual(job);
  });

  it('finds nothing under other ids, whatever is in them', async () => {
    await store.insert(anOrder());
    expect(await Promise.all(['', 'unknown', "' OR 1=1", '\0'].map((id) => store.find(id)))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('keeps parts in order; a closed company is skipped from the beginning, with the reason', async () => {
    const targets = [aTarget(0), aTarget(1, 'COMPANY_PRIVACY_DENIED'), { ...aTarget(2), companyName: 'N\0ul ✓' }];
    const { job } = await store.insert(anOrder({ targets }));
    const { items, totalCount } = await store.parts(job.id, all);
    expect(totalCount).toBe(3);
    expect(
      items.map(({ position, companyId, companyName, state, code }) => [position, companyId, companyName, state, code]),
    ).toEqual([
      [0, 'company-0', 'Company 0', 'QUEUED', null],
      [1, 'company-1', 'Company 1', 'SKIPPED', 'COMPANY_PRIVACY_DENIED'],
      [2, 'company-2', 'Nul ✓', 'QUEUED', null],
    ]);
    expect(items[1]).toMatchObject({
      skipCode: 'COMPANY_PRIVACY_DENIED',
      message: expect.stringContaining('closed its data'),
    });
    expect(items[0]).toMatchObject({
      jobId: job.id,
      skipCode: null,
      message: null,
      rows: 0,
      bytes: 0,
      sha256: null,
      attempts: 0,
    });
  });

  it('takes 1,000 parts, and gives them in pages by state', async () => {
    const { job } = await store.insert(anOrder({ companies: 1_000 }));
    expect(job.partCounts).toEqual({ QUEUED: 1_000 });
    await forcePart(database, job.id, 997, 'FAILED');
    await forcePart(database, job.id, 998, 'SUCCEEDED');
    const page = await store.parts(job.id, { states: ['QUEUED', 'FAILED'], offset: 995, limit: 3 });
    expect(page.totalCount).toBe(999);
    expect(page.items.map(({ position }) => position)).toEqual([995, 996, 997]);
    expect(await store.parts(job.id, { states: [], offset: 0, limit: 3 })).toEqual({ items: [], totalCount: 0 });
  });

  it('keeps nothing of a job of which a part cannot be kept', async () => {
    const broken = { ...aTarget(1), companyId: null } as unknown as ReturnType<typeof aTarget>;
    const order = anOrder({ targets: [aTarget(0), broken], idempotencyKey: 'key' });
    await expect(store.insert(order)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect([await count('export_jobs'), await count('export_parts'), await count('export_idempotency')]).toEqual([
      0, 0, 0,
    ]);
  });

  it('brings back the job of an idempotency key, also after a restart and when the companies are others', async () => {
    const { job } = await store.insert(anOrder({ idempotencyKey: 'key' }));
    await database.close();
    await openStore();
    nowMs += 24 * 60 * 60 * 1000;
    expect(await store.insert(anOrder({ idempotencyKey: 'key', companies: 5 }))).toEqual({ job, created: false });
    expect(await count('export_jobs')).toBe(1);
  });

  it('makes one job of 20 orders with one key at once', async () => {
    const orders = Array.from({ length: 20 }, () => store.insert(anOrder({ idempotencyKey: 'key', companies: 30 })));
    const answers = await Promise.all(orders);
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(answers.map(({ job }) => job.partCounts)).toEqual(Array(20).fill({ QUEUED: 30 }));
    expect([await count('export_jobs'), await count('export_parts')]).toEqual([1, 30]);
  });

  it('refuses a key that comes with another input', async () => {
    await store.insert(anOrder({ idempotencyKey: 'key', inputText: '{"a":1}' }));
    await expect(store.insert(anOrder({ idempotencyKey: 'key', inputText: '{"a":2}' }))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(await count('export_jobs')).toBe(1);
  });

  it('knows keys by their caller, however long they are and whatever is in them', async () => {
    const key = `\0${'k'.repeat(100_000)}`;
    const { job } = await store.insert(anOrder({ idempotencyKey: key }));
    expect((await store.insert(anOrder({ idempotencyKey: key }))).job.id).toBe(job.id);
    expect((await store.insert(anOrder({ idempotencyKey: key, callerId: 'caller-b' }))).created).toBe(true);
  });

  it('makes a new job of every order without a key', async () => {
    expect((await store.insert(anOrder())).job.id).not.toBe((await store.insert(anOrder())).job.id);
  });

  it('lists the jobs of one caller, newest first, by state, in pages', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      nowMs += 1;
      ids.unshift((await store.insert(anOrder({ companies: 1 }))).job.id);
    }
    await store.insert(anOrder({ callerId: 'caller-b' }));
    const [newest = ''] = ids;
    await forceJob(database, newest, 'FAILED');
    const list = async (states: Parameters<JobStore['list']>[1]['states'], offset: number, limit: number) => {
      const { items, totalCount } = await store.list('caller-a', { states, offset, limit });
      return [items.map(({ id }) => id), totalCount];
    };
    expect(await list(null, 0, 2)).toEqual([ids.slice(0, 2), 5]);
    expect(await list(null, 4, 2)).toEqual([ids.slice(4), 5]);
    expect(await list(['FAILED'], 0, 9)).toEqual([[newest], 1]);
    expect(await list([], 0, 9)).toEqual([[], 0]);
    expect(await list(['QUEUED', 'RUNNING'], 1, 2)).toEqual([ids.slice(2, 4), 4]);
  });

  it('knows what is unfinished, of all callers, oldest first', async () => {
    const orders = ['caller-a', 'caller-b', 'caller-c'].map((callerId) => anOrder({ callerId, companies: 1 }));
    const ids: string[] = [];
    for (const order of orders) {
      nowMs += 1;
      ids.push((await store.insert(order)).job.id);
    }
    const [first = '', second = '', third = ''] = ids;
    await forceJob(database, first, 'RUNNING');
    await forceJob(database, second, 'SUCCEEDED');
    expect((await store.unfinished()).map(({ id, partCounts }) => [id, partCounts])).toEqual([
      [first, { QUEUED: 1 }],
      [third, { QUEUED: 1 }],
    ]);
  });

  it('lets jobs expire when their time has come, names them until they are forgotten, and forgets all of them', async () => {
    const { job } = await store.insert(anOrder({ idempotencyKey: 'key' }));
    const young = (await store.insert(anOrder())).job;
    await store.cancel(job.id);
    const expiresAtMs = nowMs + RETENTION_MS;
    expect(await store.find(job.id)).toMatchObject({ finishedAtMs: nowMs, expiresAtMs });
    expect(await store.expire(expiresAtMs - 1)).toEqual([]);
    expect(await store.expire(expiresAtMs)).toEqual([job.id]);
    expect(await store.expire(expiresAtMs)).toEqual([job.id]);
    expect(await store.find(job.id)).toMatchObject({ state: 'EXPIRED', files: [] });
    expect((await store.insert(anOrder({ idempotencyKey: 'key' }))).job.id).toBe(job.id);

    expect(await store.forget(expiresAtMs + WEEK_MS - 1)).toBe(0);
    expect(await store.forget(expiresAtMs + WEEK_MS)).toBe(1);
    expect(await store.find(job.id)).toBeNull();
    expect((await store.unfinished()).map(({ id }) => id)).toEqual([young.id]);
    expect([await count('export_parts'), await count('export_idempotency')]).toEqual([2, 0]);
  });
});
