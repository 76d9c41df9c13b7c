/**
 * What a Keepnet in trouble costs: how many fields stay empty, how many calls are wasted, how long it takes. Beside it, where
 * that is telling, the plain script that does not know how to wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Summary, summarize } from '../figures.js';
import { countCalls, type DashboardShape } from '../load/calls.js';
import { createGraphClient, type GraphClient } from '../load/graph-client.js';
import { countEmptyFields, toDashboard, toTaggedQuestion } from '../load/questions.js';
import { atMost, exactly, type Limit, type Line, type Measure, type Stage } from '../row.js';
import type { StubOptions } from '../upstream/gate.js';

export interface TroubleOptions {
  readonly shape: DashboardShape;
  readonly dashboards: number;
  /** Each on a server that has learned nothing yet, or all on one that has answered a dashboard before. */
  readonly start: 'COLD' | 'WARM';
  /** Of the plain script beside it. */
  readonly poolInFlight: number;
}

export interface TroubleTarget {
  readonly maxMs?: number;
  /** Share of the calls that a dashboard costs without trouble. */
  readonly maxExtra?: number;
}

/** Dashboards one after the other; where there is a bucket, with a pause that lets it fill up again. */
export function measureTrouble(options: TroubleOptions, target: TroubleTarget): Measure {
  return async (stage) => {
    const { shape, dashboards, start } = options;
    const seen: Seen[] = [];
    let client = createGraphClient((await stage.startServer()).url);
    if (start === 'WARM') await seeDashboard(stage, client, shape);
    for (let turn = 0; turn < dashboards; turn += 1) {
      if (start === 'COLD' && turn > 0) client = createGraphClient((await stage.startServer()).url);
      seen.push(await seeDashboard(stage, client, shape));
    }
    await stage.pool.open(stage.stub.url, options.poolInFlight);
    const plain = await stage.pool.dashboard(shape);
    return toLines(seen, plain, shape, target);
  };
}

/** The same question from several clients at one moment, on a server that has not been asked before. */
export function measureAtOnce({ clients, shape }: { clients: number; shape: DashboardShape }): Measure {
  return async (stage) => {
    const client = createGraphClient((await stage.startServer()).url);
    await stage.stub.clear();
    await Promise.all(Array.from({ length: clients }, () => client.askWhole(toDashboard(shape))));
    const { calls } = await stage.stub.stats();
    return [{ figure: 'calls', server: summarize([calls]), limits: [exactly(calls, countCalls(shape))] }];
  };
}

/** The second time within the life of a kept answer. */
export function measureAgain({ shape }: { shape: DashboardShape }): Measure {
  return async (stage) => {
    const client = createGraphClient((await stage.startServer()).url);
    await client.askWhole(toDashboard(shape));
    await stage.stub.clear();
    await client.askWhole(toDashboard(shape));
    const { calls } = await stage.stub.stats();
    return [{ figure: 'calls', server: summarize([calls]), limits: [exactly(calls, 0)] }];
  };
}

export interface OutageOptions {
  readonly outage: NonNullable<StubOptions['outage']>;
  readonly forMs: number;
  readonly clients: number;
  /** Between an answer and the client's next question. */
  readonly pauseMs: number;
}

/**
 * Clients that keep asking while Keepnet is away. No two questions have a call in common, so a call that the stub sees twice
 * is a repetition. At the end Keepnet is back, and the time is taken until an answer is whole again.
 */
export function measureOutage(options: OutageOptions): Measure {
  return async (stage) => {
    const client = createGraphClient((await stage.startServer()).url);
    await client.askWhole(toTaggedQuestion('before'));
    await stage.stub.become({ ...stage.upstream, outage: options.outage });
    const durations = await askThroughout(client, options);
    const { calls, distinct } = await stage.stub.stats();
    await stage.stub.become(stage.upstream);
    const recoveredMs = await untilWhole(client);
    const limit = 1.2 * distinct + 3;
    return [
      { figure: `calls, ${distinct} of them first ones`, server: summarize([calls]), limits: [atMost(calls, limit)] },
      { figure: 'ms to an answer, away', server: summarize(durations), limits: [] },
      { figure: 'ms to a whole answer, back', server: summarize([recoveredMs]), limits: [] },
    ];
  };
}

/** Longer than the `Retry-After` of the stub, too. */
const BUCKET_FILLS_MS = 1_100;

interface Seen {
  readonly durationMs: number;
  readonly emptyFields: number;
  readonly calls: number;
}

async function seeDashboard({ stub, upstream }: Stage, client: GraphClient, shape: DashboardShape): Promise<Seen> {
  if (upstream.rate !== undefined) await sleep(BUCKET_FILLS_MS);
  await stub.clear();
  const { text, durationMs } = await client.ask(toDashboard(shape));
  const { calls } = await stub.stats();
  return { durationMs, emptyFields: countEmptyFields(text, shape), calls };
}

function toLines(
  seen: readonly Seen[],
  plain: { readonly durationMs: number; readonly emptyFields: number },
  shape: DashboardShape,
  { maxMs, maxExtra }: TroubleTarget,
): Line[] {
  const beside = (value: number) => ({ name: 'pool', summary: summarize([value]) });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const empty = sum(seen.map(({ emptyFields }) => emptyFields));
  const wanted = (countCalls(shape) - 1) * seen.length;
  const time: Summary = summarize(seen.map(({ durationMs }) => durationMs));
  const extra = summarize(seen.map(({ calls }) => (100 * (calls - countCalls(shape))) / countCalls(shape)));
  // To leave fields empty is fast and cheap.
  const ifWhole = ({ text, isMet }: Limit): Limit => ({ text, isMet: isMet && empty === 0 });
  return [
    {
      figure: `empty fields of ${wanted}`,
      server: summarize([empty]),
      beside: beside(plain.emptyFields * seen.length),
      limits: [exactly(empty, 0)],
    },
    {
      figure: 'extra calls, %',
      server: extra,
      limits: maxExtra === undefined ? [] : [ifWhole(atMost(extra.median, 100 * maxExtra, ' %'))],
    },
    {
      figure: 'ms per dashboard',
      server: time,
      beside: beside(plain.durationMs),
      limits: maxMs === undefined ? [] : [ifWhole(atMost(time.median, maxMs, ' ms'))],
    },
  ];
}

async function askThroughout(client: GraphClient, { forMs, clients, pauseMs }: OutageOptions): Promise<number[]> {
  const startedAtMs = performance.now();
  const durations: number[] = [];
  const askOn = async (name: number) => {
    for (let turn = 0; performance.now() - startedAtMs < forMs; turn += 1) {
      const { durationMs } = await client.ask(toTaggedQuestion(`away ${name} ${turn}`));
      durations.push(durationMs);
      await sleep(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => askOn(index)));
  return durations;
}

const ASK_AGAIN_MS = 100;
const RECOVERY_TIMEOUT_MS = 60_000;

async function untilWhole(client: GraphClient): Promise<number> {
  const startedAtMs = performance.now();
  for (let turn = 0; performance.now() - startedAtMs < RECOVERY_TIMEOUT_MS; turn += 1) {
    const { text } = await client.ask(toTaggedQuestion(`back ${turn}`));
    if (!text.includes('"errors":')) return performance.now() - startedAtMs;
    await sleep(ASK_AGAIN_MS);
  }
  throw new Error('no whole answer a minute after the outage');
}
