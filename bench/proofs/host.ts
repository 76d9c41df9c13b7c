/**
 * A server's export jobs alone in a process, over rows out of nothing: store, worker and writers are the real ones. Takes orders
 * from the proof that forked it, says so when it is ready, and may be killed at any moment.
 */
import { createExports } from '../../src/exports/create-exports.js';
import type { ExportRequest, ExportRights } from '../../src/exports/job.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createLog } from '../../src/telemetry.js';
import { createProofSources, type ProofRows, toProofTargets } from './sources.js';

export interface HostOptions extends ProofRows {
  readonly dataDirectory: string;
  readonly databaseUrl: string | null;
  /** Takes jobs, and leaves them to the next process. */
  readonly isIdle: boolean;
}

export const PROOF_CALLER = 'proof';

const SEES_ALL: ExportRights = { companies: { kind: 'ALL' }, masksPersonalData: false };

type Order = { readonly id: number } & (
  | {
      readonly order: 'enqueue';
      readonly companies: number;
      readonly request: Pick<ExportRequest, 'format' | 'layout'>;
    }
  | { readonly order: 'find'; readonly jobId: string }
  | { readonly order: 'memory' }
  | { readonly order: 'stop' }
);

const options = JSON.parse(process.argv[2] ?? '') as HostOptions;
const log = createLog('warn');
const { databaseUrl, dataDirectory } = options;
const database = await openDatabase({ databaseUrl, dataDirectory, log });
const exports = await createExports({
  database,
  databaseUrl,
  dataDirectory,
  sources: createProofSources(options),
  retentionMs: 24 * 60 * 60 * 1000,
  log,
});
if (!options.isIdle) await exports.start();

async function obey(order: Order): Promise<unknown> {
  if (order.order === 'find') return exports.find(PROOF_CALLER, order.jobId);
  if (order.order === 'memory')
    return { rssBytes: process.memoryUsage().rss, maxRssBytes: process.resourceUsage().maxRSS * 1024 };
  if (order.order === 'stop') {
    await exports.stop();
    await database.close();
    return null;
  }
  return exports.enqueue({
    callerId: PROOF_CALLER,
    request: { kind: 'LEADERBOARD', source: 'BUILT', bom: false, variables: {}, rights: SEES_ALL, ...order.request },
    targets: toProofTargets(order.companies),
    idempotencyKey: null,
    inputText: '',
  });
}

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ id: order.id, result }),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({});
