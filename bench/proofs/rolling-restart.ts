/**
 * Two replicas behind a balancer are replaced one after the other while clients ask all the time. Counts the requests that were
 * not answered as they should have been; who starts the replicas, and how fast it goes, is decided by the caller.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Balancer, startBalancer } from './balancer.js';

export interface Replica {
  readonly url: string;
  /** By SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface RollingOptions {
  /** Resolves when it listens. */
  start(): Promise<Replica>;
  readonly requestsPerSecond: number;
  readonly checkEveryMs: number;
}

export interface RollingResult {
  readonly requests: number;
  /** A word for each that failed. */
  readonly failures: readonly string[];
  readonly exitCodes: readonly (number | null)[];
}

export async function restartRolling(options: RollingOptions): Promise<RollingResult> {
  const balancer = await startBalancer(options);
  const replicas: Replica[] = [];
  const add = async () => {
    const replica = await options.start();
    replicas.push(replica);
    balancer.add(replica.url);
    await untilReady(balancer, replicas.length);
  };
  const exitCodes: (number | null)[] = [];
  try {
    await add();
    await add();
    const load = startLoad(balancer.url, options.requestsPerSecond);
    await sleep(REST_MS);
    for (const replica of [...replicas]) {
      exitCodes.push(await replica.stop());
      balancer.remove(replica.url);
      replicas.splice(replicas.indexOf(replica), 1);
      await add();
      await sleep(REST_MS);
    }
    return { ...(await load.stop()), exitCodes };
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await balancer.stop();
  }
}

const REST_MS = 500;
const READY_WITHIN_MS = 20_000;
const QUERY = JSON.stringify({ query: '{ companies(first: 5) { nodes { name } } }' });

async function untilReady(balancer: Balancer, count: number): Promise<void> {
  const endsAtMs = performance.now() + READY_WITHIN_MS;
  while (balancer.readyCount < count) {
    if (performance.now() > endsAtMs) throw new Error(`${balancer.readyCount} of ${count} replicas are ready`);
    await sleep(20);
  }
}

/** So many requests each second, whether the ones before have been answered or not. */
function startLoad(url: string, requestsPerSecond: number) {
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAtMs = performance.now();
  let requests = 0;
  const send = () => {
    requests += 1;
    const asked: Promise<void> = ask(url)
      .then((failure) => {
        if (failure !== null) failures.push(failure);
      })
      .finally(() => underWay.delete(asked));
    underWay.add(asked);
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAtMs) / 1000) * requestsPerSecond;
    while (requests < due) send();
  }, 5);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      return { requests, failures };
    },
  };
}

/** Null where the answer is whole and good. */
async function ask(url: string): Promise<string | null> {
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: QUERY });
    const text = await answer.text();
    return answer.status === 200 && !text.includes('"errors"') ? null : `${answer.status} ${text.slice(0, 200)}`;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? message;
  }
}
