/** Who may move a job or a part, from which state, and that of two who try at once one wins and the other is told. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { isLegalMove, JOB_MOVES, type PartState } from '../../src/exports/job.js';
import { createJobStore, type FilesClaim, type JobStore, type PartClaim } from '../../src/exports/job-store.js';
import { moveJobs } from '../../src/exports/job-store-jobs.js';
import type { Database } from '../../src/store/database.js';
import { describeOnBothDatabases, type TestPlace } from '../support/databases.js';
import { anOrder, aTarget, forceJob, forcePart } from '../support/export-jobs.js';

const RETENTION_MS = 1_000_000;
const JOB_STATES = Object.keys(JOB_MOVES) as (keyof typeof JOB_MOVES)[];
const PART_STATES: readonly PartState[] = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED'];
const SIZE = { rows: 7, bytes: 70 };
const DONE = { ...SIZE, sha256: 'abc' };
const FAILURE = { code: 'UPSTREAM_TIMEOUT', message: 'too slow' } as const;
const A_FILE = { name: 'users.csv', mediaType: 'text/csv', bytes: 70, rows: 7, sha256: 'def' };
const SUCCESS = { state: 'SUCCEEDED', code: null, files: [A_FILE] } as const;

describeOnBothDatabases('the moves in the store', (makePlace) => {
  let place: TestPlace;
  let database: Database;
  let store: JobStore;
  let nowMs: number;

  beforeEach(async () => {
    nowMs = 1_760_000_000_000;
    place = await makePlace();
    database = await place.open();
    store = createJobStore(database, { retentionMs: RETENTION_MS, clock: { now: () => nowMs } });
  });
  afterEach(() => place.remove());

  const order = async (companies = 2) => (await store.insert(anOrder({ companies }))).job.id;
  const stateOf = async (jobId: string) => (await store.find(jobId))?.state;
  const part = async (jobId: string, position = 0) => {
    const { items } = await store.parts(jobId, { states: null, offset: position, limit: 1 });
    if (!items[0]) throw new Error(`job ${jobId} has no part ${position}`);
    return items[0];
  };
  const claim = async (jobId: string, position = 0): Promise<PartClaim> => {
    const claimed = await store.claimPart(jobId, position);
    if (!claimed) throw new Error(`part ${position} of job ${jobId} cannot be claimed`);
    return claimed.claim;
  };
  const finish = async (jobId: string, position: number) => store.finishPart(await claim(jobId, position), DONE);
  const claimFiles = async (jobId: string): Promise<FilesClaim> => {
    const claimed = await store.claimFiles(jobId, 0);
    if (!claimed) throw new Error(`the files of job ${jobId} cannot be claimed`);
    return claimed;
  };

  it('allows each pair of job states that the table allows, and refuses each other one by a sentence', async () => {
    const id = await order();
    for (const from of JOB_STATES) {
      for (const to of JOB_STATES) {
        await forceJob(database, id, from);
        const move = { who: `job ${id}`, from: [from], to, where: () => `id = '${id}'` };
        const moved = moveJobs(database, move, { now: () => nowMs, retentionMs: 1 });
        if (isLegalMove(JOB_MOVES, from, to)) {
          expect(await moved).toEqual([id]);
          expect(await stateOf(id)).toBe(to);
        } else {
          await expect(moved).rejects.toThrow(`job ${id}: ${from} -> ${to} is no legal move; ${from} may become `);
          expect(await stateOf(id)).toBe(from);
        }
      }
    }
  });

  it('moves nothing that is in another state than the move starts from', async () => {
    const id = await order();
    const move = { who: `job ${id}`, from: ['RUNNING'] as const, to: 'PARTIAL' as const, where: () => `id = '${id}'` };
    expect(await moveJobs(database, move, { now: () => nowMs, retentionMs: 1 })).toEqual([]);
    expect(await stateOf(id)).toBe('QUEUED');
  });

  const DEEDS: Record<
    string,
    { readonly allowed: readonly PartState[]; readonly becomes: PartState; deed(id: string): Promise<unknown> }
  > = {
    claimPart: { allowed: ['QUEUED'], becomes: 'RUNNING', deed: (id) => store.claimPart(id, 0) },
    finishPart: { allowed: ['RUNNING'], becomes: 'SUCCEEDED', deed: (id) => store.finishPart(forced(id), DONE) },
    failPart: { allowed: ['RUNNING'], becomes: 'FAILED', deed: (id) => store.failPart(forced(id), FAILURE) },
    giveBack: {
      allowed: ['RUNNING'],
      becomes: 'QUEUED',
      deed: (id) => store.giveBack(forced(id), { attemptCounts: true }),
    },
    redoPart: { allowed: ['SUCCEEDED'], becomes: 'QUEUED', deed: (id) => store.redoPart(id, 0) },
    cancel: { allowed: ['QUEUED', 'RUNNING'], becomes: 'CANCELLED', deed: (id) => store.cancel(id).then(() => null) },
  };
  const forced = (jobId: string): PartClaim => ({ jobId, position: 0, token: 'forced' });

  it.each(Object.entries(DEEDS))(
    '%s moves a part from its states and from no other',
    async (_, { allowed, becomes, deed }) => {
      for (const from of PART_STATES) {
        const id = await order(1);
        await forceJob(database, id, 'RUNNING');
        await forcePart(database, id, 0, from);
        const answer = await deed(id);
        expect([from, (await part(id)).state]).toEqual([from, allowed.includes(from) ? becomes : from]);
        if (answer !== null && typeof answer === 'boolean')
          expect([from, answer]).toEqual([from, allowed.includes(from)]);
      }
    },
  );

  it.each(JOB_STATES)('a part can be claimed only while its job goes on: %s', async (state) => {
    const id = await order(1);
    await forceJob(database, id, state);
    const claimed = await store.claimPart(id, 0);
    expect(claimed !== null).toBe(state === 'QUEUED' || state === 'RUNNING');
    expect((await part(id)).state).toBe(claimed ? 'RUNNING' : 'QUEUED');
    expect(await stateOf(id)).toBe(claimed ? 'RUNNING' : state);
  });

  it('starts the job with its first claim and counts attempts; a part that is not there cannot be claimed', async () => {
    const id = await order();
    expect(await store.claimPart(id, 9)).toBeNull();
    expect(await store.find(id)).toMatchObject({ state: 'QUEUED', startedAtMs: null });
    const startedAtMs = nowMs;
    expect((await store.claimPart(id, 0))?.part).toMatchObject({ position: 0, state: 'RUNNING', attempts: 1 });
    nowMs += 5;
    await claim(id, 1);
    expect(await store.find(id)).toMatchObject({ state: 'RUNNING', startedAtMs, partCounts: { RUNNING: 2 } });
  });

  it('gives each part to one of many who want all', async () => {
    const id = await order(10);
    const wishes = Array.from({ length: 60 }, (_, index) => store.claimPart(id, index % 10));
    const claimed = (await Promise.all(wishes)).flatMap((each) => (each ? [each.claim.position] : []));
    expect(claimed.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(
      (await store.parts(id, { states: null, offset: 0, limit: 20 })).items.map(({ attempts }) => attempts),
    ).toEqual(Array(10).fill(1));
  });

  it('knows the progress of a part, and forgets it where the part has to begin anew', async () => {
    const id = await order();
    const first = await claim(id);
    expect(await store.updateProgress(first, SIZE)).toBe(true);
    expect(await store.find(id)).toMatchObject({ rows: 7, bytes: 70 });
    await store.giveBack(first, { attemptCounts: false });
    expect(await part(id)).toMatchObject({ rows: 0, bytes: 0, attempts: 0 });
    await store.giveBack(await claim(id), { attemptCounts: true });
    expect(await part(id)).toMatchObject({ attempts: 1 });
    const second = await claim(id);
    await store.updateProgress(second, SIZE);
    await store.failPart(second, { ...FAILURE, message: 'too\0 slow' });
    expect(await part(id)).toMatchObject({ state: 'FAILED', ...FAILURE, rows: 0, bytes: 0, attempts: 2 });
  });

  it('lets an older claim change nothing', async () => {
    const id = await order();
    const old = await claim(id);
    await store.giveBack(old, { attemptCounts: true });
    const young = await claim(id);
    const answers = [
      await store.updateProgress(old, { rows: 99, bytes: 99 }),
      await store.finishPart(old, { ...DONE, sha256: 'old' }),
      await store.failPart(old, FAILURE),
      await store.giveBack(old, { attemptCounts: true }),
    ];
    expect(answers).toEqual([false, false, false, false]);
    expect(await part(id)).toMatchObject({ state: 'RUNNING', rows: 0 });
    expect(await store.finishPart(young, DONE)).toBe(true);
    expect(await part(id)).toMatchObject({ state: 'SUCCEEDED', ...DONE });
  });

  it('cancels a job with its parts, once, and their claims with it', async () => {
    const id = await order(3);
    await finish(id, 0);
    const running = await claim(id, 1);
    expect(await store.cancel(id)).toBe(true);
    expect(await store.find(id)).toMatchObject({
      state: 'CANCELLED',
      finishedAtMs: nowMs,
      partCounts: { SUCCEEDED: 1, CANCELLED: 2 },
    });
    expect([
      await store.updateProgress(running, SIZE),
      await store.finishPart(running, DONE),
      await store.cancel(id),
    ]).toEqual([false, false, false]);
  });

  it('does not leave a part running in a job that is cancelled while its parts are claimed', async () => {
    const id = await order(20);
    const claims = Array.from({ length: 20 }, (_, position) => store.claimPart(id, position));
    await Promise.all([...claims.slice(0, 10), store.cancel(id), ...claims.slice(10)]);
    expect(await store.find(id)).toMatchObject({ state: 'CANCELLED', partCounts: { CANCELLED: 20 } });
  });

  it('gives the files to one, once no part waits or runs', async () => {
    const id = await order(2);
    await finish(id, 0);
    expect(await store.claimFiles(id, 0)).toBeNull();
    await finish(id, 1);
    const claims = await Promise.all(Array.from({ length: 10 }, () => store.claimFiles(id, 0)));
    expect(claims.filter((each) => each !== null)).toHaveLength(1);
  });

  it('gives the files of a job whose parts are all skipped, or which has none', async () => {
    const { job: skipped } = await store.insert(anOrder({ targets: [aTarget(0, 'COMPANY_PRIVACY_DENIED')] }));
    const { job: empty } = await store.insert(anOrder({ targets: [] }));
    for (const { id } of [skipped, empty]) {
      expect(await store.finishJob(await claimFiles(id), SUCCESS)).toBe(true);
      expect(await store.find(id)).toMatchObject({ state: 'SUCCEEDED', startedAtMs: nowMs });
    }
  });

  it('takes the files from who has been silent, and lets him change nothing then', async () => {
    const id = await order(1);
    await finish(id, 0);
    const old = await claimFiles(id);
    nowMs += 1_000;
    expect(await store.beatFiles(old)).toBe(true);
    expect(await store.claimFiles(id, nowMs - 1)).toBeNull();
    const young = await store.claimFiles(id, nowMs);
    if (!young) throw new Error('the files were not given');
    const oldEnd = { state: 'FAILED', code: 'INTERNAL', files: [] } as const;
    expect([await store.beatFiles(old), await store.finishJob(old, oldEnd)]).toEqual([false, false]);
    expect(await store.finishJob(young, SUCCESS)).toBe(true);
    expect(await store.find(id)).toMatchObject({
      state: 'SUCCEEDED',
      files: [A_FILE],
      finishedAtMs: nowMs,
      expiresAtMs: nowMs + RETENTION_MS,
    });
  });

  it('has no files any more once it has expired', async () => {
    const id = await order(1);
    await finish(id, 0);
    await store.finishJob(await claimFiles(id), SUCCESS);
    expect(await store.expire(nowMs + RETENTION_MS)).toEqual([id]);
    expect(await store.find(id)).toMatchObject({ state: 'EXPIRED', files: [] });
  });

  it('names files in their order, all with the end of the job or none', async () => {
    const id = await order(1);
    await finish(id, 0);
    const files = ['z.csv', 'a.csv', 'm.pdf'].map((name) => ({ ...A_FILE, name, rows: null }));
    const twice = { ...SUCCESS, files: [...files, ...files] };
    const held = await claimFiles(id);
    await expect(store.finishJob(held, twice)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await store.find(id)).toMatchObject({ state: 'RUNNING', files: [] });
    expect(await store.finishJob(held, { ...SUCCESS, state: 'PARTIAL', files })).toBe(true);
    expect(await store.find(id)).toMatchObject({ state: 'PARTIAL', files });
  });

  it('does a part again whose rows are gone, and takes the files from whoever makes them', async () => {
    const id = await order(1);
    await finish(id, 0);
    const held = await claimFiles(id);
    expect(await store.redoPart(id, 0)).toBe(true);
    expect(await part(id)).toMatchObject({ state: 'QUEUED', sha256: null, rows: 0, attempts: 0 });
    expect([await store.beatFiles(held), await store.finishJob(held, SUCCESS)]).toEqual([false, false]);
    await forcePart(database, id, 0, 'SUCCEEDED');
    await forceJob(database, id, 'SUCCEEDED');
    expect(await store.redoPart(id, 0)).toBe(false);
  });

  it.each(JOB_STATES)('asks again for what failed, of a job that failed wholly or in part: %s', async (state) => {
    const id = await order(4);
    await finish(id, 0);
    await store.failPart(await claim(id, 1), FAILURE);
    await forcePart(database, id, 2, 'SKIPPED');
    await forcePart(database, id, 3, 'SUCCEEDED');
    await store.finishJob(await claimFiles(id), { ...SUCCESS, state: 'PARTIAL' });
    await forceJob(database, id, state);
    const before = await store.find(id);
    const isRetried = state === 'FAILED' || state === 'PARTIAL';
    expect(await store.retryFailed(id)).toBe(isRetried);
    if (!isRetried) return expect(await store.find(id)).toEqual(before);
    expect(await store.find(id)).toMatchObject({
      state: 'QUEUED',
      code: null,
      finishedAtMs: null,
      expiresAtMs: null,
      files: [],
    });
    expect((await store.parts(id, { states: null, offset: 0, limit: 9 })).items.map((each) => each.state)).toEqual([
      'SUCCEEDED',
      'QUEUED',
      'SKIPPED',
      'SUCCEEDED',
    ]);
    expect(await part(id, 1)).toMatchObject({ code: null, message: null, attempts: 0 });
    await finish(id, 1);
    expect(await store.finishJob(await claimFiles(id), SUCCESS)).toBe(true);
    expect(await store.find(id)).toMatchObject({ state: 'SUCCEEDED', files: [A_FILE] });
  });

  it('lets silent parts wait again, and the job with them unless another part lives', async () => {
    const [dead, half, alive] = [await order(2), await order(2), await order(2)];
    await finish(dead, 0);
    const lost = await claim(dead, 1);
    await claim(half, 0);
    nowMs += 1_000;
    const living = await claim(half, 1);
    await claim(alive, 0);
    expect([...(await store.requeueOrphans(nowMs - 1))].sort()).toEqual([dead, half].sort());
    expect(await store.find(dead)).toMatchObject({ state: 'QUEUED', partCounts: { SUCCEEDED: 1, QUEUED: 1 } });
    expect(await store.find(half)).toMatchObject({ state: 'RUNNING', partCounts: { QUEUED: 1, RUNNING: 1 } });
    expect(await store.find(alive)).toMatchObject({ state: 'RUNNING' });
    expect([await store.finishPart(lost, DONE), await store.finishPart(living, DONE)]).toEqual([false, true]);
    expect((await store.claimPart(dead, 1))?.part.attempts).toBe(2);
  });

  it('counts a sign of life', async () => {
    const id = await order(1);
    const held = await claim(id);
    nowMs += 1_000;
    await store.updateProgress(held, SIZE);
    expect(await store.requeueOrphans(nowMs - 1)).toEqual([]);
    expect(await store.requeueOrphans(nowMs)).toEqual([id]);
  });
});
