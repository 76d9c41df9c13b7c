/**
 * Reads V8's CPU profiles and says whose code the time went into: by package for what was installed, by file for the
 * server's own, by module for Node's. Self time only: what a function did itself, not what it called.
 */
import { readFileSync } from 'node:fs';

export interface SelfTime {
  readonly name: string;
  readonly ms: number;
  /** Of the time that the process was not idle. */
  readonly share: number;
}

export interface ProfileSummary {
  readonly busyMs: number;
  readonly byOwner: readonly SelfTime[];
  /** The functions that took most, with their owner. */
  readonly byFunction: readonly SelfTime[];
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

export function readProfile(file: string): ProfileSummary {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const owners = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyMs = 0;
  for (const [index, id] of profile.samples.entries()) {
    const frame = nodes.get(id);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    const ms = (profile.timeDeltas[index] ?? 0) / 1000;
    const owner = toOwner(frame);
    busyMs += ms;
    owners.set(owner, (owners.get(owner) ?? 0) + ms);
    const name = `${frame.functionName || '(anonymous)'} · ${owner}`;
    functions.set(name, (functions.get(name) ?? 0) + ms);
  }
  return { busyMs, byOwner: toRanking(owners, busyMs), byFunction: toRanking(functions, busyMs) };
}

/** As lines for a terminal and for notes: the share, the time, the name. */
export function toProfileText({ busyMs, byOwner, byFunction }: ProfileSummary): string {
  const toLine = ({ name, ms, share }: SelfTime) =>
    `${(100 * share).toFixed(1).padStart(5)} %  ${ms.toFixed(0).padStart(6)} ms  ${name}`;
  return [
    `${busyMs.toFixed(0)} ms of self time`,
    '',
    'by owner',
    ...byOwner.slice(0, 25).map(toLine),
    '',
    'by function',
    ...byFunction.slice(0, 30).map(toLine),
  ].join('\n');
}

function toOwner({ url, functionName }: ProfileNode['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'V8 built-ins';
  if (url.startsWith('node:')) return url;
  const installed = url.split('/node_modules/').at(-1);
  if (installed !== undefined && url.includes('/node_modules/')) {
    const [scope = '', name = ''] = installed.split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  return url.replace(/^.*\/dist\//, 'src/');
}

function toRanking(times: ReadonlyMap<string, number>, busyMs: number): SelfTime[] {
  return [...times].map(([name, ms]) => ({ name, ms, share: ms / busyMs })).sort((one, other) => other.ms - one.ms);
}
