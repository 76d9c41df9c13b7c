/**
 * Reads V8's CPU profiles and says whose code the time went into: by package for what was installed, by file for the
 * server's own. Self time is what a function did itself; charged time adds the work that it made Node do: what Node's own code
 * and native code take is charged to the nearest caller that is neither.
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
  /** Node's own and native code only where nobody else called it: events of sockets, for the most part. */
  readonly charged: readonly SelfTime[];
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
  readonly children?: readonly number[];
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

export function readProfile(file: string): ProfileSummary {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const times = {
    own: new Map<string, number>(),
    charged: new Map<string, number>(),
    byFunction: new Map<string, number>(),
  };
  let busyMs = 0;
  for (const [index, id] of profile.samples.entries()) {
    const frame = nodes.get(id)?.callFrame;
    if (frame === undefined || NOT_THE_SERVER.has(frame.functionName)) continue;
    const ms = (profile.timeDeltas[index] ?? 0) / 1000;
    busyMs += ms;
    add(times.own, toOwner(frame), ms);
    add(times.charged, findCharged(id, nodes, parents), ms);
    add(times.byFunction, `${frame.functionName || '(anonymous)'} · ${toOwner(frame)}`, ms);
  }
  const toRanking = (from: ReadonlyMap<string, number>) => rank(from, busyMs);
  return {
    busyMs,
    byOwner: toRanking(times.own),
    charged: toRanking(times.charged),
    byFunction: toRanking(times.byFunction),
  };
}

/** As lines for a terminal and for notes: the share, the time, the name. */
export function toProfileText({ busyMs, byOwner, charged, byFunction }: ProfileSummary): string {
  const toLine = ({ name, ms, share }: SelfTime) =>
    `${(100 * share).toFixed(1).padStart(5)} %  ${ms.toFixed(0).padStart(6)} ms  ${name}`;
  return [
    `${busyMs.toFixed(0)} ms of self time`,
    '',
    'charged',
    ...charged.slice(0, 20).map(toLine),
    '',
    'by owner',
    ...byOwner.slice(0, 20).map(toLine),
    '',
    'by function',
    ...byFunction.slice(0, 30).map(toLine),
  ].join('\n');
}

/** Waiting, and the profiler at work. */
const NOT_THE_SERVER = new Set(['(idle)', 'dispatch']);

function findCharged(
  id: number,
  nodes: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string {
  const own = toOwner((nodes.get(id) as ProfileNode).callFrame);
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const owner = toOwner((nodes.get(at) as ProfileNode).callFrame);
    if (!owner.startsWith('node:') && !owner.startsWith('(')) return owner;
  }
  return own;
}

function add(times: Map<string, number>, name: string, ms: number): void {
  times.set(name, (times.get(name) ?? 0) + ms);
}

function toOwner({ url, functionName }: ProfileNode['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native code)';
  if (url.startsWith('node:')) return url;
  const installed = url.split('/node_modules/').at(-1);
  if (installed !== undefined && url.includes('/node_modules/')) {
    const [scope = '', name = ''] = installed.split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  return url.replace(/^.*\/dist\//, 'src/');
}

function rank(times: ReadonlyMap<string, number>, busyMs: number): SelfTime[] {
  return [...times].map(([name, ms]) => ({ name, ms, share: ms / busyMs })).sort((one, other) => other.ms - one.ms);
}
