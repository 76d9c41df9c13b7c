/** What people at their dashboards feel of an export of every company: dashboards alone and beside exports, in turns, on one server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Summary, summarize } from '../figures.js';
import type { DashboardShape } from '../load/calls.js';
import { createGraphClient, type GraphClient } from '../load/graph-client.js';
import { toDashboard } from '../load/questions.js';
import { atMostTimes, type Measure } from '../row.js';

export interface BesideExportOptions {
  readonly shape: DashboardShape;
  readonly warmUps: number;
  /** Of each kind, in so many turns. */
  readonly samples: number;
  readonly turns: number;
}

/** One dashboard after the other. Beside them an export is always under way: where one ends the next begins. */
export function measureBesideExport(
  { shape, warmUps, samples, turns }: BesideExportOptions,
  { maxRatio }: { readonly maxRatio: number },
): Measure {
  return async (stage) => {
    const server = await stage.startServer();
    const client = createGraphClient(server.url);
    const askSome = async (count: number) => {
      const times: number[] = [];
      while (times.length < count) times.push((await client.askWhole(toDashboard(shape))).durationMs);
      return times;
    };
    await askSome(warmUps);
    await runExport(client);
    const [alone, beside, exports]: [number[], number[], number[]] = [[], [], []];
    for (let turn = 0; turn < turns; turn += 1) {
      alone.push(...(await askSome(samples / turns)));
      const running = exportOn(client);
      await running.begun;
      beside.push(...(await askSome(samples / turns)));
      exports.push(...(await running.end()));
    }
    client.close();
    return toLines(summarize(alone), summarize(beside), summarize(exports), maxRatio);
  };
}

function toLines(alone: Summary, beside: Summary, exports: Summary, maxRatio: number) {
  const [p95, p95Alone] = [summarize([beside.p95]), summarize([alone.p95])];
  return [
    {
      figure: 'p95 ms per dashboard',
      server: p95,
      beside: { name: 'alone', summary: p95Alone },
      limits: [atMostTimes(beside.p95 / alone.p95, maxRatio, 'alone')],
    },
    { figure: 'ms per dashboard', server: beside, beside: { name: 'alone', summary: alone }, limits: [] },
    { figure: 'ms per export meanwhile', server: exports, limits: [] },
  ];
}

/** Export after export, until it is told to end, which waits for the last one. */
function exportOn(client: GraphClient) {
  const times: number[] = [];
  let isOver = false;
  let tellBegun = () => {};
  const begun = new Promise<void>((resolve) => {
    tellBegun = resolve;
  });
  const run = async () => {
    while (!isOver) times.push(await runExport(client, tellBegun));
  };
  const ended = run();
  const end = async () => {
    isOver = true;
    await ended;
    return times;
  };
  // An export that fails must not leave the dashboards waiting for it to begin.
  return { begun: Promise.race([begun, ended]), end };
}

const LOOK_EVERY_MS = 50;

/** Its time. `tellBegun` is called when its first companies are in. @throws where it does not succeed */
async function runExport(client: GraphClient, tellBegun = () => {}): Promise<number> {
  const startedAtMs = performance.now();
  const { start } = await ask<{ start: { job: Job } }>(client, START);
  for (let { job } = start; ; ) {
    if (job.state === 'SUCCEEDED') return performance.now() - startedAtMs;
    if (job.state !== 'QUEUED' && job.state !== 'RUNNING') throw new Error(`the export is ${job.state}`);
    if (job.progress.companiesDone > 0) tellBegun();
    await sleep(LOOK_EVERY_MS);
    ({ job } = await ask<{ job: Job }>(client, FIND, { id: job.id }));
  }
}

interface Job {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly companiesDone: number };
}

const JOB = '{ id state progress { companiesDone } }';
const START = `mutation { start: exportTargetUsers(input: { companies: { all: true }, format: NDJSON }) { job ${JOB} } }`;
const FIND = `query ($id: ID!) { job: exportJob(id: $id) ${JOB} }`;

async function ask<Data>(client: GraphClient, query: string, variables = {}): Promise<Data> {
  const { text } = await client.askWhole({ query, variables });
  return (JSON.parse(text) as { data: Data }).data;
}
