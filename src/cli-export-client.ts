/**
 * An export as a client of the graph: started, watched, cancelled and fetched over HTTP, whichever server answers. Every wait has
 * an end. A server that is away for a moment while an export is watched costs nothing: the job outlives it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportKindName, ExportOrder } from './cli-export-order.js';
import type { ProgressFigures } from './cli-export-progress.js';

/** What cannot be done, in a sentence for the person at the terminal. */
export class ExportFailure extends Error {
  /** Whether the same may succeed a moment later. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing = false) {
    super(message);
    this.isPassing = isPassing;
  }
}

export interface RunningJob {
  readonly id: string;
  readonly state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED' | 'EXPIRED';
  readonly pollAfterMs: number | null;
  readonly progress: ProgressFigures;
}

export interface EndedJob extends RunningJob {
  readonly code: string | null;
  readonly files: readonly JobFile[];
  readonly coverage: {
    readonly companiesInScope: number;
    readonly answered: number;
    /** The first hundred. */
    readonly gaps: readonly Gap[];
  };
}

export interface JobFile {
  readonly bytes: number;
  readonly rows: number | null;
  readonly sha256: string;
  readonly url: string;
}

export interface Gap {
  readonly companyId: string | null;
  readonly companyName: string;
  readonly code: string;
  readonly message: string;
}

export interface ExportClient {
  upstream(): Promise<'KEEPNET' | 'SIMULATOR'>;
  start(order: Pick<ExportOrder, 'kind' | 'input'>): Promise<RunningJob>;
  /** Resolves when it has ended. `show` hears of it now and then. */
  untilEnded(job: RunningJob, show: (job: RunningJob) => void, signal: AbortSignal): Promise<EndedJob>;
  cancel(id: string): Promise<void>;
  /** The bytes as they come. */
  fetchFile(file: JobFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string | null;
}

/** Every method throws ExportFailure. */
export function createExportClient(server: Server): ExportClient {
  const ask = <Data>(query: string, variables: object, signal?: AbortSignal) =>
    askGraph<Data>(server, { query, variables }, signal);
  return {
    upstream: async () => (await ask<Viewer>('{ viewer { upstream } }', {})).viewer.upstream,
    async start({ kind, input }) {
      const { payload } = await ask<{ payload: { job: RunningJob } }>(toMutation(kind), { input });
      return payload.job;
    },
    async untilEnded(started, show, signal) {
      const find = (id: string) => ask<{ job: RunningJob }>(FIND, { id }, signal);
      const { id } = await watch(started, { find: async (each) => (await find(each)).job, show, signal });
      return (await ask<{ job: EndedJob }>(FIND_ENDED, { id }, signal)).job;
    },
    cancel: async (id) => void (await ask(CANCEL, { id })),
    fetchFile: (file, signal) => fetchFile(server, file, signal),
  };
}

interface Viewer {
  readonly viewer: { readonly upstream: 'KEEPNET' | 'SIMULATOR' };
}

const MUTATIONS: Readonly<Record<ExportKindName, readonly [field: string, input: string]>> = {
  leaderboard: ['exportLeaderboard', 'ExportLeaderboardInput'],
  'user-timeline': ['exportUserTimeline', 'ExportUserTimelineInput'],
  'target-users': ['exportTargetUsers', 'ExportTargetUsersInput'],
  companies: ['exportCompanies', 'ExportCompaniesInput'],
};

const RUNNING = `id state pollAfterMs progress { companiesDone companiesTotal rows percent estimatedSecondsLeft }`;
const ENDED = `${RUNNING} code files { bytes rows sha256 url }
  coverage { companiesInScope answered gaps(first: 100) { companyId companyName code message } }`;
const FIND = `query Watch($id: ID!) { job: exportJob(id: $id) { ${RUNNING} } }`;
const FIND_ENDED = `query Ended($id: ID!) { job: exportJob(id: $id) { ${ENDED} } }`;
const CANCEL = 'mutation Cancel($id: ID!) { cancelExport(id: $id) { job { id } } }';

function toMutation(kind: ExportKindName): string {
  const [field, input] = MUTATIONS[kind];
  return `mutation Start($input: ${input}!) { payload: ${field}(input: $input) { job { ${RUNNING} } } }`;
}

/** As soon as this at first, then less and less often, down to what the server asks for. */
const FIRST_LOOK_MS = 100;
/** A server that is started anew is back by then. */
const MAX_AWAY_MS = 60_000;

interface Watching {
  readonly find: (id: string) => Promise<RunningJob>;
  readonly show: (job: RunningJob) => void;
  readonly signal: AbortSignal;
}

async function watch(started: RunningJob, { find, show, signal }: Watching): Promise<RunningJob> {
  let job = started;
  let seenAtMs = performance.now();
  for (let lookMs = FIRST_LOOK_MS; job.pollAfterMs !== null; lookMs *= 1.5) {
    show(job);
    await sleep(Math.min(lookMs, job.pollAfterMs), undefined, { signal });
    try {
      job = await find(job.id);
      seenAtMs = performance.now();
    } catch (error) {
      const isPassing = error instanceof ExportFailure && error.isPassing;
      if (!isPassing || performance.now() - seenAtMs > MAX_AWAY_MS) throw error;
    }
  }
  return job;
}

const ASK_TIMEOUT_MS = 120_000;

async function askGraph<Data>({ url, key }: Server, question: object, signal?: AbortSignal): Promise<Data> {
  const response = await reach(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(question),
    signal: AbortSignal.any([AbortSignal.timeout(ASK_TIMEOUT_MS), ...(signal ? [signal] : [])]),
  });
  const answer = await response.json().catch(() => null);
  const { data, errors } = (answer ?? {}) as { data?: Data | null; errors?: readonly GraphError[] };
  const [first] = errors ?? [];
  if (first) throw new ExportFailure(`${first.extensions?.code}: ${first.message}`, response.status >= 500);
  if (data) return data;
  throw new ExportFailure(`The server's answer is not one of the graph (status ${response.status}).`, true);
}

interface GraphError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/** By the path alone: a server behind a proxy may know itself by another name. The address needs no key. */
async function fetchFile({ url }: Server, file: JobFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const { pathname, search } = new URL(file.url);
  const response = await reach(url + pathname + search, { signal });
  if (response.status === 200 && response.body) return response.body;
  throw new ExportFailure(`The file cannot be fetched (status ${response.status}).`);
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    const reason = cause?.code ?? (error as Error).name;
    throw new ExportFailure(`The server at ${new URL(url).origin} cannot be reached (${reason}).`, true);
  }
}
