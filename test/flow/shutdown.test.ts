/** How a server that is told to go goes, as a process manager and a load balancer see it: nothing that was taken on is lost. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { askStatus, createServings, type Servings } from '../support/serving.js';
import { until } from '../support/until.js';

let servings: Servings;
beforeAll(() => {
  servings = createServings();
});
afterEach(() => servings.killAll());
afterAll(() => servings.remove());

async function readiness(url: string) {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: (await response.json()) as { notReady: string[] } };
}

describe('SIGTERM', () => {
  it('makes /readyz say no while requests are still answered, asks clients to close, and ends with 0', async () => {
    const { url, process, exit, stderr } = await servings.serve({ SHUTDOWN_DELAY_SECONDS: '2' });
    expect((await askStatus(url)).connection).toBe('keep-alive');
    process.kill('SIGTERM');
    await until(async () => (await readiness(url)).status === 503, 'not ready');
    expect((await readiness(url)).body).toMatchObject({ ready: false, notReady: ['stopping'] });
    const answer = await askStatus(url);
    expect(answer).toMatchObject({ status: 200, connection: 'close' });
    expect(answer.body.errors).toBeUndefined();
    expect(await exit).toBe(0);
    expect(stderr()).toBe('');
  });

  it('loses none of the requests in flight', async () => {
    // They have arrived before the server ends to listen, and are answered after it.
    const { url, process, exit } = await servings.serve({ SHUTDOWN_DELAY_SECONDS: '1', SIMULATOR_LATENCY_MS: '1500' });
    const answers = Array.from({ length: 20 }, () => askStatus(url));
    process.kill('SIGTERM');
    const outcomes = await Promise.allSettled(answers);
    const good = outcomes.filter((each) => each.status === 'fulfilled' && each.value.status === 200);
    expect(good).toHaveLength(20);
    for (const each of good) expect(each).not.toHaveProperty('value.body.errors');
    expect(await exit).toBe(0);
  });

  it('gives back the parts of an export that are under way; the next process ends it', async () => {
    const env = { DATA_DIR: servings.newDirectory(), SHUTDOWN_DELAY_SECONDS: '0', CACHE_TTL_SECONDS: '60' };
    const first = await servings.serve(env);
    // From now on the list of companies is known, and every other call takes its time.
    await askStatus(first.url, '{ companies { totalCount } company(id: "unknown") { name } }');
    await first.simulator.settings({ latencyMs: 10_000 });
    const started = await askStatus(
      first.url,
      'mutation { exportTargetUsers(input: { companies: { all: true }, format: CSV }) { job { id } } }',
    );
    const id = (started.body.data as { exportTargetUsers: { job: { id: string } } }).exportTargetUsers.job.id;
    const query = `{ exportJob(id: ${JSON.stringify(id)}) { state } }`;
    const stateAt = async (url: string) => (await askStatus(url, query)).body.data;
    await until(async () => JSON.stringify(await stateAt(first.url)).includes('RUNNING'), 'running');
    const toldAtMs = performance.now();
    first.process.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    // Calls that are under way would take longer: they were given up.
    expect(performance.now() - toldAtMs).toBeLessThan(7_000);
    const second = await servings.serve(env);
    await until(async () => JSON.stringify(await stateAt(second.url)).includes('SUCCEEDED'), 'succeeded');
    expect(await stateAt(second.url)).toEqual({ exportJob: { state: 'SUCCEEDED' } });
  });

  it('for the second time ends it at once', async () => {
    const { url, process, exit } = await servings.serve({ SHUTDOWN_DELAY_SECONDS: '60' });
    process.kill('SIGTERM');
    await until(async () => (await readiness(url)).status === 503, 'not ready');
    await sleep(600);
    expect(process.exitCode).toBeNull();
    process.kill('SIGTERM');
    expect(await exit).toBe(1);
  });
});

describe('SIGINT', () => {
  it('is a person who does not want to wait for a load balancer', async () => {
    const { process, exit } = await servings.serve({ SHUTDOWN_DELAY_SECONDS: '60' });
    process.kill('SIGINT');
    expect(await exit).toBe(0);
  });
});

describe('an error that nobody caught', () => {
  it.each([
    ['thrown', "throw new Error('planted')"],
    ['rejected', "Promise.reject(new Error('planted'))"],
  ])('%s is in the log once and ends the process with 1', async (_how, fault) => {
    const file = join(servings.newDirectory(), 'fault.mjs');
    writeFileSync(file, `process.on('SIGUSR2', () => { ${fault} });`);
    const { process, exit, stdout } = await servings.serve({ NODE_OPTIONS: `--import=${pathToFileURL(file).href}` });
    process.kill('SIGUSR2');
    expect(await exit).toBe(1);
    const lines = stdout()
      .split('\n')
      .filter((line) => line.includes('planted'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'error', msg: 'unforeseen: the process ends' }),
    ]);
  });
});
