/** Starts the proofs' processes, gives them orders and waits for the end of a job. */
import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExportJobRow } from '../../src/exports/job.js';
import { type Child, toChild } from '../processes/child.js';
import type { HostOptions } from './host.js';

export type { HostOptions };

export interface Host extends Child {
  readonly processId: number;
}

export async function startHost(options: HostOptions): Promise<Host> {
  const forked = fork(fileURLToPath(new URL('host.ts', import.meta.url)), [JSON.stringify(options)], {
    execArgv: ['--import', '@swc-node/register/esm-register'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const child = toChild(forked, 'host');
  await child.ready;
  return { ...child, processId: forked.pid ?? 0 };
}

const LOOK_EVERY_MS = 50;

/** @throws Error where it takes longer */
export async function untilFinished(host: Host, jobId: string, withinMs: number): Promise<ExportJobRow> {
  const endsAtMs = Date.now() + withinMs;
  for (;;) {
    const job = (await host.order({ order: 'find', jobId })) as ExportJobRow;
    if (job.state !== 'QUEUED' && job.state !== 'RUNNING') return job;
    if (Date.now() > endsAtMs) throw new Error(`the job is still ${job.state}: ${JSON.stringify(job.partCounts)}`);
    await sleep(LOOK_EVERY_MS);
  }
}
